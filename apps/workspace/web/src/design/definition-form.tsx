import { Field, makeStyles, Textarea, tokens } from '@fluentui/react-components';
import { useUnsavedGuard } from '@joinery/ui';
import { useEffect, useRef, useState } from 'react';
import type { Definition } from '@joinery/workspace/contract';
import { useSaveDefinition, type DefinitionKind } from '../data/schemas.ts';
import { schemaMessages } from '../messages/administration.ts';
import { Form } from './form.tsx';

const text = schemaMessages;

const useStyles = makeStyles({
  code: { '& textarea': { fontFamily: tokens.fontFamilyMonospace, maxHeight: 'none' } },
});

type Read = { readonly definition: Definition } | { readonly fault: string };

function readDefinition(json: string): Read {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return { fault: text.notObject };
    return { definition: value as Definition };
  } catch (error) {
    return { fault: text.notJson(error instanceof Error ? error.message : '') };
  }
}

/** A definition as text. `id`: of what is changed; undefined: it is new. What the server refuses names its place. */
export function DefinitionForm({
  kind,
  id,
  start,
  cancelHref,
  onSaved,
}: {
  kind: DefinitionKind;
  id: string | undefined;
  start: string;
  cancelHref?: string;
  onSaved: (definition: Definition) => void;
}) {
  const styles = useStyles();
  const save = useSaveDefinition(kind, id);
  const [json, setJson] = useState(start);
  const [fault, setFault] = useState<string>();
  const [saved, setSaved] = useState<Definition>();
  const tell = useRef(onSaved);
  tell.current = onSaved;
  useUnsavedGuard(json !== start && saved === undefined);
  // Told in an effect, after the guard has let go of the page.
  useEffect(() => {
    if (saved !== undefined) tell.current(saved);
  }, [saved]);

  function submit(): void {
    const read = readDefinition(json);
    if ('fault' in read) {
      setFault(read.fault);
      return;
    }
    save.mutate(read.definition, { onSuccess: () => setSaved(read.definition) });
  }

  return (
    <Form
      submit={id === undefined ? text.add : text.save}
      onSubmit={submit}
      isPending={save.isPending}
      error={save.error}
      isWide
      {...(cancelHref === undefined ? {} : { cancelHref })}
    >
      <Field
        label={text.definition}
        hint={text.definitionHint}
        {...(fault === undefined ? {} : { validationMessage: fault })}
      >
        <Textarea
          className={styles.code ?? ''}
          resize="vertical"
          rows={Math.min(30, Math.max(12, start.split('\n').length + 1))}
          spellCheck={false}
          value={json}
          onChange={(_, { value }) => {
            setJson(value);
            setFault(undefined);
            setSaved(undefined);
          }}
        />
      </Field>
    </Form>
  );
}
