import type { AttributeDefinition } from '@joinery/provisioning/ports';
import { parsePath } from '@joinery/scim';
import { Checkbox, Field, Input, Select } from '@fluentui/react-components';
import { useState } from 'react';
import { FormDialog } from '../../design/form-dialog.tsx';
import { messages } from '../../messages.ts';

const m = messages.attributeList;
const types: readonly AttributeDefinition['type'][] = [
  'String',
  'Boolean',
  'Integer',
  'DateTime',
  'Binary',
  'Reference',
];
const flags = ['anchor', 'required', 'multivalued', 'caseExact'] as const;

/** Graph's `apiExpressions` of an attribute, which the service keeps and hands on. */
type Expressions = readonly { readonly key: string; readonly value: string }[];

export function apiExpressionOf(definition: AttributeDefinition): string {
  const expressions: unknown = 'apiExpressions' in definition ? definition.apiExpressions : undefined;
  const [first]: readonly unknown[] = Array.isArray(expressions) ? expressions : [];
  return typeof first === 'object' && first !== null && 'value' in first && typeof first.value === 'string'
    ? first.value
    : '';
}

/** One attribute of the target. `edited` undefined adds one. */
export function DefinitionDialog({
  edited,
  taken,
  isMapped,
  objects,
  onClose,
  onSave,
}: {
  edited: AttributeDefinition | undefined;
  taken: readonly string[];
  /** Its name stays: mappings go by it. */
  isMapped: boolean;
  objects: readonly string[];
  onClose: () => void;
  onSave: (definition: AttributeDefinition) => void;
}) {
  const [draft, setDraft] = useState<AttributeDefinition>(edited ?? fresh);
  const [expression, setExpression] = useState(edited ? apiExpressionOf(edited) : '');
  const problem = nameProblem(draft.name.trim(), taken);
  const reference = draft.referencedObjects?.[0]?.referencedObjectName ?? '';
  const change = (part: Partial<AttributeDefinition>) => setDraft({ ...draft, ...part });
  return (
    <FormDialog
      title={edited ? m.editTitle : m.addTitle}
      action={messages.mapping.ok}
      isReady={problem === undefined}
      onClose={onClose}
      onSubmit={async () => onSave(withExpression({ ...draft, name: draft.name.trim() }, expression.trim()))}
    >
      <Field
        label={m.columns.name}
        required
        hint={m.nameHint}
        {...(problem !== undefined && draft.name !== '' ? { validationMessage: problem } : {})}
      >
        <Input
          value={draft.name}
          readOnly={isMapped}
          spellCheck={false}
          onChange={(_, { value }) => change({ name: value })}
        />
      </Field>
      <Field label={m.columns.type}>
        <Select
          value={draft.type}
          onChange={(_, { value }) => change({ type: types.find((one) => one === value) ?? 'String' })}
        >
          {types.map((type) => (
            <option key={type}>{type}</option>
          ))}
        </Select>
      </Field>
      <div role="group" aria-label={m.columns.rules}>
        {flags.map((flag) => (
          <Checkbox
            key={flag}
            label={m[flag]}
            checked={draft[flag]}
            onChange={(_, { checked }) => change({ [flag]: checked === true })}
          />
        ))}
      </div>
      <Field label={m.columns.api} hint={m.apiHint}>
        <Input value={expression} onChange={(_, { value }) => setExpression(value)} />
      </Field>
      <Field label={m.columns.reference}>
        <Select
          value={reference}
          onChange={(_, { value }) =>
            change({
              referencedObjects: value === '' ? [] : [{ referencedObjectName: value, referencedProperty: 'id' }],
            })
          }
        >
          <option value="">{messages.none}</option>
          {objects.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </Select>
      </Field>
    </FormDialog>
  );
}

const fresh: AttributeDefinition = {
  name: '',
  type: 'String',
  anchor: false,
  caseExact: false,
  required: false,
  multivalued: false,
  mutability: 'ReadWrite',
  defaultValue: null,
  flowNullValues: false,
  referencedObjects: [],
  metadata: [],
};

function nameProblem(name: string, taken: readonly string[]): string | undefined {
  if (name === '') return m.nameMissing;
  if (taken.some((one) => one.toLowerCase() === name.toLowerCase())) return m.nameTaken;
  const path = parsePath(name);
  return path.ok ? undefined : path.problems[0]?.message;
}

function withExpression(definition: AttributeDefinition, expression: string): AttributeDefinition {
  if (expression === apiExpressionOf(definition)) return definition;
  const apiExpressions: Expressions = expression === '' ? [] : [{ key: definition.name, value: expression }];
  return { ...definition, apiExpressions } as AttributeDefinition;
}
