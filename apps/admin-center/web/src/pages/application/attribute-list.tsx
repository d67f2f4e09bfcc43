import type { AttributeDefinition, SynchronizationSchema } from '@joinery/provisioning/ports';
import { Button, makeStyles, Text, tokens } from '@fluentui/react-components';
import { AddRegular, ArrowSyncRegular, DeleteRegular, EditRegular } from '@fluentui/react-icons';
import {
  EmptyState,
  EntityTable,
  QueryView,
  RouteLink,
  SearchField,
  Section,
  useConfirm,
  useToasts,
  useUnsavedGuard,
  useUrlState,
} from '@joinery/ui';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useAddressPart } from '../../data/address.ts';
import {
  attributesOf,
  directoryOf,
  discoverAttributes,
  objectMappings,
  saveSchema,
  withTargetAttributes,
} from '../../data/mapping.ts';
import { useSavedSchema } from '../../data/saved-schema.ts';
import { Toolbar } from '../../design/toolbar.tsx';
import { messages } from '../../messages.ts';
import { apiExpressionOf, DefinitionDialog } from './definition-dialog.tsx';

const m = messages.attributeList;

export function AttributeListTab() {
  const id = useAddressPart('id');
  const objectName = useAddressPart('object');
  const { jobId, schema } = useSavedSchema(id);
  return (
    <QueryView query={schema}>
      {(shown) => {
        const mapping = objectMappings(shown).find((one) => one.sourceObjectName === objectName);
        if (!mapping || jobId === undefined) return <EmptyState title={messages.notFound.title} />;
        return (
          <ListEditor
            key={schema.dataUpdatedAt}
            {...{ id, jobId, schema: shown, objectName, targetName: mapping.targetObjectName }}
            mapped={mapping.attributeMappings.map((one) => one.targetAttributeName)}
          />
        );
      }}
    </QueryView>
  );
}

/** Entra's "Edit attribute list": what the target knows, whether or not it is mapped. */
function ListEditor({
  id,
  jobId,
  schema,
  objectName,
  targetName,
  mapped,
}: {
  id: string;
  jobId: string;
  schema: SynchronizationSchema;
  objectName: string;
  targetName: string;
  mapped: readonly string[];
}) {
  const styles = useStyles();
  const toasts = useToasts();
  const confirm = useConfirm();
  const [{ search }, setFilters] = useUrlState(['search']);
  const saved = attributesOf(schema, targetName, 'target');
  const [draft, setDraft] = useState(saved);
  const [edited, setEdited] = useState<AttributeDefinition | 'new'>();
  const isChanged = JSON.stringify(draft) !== JSON.stringify(saved);
  const saving = useMutation({
    mutationFn: () => saveSchema(id, jobId, withTargetAttributes(schema, targetName, draft)),
    onSuccess: () => toasts.success(m.saved),
    onError: (error) => toasts.failure(messages.notSaved, error),
  });
  useUnsavedGuard(isChanged && !saving.isPending && !saving.isSuccess);
  const directory = directoryOf(schema, targetName, 'target');
  const discovery = useMutation({
    mutationFn: async () => (directory ? discoverAttributes(id, jobId, directory) : 0),
    onSuccess: (count) => toasts.success(m.discovered(count)),
    onError: (error) => toasts.failure(m.notDiscovered, error),
  });
  const save = async () => {
    const onlyAdds = JSON.stringify(draft.slice(0, saved.length)) === JSON.stringify(saved);
    const consequences = onlyAdds ? m.saveAdds : m.saveChanges;
    if (await confirm({ title: m.saveTitle, consequences, action: messages.save })) saving.mutate();
  };
  const rows = draft.filter((one) => one.name.toLowerCase().includes(search.trim().toLowerCase()));
  return (
    <div className={styles.root}>
      <RouteLink href={`/enterprise-applications/${id}/attribute-mapping/${objectName}`}>
        {`‹ ${messages.mapping.rows[objectName] ?? objectName}`}
      </RouteLink>
      <Section
        title={m.title(objectName)}
        description={m.text}
        actions={
          <>
            <Button
              icon={<ArrowSyncRegular />}
              disabled={isChanged || discovery.isPending}
              onClick={() => discovery.mutate()}
            >
              {discovery.isPending ? m.discovering : m.discover}
            </Button>
            <Button icon={<AddRegular />} onClick={() => setEdited('new')}>
              {m.add}
            </Button>
          </>
        }
      >
        <Toolbar>
          <SearchField label={m.search} value={search} onSearch={(text) => setFilters({ search: text })} />
          <Text size={200}>{m.count(draft.length)}</Text>
        </Toolbar>
        <EntityTable<AttributeDefinition>
          label={m.title(objectName)}
          rows={rows}
          rowId={(row) => row.name}
          empty={<EmptyState title={m.noMatch} />}
          columns={[
            { id: 'name', header: m.columns.name, render: (row) => <NameCell row={row} /> },
            { id: 'type', header: m.columns.type, width: '7rem', render: (row) => row.type },
            { id: 'rules', header: m.columns.rules, width: '13rem', render: rulesText },
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
                    aria-label={m.edit(row.name)}
                    onClick={() => setEdited(row)}
                  />
                  <Button
                    appearance="subtle"
                    icon={<DeleteRegular />}
                    aria-label={m.remove(row.name)}
                    disabledFocusable={row.anchor || mapped.includes(row.name)}
                    title={row.anchor ? m.anchorStays : mapped.includes(row.name) ? m.mappedStays : undefined}
                    onClick={() => setDraft(draft.filter((one) => one !== row))}
                  />
                </>
              ),
            },
          ]}
        />
      </Section>
      <div className={styles.buttons}>
        <Button appearance="primary" disabled={!isChanged || saving.isPending} onClick={() => void save()}>
          {messages.save}
        </Button>
        <Button disabled={!isChanged} onClick={() => setDraft(saved)}>
          {messages.discard}
        </Button>
        {isChanged && <Text role="status">{messages.mapping.unsaved}</Text>}
      </div>
      {edited !== undefined && (
        <DefinitionDialog
          edited={edited === 'new' ? undefined : edited}
          taken={draft.filter((one) => one !== edited).map((one) => one.name)}
          isMapped={edited !== 'new' && mapped.includes(edited.name)}
          objects={directory?.objects.map((one) => one.name) ?? []}
          onClose={() => setEdited(undefined)}
          onSave={(next) => {
            setDraft(edited === 'new' ? [...draft, next] : draft.map((one) => (one === edited ? next : one)));
            setEdited(undefined);
          }}
        />
      )}
    </div>
  );
}

function NameCell({ row }: { row: AttributeDefinition }) {
  const expression = apiExpressionOf(row);
  const references = row.referencedObjects?.map((one) => one.referencedObjectName).join(', ') ?? '';
  return (
    <>
      {row.name}
      {references !== '' && (
        <Text block size={200}>
          {m.columns.reference}: {references}
        </Text>
      )}
      {expression !== '' && (
        <Text block size={200}>
          {m.columns.api}: {expression}
        </Text>
      )}
    </>
  );
}

function rulesText(row: AttributeDefinition): string {
  const rules = [
    row.anchor ? m.anchor : '',
    row.required ? m.required : '',
    row.multivalued ? m.multivalued : '',
    row.caseExact ? m.caseExact : '',
  ].filter((rule) => rule !== '');
  return rules.length === 0 ? '–' : rules.join(', ');
}

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL, minWidth: 0 },
  buttons: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalS },
});
