import type { AttributeMapping, ObjectMapping, SynchronizationSchema } from '@joinery/provisioning/ports';
import {
  Button,
  Checkbox,
  Field,
  makeStyles,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  Switch,
  Text,
  tokens,
} from '@fluentui/react-components';
import { AddRegular, DeleteRegular, EditRegular } from '@fluentui/react-icons';
import { EmptyState, EntityTable, errorText, QueryView, RouteLink, Section, useConfirm, useToasts } from '@joinery/ui';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAddressPart } from '../../data/address.ts';
import { useJob } from '../../data/jobs.ts';
import { attributesOf, objectMappings, saveMapping, schemaQuery } from '../../data/mapping.ts';
import { entryCount } from '../../design/health-badge.tsx';
import { messages } from '../../messages.ts';
import { AttributeDialog } from './attribute-dialog.tsx';
import { ScopeEditor } from './scope-editor.tsx';

const m = messages.mapping;
const flows = ['Add', 'Update', 'Delete'] as const;

export function MappingEditorTab() {
  const id = useAddressPart('id');
  const objectName = useAddressPart('object');
  const { data: overview } = useJob(id);
  const jobId = overview?.job.id;
  const schema = useQuery({ ...schemaQuery(id, jobId ?? ''), enabled: jobId !== undefined });
  return (
    <QueryView query={schema}>
      {(shown) => {
        const mapping = objectMappings(shown).find((one) => one.sourceObjectName === objectName);
        if (!mapping || jobId === undefined) return <EmptyState title={messages.notFound.title} />;
        // A saved schema is another one: the editor begins anew with it.
        return <Editor key={schema.dataUpdatedAt} id={id} jobId={jobId} schema={shown} saved={mapping} />;
      }}
    </QueryView>
  );
}

function Editor({
  id,
  jobId,
  schema,
  saved,
}: {
  id: string;
  jobId: string;
  schema: SynchronizationSchema;
  saved: ObjectMapping;
}) {
  const styles = useStyles();
  const { data: overview } = useJob(id);
  const confirm = useConfirm();
  const toasts = useToasts();
  const [draft, setDraft] = useState(saved);
  const isChanged = JSON.stringify(draft) !== JSON.stringify(saved);
  const hasMatching = draft.attributeMappings.some((mapping) => mapping.matchingPriority > 0);
  const saving = useMutation({
    mutationFn: () => saveMapping(id, jobId, schema, draft),
    onSuccess: () => toasts.success(m.savedText),
  });
  const flowTypes = draft.flowTypes.split(',').map((flow) => flow.trim());
  const save = async () => {
    const hasRun = Boolean(overview?.last);
    const parts = [
      hasRun ? m.saveText(entryCount(overview, 'User'), entryCount(overview, 'Group')) : m.saveNotRun,
      ...(JSON.stringify(draft.scope) === JSON.stringify(saved.scope) ? [] : [m.saveScope]),
      ...(saved.flowTypes.includes('Delete') && !flowTypes.includes('Delete') ? [m.saveDelete] : []),
    ];
    const isSure = await confirm({
      title: m.saveTitle,
      consequences: parts.map((part) => <p key={part}>{part}</p>),
      action: messages.save,
    });
    if (isSure) saving.mutate();
  };
  return (
    <div className={styles.root}>
      <RouteLink
        href={`/enterprise-applications/${id}/attribute-mapping`}
      >{`‹ ${messages.application.tabs.mapping}`}</RouteLink>
      <Section title={m.rows[saved.sourceObjectName] ?? saved.name}>
        <Switch
          label={m.enabled}
          checked={draft.enabled}
          onChange={(_, { checked }) => setDraft({ ...draft, enabled: checked })}
        />
        <Field label={m.targetActions}>
          <div role="group" aria-label={m.targetActions} className={styles.flows}>
            {flows.map((flow) => (
              <Checkbox
                key={flow}
                label={m.flow[flow] ?? flow}
                checked={flowTypes.includes(flow)}
                onChange={(_, { checked }) =>
                  setDraft({
                    ...draft,
                    flowTypes: flows
                      .filter((one) => (one === flow ? checked === true : flowTypes.includes(one)))
                      .join(', '),
                  })
                }
              />
            ))}
          </div>
        </Field>
      </Section>
      <ScopeEditor
        scope={draft.scope}
        attributes={attributesOf(schema, saved.sourceObjectName, 'source')}
        onChange={(scope) => setDraft({ ...draft, scope })}
      />
      <AttributeTable schema={schema} mapping={draft} onChange={setDraft} />
      {!hasMatching && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>{m.noMatching}</MessageBarBody>
        </MessageBar>
      )}
      {saving.isError && (
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>{m.problems}</MessageBarTitle>
            <Text block className={styles.text}>
              {errorText(saving.error)}
            </Text>
          </MessageBarBody>
        </MessageBar>
      )}
      <div className={styles.buttons}>
        <Button
          appearance="primary"
          disabled={!isChanged || !hasMatching || saving.isPending}
          onClick={() => void save()}
        >
          {messages.save}
        </Button>
        <Button disabled={!isChanged} onClick={() => setDraft(saved)}>
          {messages.discard}
        </Button>
        {isChanged && <Text role="status">{m.unsaved}</Text>}
      </div>
    </div>
  );
}

