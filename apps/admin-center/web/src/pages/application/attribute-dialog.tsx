import { checkExpression, parseExpression, toMappingSource, type AttributeMappingSource } from '@joinery/expressions';
import type { AttributeDefinition, AttributeMapping } from '@joinery/provisioning/ports';
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
  Select,
  Switch,
} from '@fluentui/react-components';
import { uiMessages } from '@joinery/ui';
import { useState } from 'react';
import { messages } from '../../messages.ts';
import { ExpressionEditor } from './expression-editor.tsx';

const m = messages.mapping;
type SourceType = AttributeMappingSource['type'] | 'None';
const types: readonly SourceType[] = ['Attribute', 'Constant', 'Function', 'None'];

interface AttributeDraft {
  readonly type: SourceType;
  readonly attribute: string;
  readonly constant: string;
  readonly expression: string;
  readonly defaultValue: string;
  readonly target: string;
  readonly matches: boolean;
  readonly precedence: string;
  readonly applies: 'Always' | 'ObjectAddOnly';
}

/** "Edit attribute": the fields of the reference, in its order. `edited` undefined adds a mapping. */
export function AttributeDialog({
  edited,
  taken,
  sources,
  targets,
  onClose,
  onSave,
}: {
  edited: AttributeMapping | undefined;
  taken: readonly string[];
  sources: readonly AttributeDefinition[];
  targets: readonly AttributeDefinition[];
  onClose: () => void;
  onSave: (mapping: AttributeMapping) => void;
}) {
  const [draft, setDraft] = useState(() => draftOf(edited, sources, targets, taken));
  const [isShown, setIsShown] = useState(false);
  const change = (part: Partial<AttributeDraft>) => setDraft({ ...draft, ...part });
  const problem = targetProblem(draft, taken);
  const source = sourceOf(draft);
  const submit = () => {
    setIsShown(true);
    if (problem !== undefined || source === undefined) return;
    onSave(toMapping(edited, draft, source));
  };
  return (
    <Dialog open onOpenChange={(_, { open }) => open || onClose()}>
      <DialogSurface>
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            event.stopPropagation();
            submit();
          }}
        >
          <DialogBody>
            <DialogTitle>{edited ? m.editTitle : m.addTitle}</DialogTitle>
            <DialogContent style={{ display: 'grid', gap: 12, gridTemplateColumns: 'minmax(0, 1fr)' }}>
              <Field label={m.type}>
                <Select
                  value={draft.type}
                  onChange={(_, { value }) => change({ type: types.find((one) => one === value) ?? 'None' })}
                >
                  {types.map((type) => (
                    <option key={type} value={type}>
                      {m.types[type]}
                    </option>
                  ))}
                </Select>
              </Field>
              {draft.type === 'Attribute' && (
                <Field label={m.source} required>
                  <Select value={draft.attribute} onChange={(_, { value }) => change({ attribute: value })}>
                    {withCurrent(sources, draft.attribute).map((name) => (
                      <option key={name}>{name}</option>
                    ))}
                  </Select>
                </Field>
              )}
              {draft.type === 'Constant' && (
                <Field
                  label={m.constant}
                  required
                  {...(isShown && source === undefined ? { validationMessage: m.constantMissing } : {})}
                >
                  <Input value={draft.constant} onChange={(_, { value }) => change({ constant: value })} />
                </Field>
              )}
              {draft.type === 'Function' && (
                <ExpressionEditor
                  value={draft.expression}
                  attributes={sources.map((one) => one.name)}
                  onChange={(expression) => change({ expression })}
                />
              )}
              <Field label={m.defaultValue}>
                <Input value={draft.defaultValue} onChange={(_, { value }) => change({ defaultValue: value })} />
              </Field>
              <Field
                label={m.target}
                required
                hint={m.targetHint}
                {...(isShown && problem !== undefined ? { validationMessage: problem } : {})}
              >
                <Select value={draft.target} onChange={(_, { value }) => change({ target: value })}>
                  {withCurrent(
                    targets.filter((one) => !one.anchor),
                    draft.target,
                  ).map((name) => (
                    <option key={name}>{name}</option>
                  ))}
                </Select>
              </Field>
              <Switch
                label={m.match}
                checked={draft.matches}
                onChange={(_, { checked }) => change({ matches: checked })}
              />
              {draft.matches && (
                <Field label={m.precedence}>
                  <Select value={draft.precedence} onChange={(_, { value }) => change({ precedence: value })}>
                    {['1', '2', '3', '4', '5'].map((number) => (
                      <option key={number}>{number}</option>
                    ))}
                  </Select>
                </Field>
              )}
              <Field label={m.apply}>
                <Select
                  value={draft.applies}
                  onChange={(_, { value }) =>
                    change({ applies: value === 'ObjectAddOnly' ? 'ObjectAddOnly' : 'Always' })
                  }
                >
                  <option value="Always">{m.always}</option>
                  <option value="ObjectAddOnly">{m.onCreate}</option>
                </Select>
              </Field>
            </DialogContent>
            <DialogActions>
              <Button onClick={onClose}>{uiMessages.cancel}</Button>
              <Button type="submit" appearance="primary">
                {m.ok}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}

