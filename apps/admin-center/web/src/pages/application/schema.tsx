import type { SynchronizationSchema } from '@joinery/provisioning/ports';
import {
  Button,
  Field,
  makeStyles,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  Text,
  Textarea,
  tokens,
} from '@fluentui/react-components';
import { ArrowDownloadRegular, ArrowUploadRegular, EditRegular } from '@fluentui/react-icons';
import { CopyButton, errorText, QueryView, RouteLink, Section, useToasts, useUnsavedGuard } from '@joinery/ui';
import { useRef, useState } from 'react';
import { useAddressPart } from '../../data/address.ts';
import { saveFile } from '../../data/files.ts';
import { useSavedSchema } from '../../data/saved-schema.ts';
import { messages } from '../../messages.ts';
import { useSchemaChange } from './schema-change.tsx';
import { SchemaVersions } from './schema-versions.tsx';

const m = messages.schema;
const charactersMax = 4_000_000;

/** "Review your schema here": the whole schema as JSON, and every version of it. */
export function SchemaTab() {
  const id = useAddressPart('id');
  const { jobId, schema } = useSavedSchema(id);
  return (
    <QueryView query={schema}>
      {(shown) =>
        jobId === undefined ? null : <SchemaPage key={schema.dataUpdatedAt} id={id} jobId={jobId} schema={shown} />
      }
    </QueryView>
  );
}

/** Without OData's annotations, which belong to the answer and not to the schema. */
function printSchema(schema: SynchronizationSchema): string {
  return JSON.stringify(schema, (name, value: unknown) => (name.startsWith('@odata.') ? undefined : value), 2);
}

function SchemaPage({ id, jobId, schema }: { id: string; jobId: string; schema: SynchronizationSchema }) {
  const styles = useStyles();
  const text = printSchema(schema);
  const [draft, setDraft] = useState<string>();
  const change = useSchemaChange(id, jobId);
  useUnsavedGuard(draft !== undefined && draft !== text && !change.isPending && !change.isSuccess);
  return (
    <div className={styles.root}>
      <RouteLink href={`/enterprise-applications/${id}/attribute-mapping`}>
        {`‹ ${messages.application.tabs.mapping}`}
      </RouteLink>
      <Section
        title={m.title}
        description={m.text}
        actions={
          draft === undefined && (
            <>
              <CopyButton label={m.title} value={text} />
              <Button
                icon={<ArrowDownloadRegular />}
                onClick={() => saveFile('synchronization-schema.json', 'application/json', text)}
              >
                {m.export}
              </Button>
              <ImportButton onText={setDraft} />
              <Button icon={<EditRegular />} onClick={() => setDraft(text)}>
                {messages.edit}
              </Button>
              <Button onClick={() => change.mutate({ kind: 'default' })}>{messages.mapping.restore}</Button>
            </>
          )
        }
      >
        {draft === undefined ? (
          // Focusable, so that the keyboard can scroll it.
          // oxlint-disable-next-line no-noninteractive-tabindex
          <pre className={styles.json} tabIndex={0} role="group" aria-label={m.edited}>
            {text}
          </pre>
        ) : (
          <SchemaEditor
            draft={draft}
            isChanged={draft !== text}
            isBusy={change.isPending}
            onChange={setDraft}
            onCancel={() => setDraft(undefined)}
            onSave={(value) => change.mutate({ kind: 'document', value })}
          />
        )}
        {change.isError && (
          <MessageBar intent="error" layout="multiline">
            <MessageBarBody>
              <MessageBarTitle>{messages.notSaved}</MessageBarTitle>
              <Text block className={styles.wrap}>
                {errorText(change.error)}
              </Text>
            </MessageBarBody>
          </MessageBar>
        )}
      </Section>
      <SchemaVersions id={id} jobId={jobId} />
    </div>
  );
}

function SchemaEditor({
  draft,
  isChanged,
  isBusy,
  onChange,
  onCancel,
  onSave,
}: {
  draft: string;
  isChanged: boolean;
  isBusy: boolean;
  onChange: (text: string) => void;
  onCancel: () => void;
  onSave: (value: unknown) => void;
}) {
  const styles = useStyles();
  const read = readJson(draft);
  return (
    <>
      <Field label={m.edited} {...(read.ok ? {} : { validationMessage: m.notJson(read.message) })}>
        <Textarea
          value={draft}
          rows={24}
          resize="vertical"
          spellCheck={false}
          className={styles.editor ?? ''}
          onChange={(_, { value }) => onChange(value)}
        />
      </Field>
      <div className={styles.buttons}>
        <Button
          appearance="primary"
          disabled={!read.ok || !isChanged || isBusy}
          onClick={() => read.ok && onSave(read.value)}
        >
          {isBusy ? messages.mapping.checking : messages.save}
        </Button>
        <Button onClick={onCancel}>{messages.discard}</Button>
      </div>
    </>
  );
}

function readJson(
  text: string,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string } {
  try {
    const value: unknown = JSON.parse(text);
    return { ok: true, value };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}

function ImportButton({ onText }: { onText: (text: string) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const toasts = useToasts();
  const read = async (file: File | undefined) => {
    if (!file) return;
    if (file.size > charactersMax) toasts.info(m.tooLarge);
    else onText(await file.text());
  };
  return (
    <>
      <input
        ref={input}
        type="file"
        accept="application/json,.json"
        hidden
        aria-label={m.import}
        onChange={(event) => {
          void read(event.target.files?.[0]);
          event.target.value = '';
        }}
      />
      <Button icon={<ArrowUploadRegular />} onClick={() => input.current?.click()}>
        {m.import}
      </Button>
    </>
  );
}

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL, minWidth: 0 },
  buttons: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
  wrap: { overflowWrap: 'anywhere' },
  editor: {
    fontFamily: tokens.fontFamilyMonospace,
    '& textarea': { maxHeight: '80vh', fontSize: tokens.fontSizeBase200 },
  },
  json: {
    margin: 0,
    maxHeight: '32rem',
    overflow: 'auto',
    padding: tokens.spacingHorizontalM,
    background: tokens.colorNeutralBackground3,
    borderRadius: tokens.borderRadiusMedium,
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
});