function AttributeTable({
  schema,
  mapping,
  onChange,
}: {
  schema: SynchronizationSchema;
  mapping: ObjectMapping;
  onChange: (mapping: ObjectMapping) => void;
}) {
  const [edited, setEdited] = useState<AttributeMapping | 'new'>();
  const put = (attributeMappings: readonly AttributeMapping[]) => onChange({ ...mapping, attributeMappings });
  const rows = mapping.attributeMappings.toSorted(
    (a, b) => (a.matchingPriority || Number.MAX_SAFE_INTEGER) - (b.matchingPriority || Number.MAX_SAFE_INTEGER),
  );
  return (
    <Section
      title={m.attributes}
      description={m.attributesText}
      actions={
        <Button icon={<AddRegular />} onClick={() => setEdited('new')}>
          {m.addMapping}
        </Button>
      }
    >
      <EntityTable<AttributeMapping>
        label={m.attributes}
        rows={rows}
        rowId={(row) => row.targetAttributeName}
        empty={<EmptyState title={m.noMappings}>{m.noMappingsText}</EmptyState>}
        columns={[
          { id: 'target', header: m.attributeColumns.target, render: (row) => row.targetAttributeName },
          { id: 'source', header: m.attributeColumns.source, render: (row) => <SourceText mapping={row} /> },
          {
            id: 'matching',
            header: m.attributeColumns.matching,
            width: '7rem',
            render: (row) => (row.matchingPriority > 0 ? row.matchingPriority : '–'),
          },
          {
            id: 'apply',
            header: m.attributeColumns.apply,
            width: '9rem',
            wideOnly: true,
            render: (row) => (row.flowType === 'ObjectAddOnly' ? m.onCreate : m.always),
          },
          {
            id: 'edit',
            header: messages.actions,
            hideHeader: true,
            width: '6rem',
            align: 'end',
            render: (row) => (
              <>
                <Button
                  appearance="subtle"
                  icon={<EditRegular />}
                  aria-label={m.editMapping(row.targetAttributeName)}
                  onClick={() => setEdited(row)}
                />
                <Button
                  appearance="subtle"
                  icon={<DeleteRegular />}
                  aria-label={m.deleteMapping(row.targetAttributeName)}
                  onClick={() => put(mapping.attributeMappings.filter((one) => one !== row))}
                />
              </>
            ),
          },
        ]}
      />
      {edited !== undefined && (
        <AttributeDialog
          edited={edited === 'new' ? undefined : edited}
          taken={mapping.attributeMappings.filter((one) => one !== edited).map((one) => one.targetAttributeName)}
          sources={attributesOf(schema, mapping.sourceObjectName, 'source')}
          targets={attributesOf(schema, mapping.targetObjectName, 'target')}
          onClose={() => setEdited(undefined)}
          onSave={(saved) => {
            put(
              edited === 'new'
                ? [...mapping.attributeMappings, saved]
                : mapping.attributeMappings.map((one) => (one === edited ? saved : one)),
            );
            setEdited(undefined);
          }}
        />
      )}
    </Section>
  );
}

function SourceText({ mapping: { source, defaultValue } }: { mapping: AttributeMapping }) {
  if (!source) return <>{defaultValue === null ? m.types['None'] : `“${defaultValue}”`}</>;
  if (source.type === 'Attribute') return <>{source.name}</>;
  if (source.type === 'Constant') return <>{`“${source.name}”`}</>;
  return <code>{source.expression}</code>;
}

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL, minWidth: 0 },
  flows: { display: 'flex', flexWrap: 'wrap' },
  buttons: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalS },
  text: { overflowWrap: 'anywhere' },
});