function withCurrent(attributes: readonly AttributeDefinition[], current: string): readonly string[] {
  const names = attributes.map((one) => one.name);
  return current === '' || names.includes(current) ? names : [current, ...names];
}

function draftOf(
  edited: AttributeMapping | undefined,
  sources: readonly AttributeDefinition[],
  targets: readonly AttributeDefinition[],
  taken: readonly string[],
): AttributeDraft {
  const source = edited?.source;
  const free = targets.find((one) => !one.anchor && !taken.includes(one.name))?.name;
  return {
    type: source?.type ?? (edited ? 'None' : 'Attribute'),
    attribute: source?.type === 'Attribute' ? source.name : (sources[0]?.name ?? ''),
    constant: source?.type === 'Constant' ? source.name : '',
    expression: source ? source.expression : '',
    defaultValue: edited?.defaultValue ?? '',
    target: edited?.targetAttributeName ?? free ?? '',
    matches: (edited?.matchingPriority ?? 0) > 0,
    precedence: String(edited && edited.matchingPriority > 0 ? edited.matchingPriority : 1),
    applies: edited?.flowType === 'ObjectAddOnly' ? 'ObjectAddOnly' : 'Always',
  };
}

function targetProblem(draft: AttributeDraft, taken: readonly string[]): string | undefined {
  const target = draft.target.trim();
  if (target === '') return m.targetMissing;
  return taken.some((one) => one.toLowerCase() === target.toLowerCase()) ? m.targetTaken : undefined;
}

/** Undefined while what was typed is not a source; null for the type None. */
function sourceOf(draft: AttributeDraft): AttributeMappingSource | null | undefined {
  switch (draft.type) {
    case 'None':
      return null;
    case 'Attribute':
      return { type: 'Attribute', name: draft.attribute, expression: `[${draft.attribute}]`, parameters: [] };
    case 'Constant':
      if (draft.constant === '') return undefined;
      return toMappingSource({ kind: 'constant', form: 'string', value: draft.constant, start: 0, end: 0 });
    case 'Function': {
      const parsed = parseExpression(draft.expression);
      return parsed.ok && checkExpression(parsed.value).length === 0 ? toMappingSource(parsed.value) : undefined;
    }
  }
}

function toMapping(
  edited: AttributeMapping | undefined,
  draft: AttributeDraft,
  source: AttributeMappingSource | null,
): AttributeMapping {
  return {
    ...(edited ?? { flowBehavior: 'FlowWhenChanged', exportMissingReferences: false }),
    targetAttributeName: draft.target.trim(),
    matchingPriority: draft.matches ? Number(draft.precedence) : 0,
    flowType:
      draft.applies === 'ObjectAddOnly' || edited?.flowType === undefined || edited.flowType === 'ObjectAddOnly'
        ? draft.applies
        : edited.flowType,
    defaultValue: draft.defaultValue === '' ? null : draft.defaultValue,
    source,
  };
}
