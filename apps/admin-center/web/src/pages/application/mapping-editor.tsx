import type { ObjectMapping, SynchronizationSchema } from '@joinery/provisioning/ports';
import {
  Button,
  Checkbox,
  Field,
  makeStyles,
  mergeClasses,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  Switch,
  Text,
  tokens,
} from '@fluentui/react-components';
import {
  EmptyState,
  errorText,
  LinkButton,
  QueryView,
  RouteLink,
  Section,
  useConfirm,
  useToasts,
  useUnsavedGuard,
} from '@joinery/ui';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useAddressPart } from '../../data/address.ts';
import { useJob } from '../../data/jobs.ts';
import {
  attributesOf,
  objectMappings,
  saveSchema,
  schemaQuery,
  withMapping,
  type ObjectType,
} from '../../data/mapping.ts';
import { entryCount } from '../../design/health-badge.tsx';
import { messages } from '../../messages.ts';
import { AttributeTable } from './attribute-table.tsx';
import { schemaConsequences, Sentences } from './consequences.tsx';
import { PreviewSection, usePreview } from './preview.tsx';
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
  const toasts = useToasts();
  const [draft, setDraft] = useState(saved);
  const next = useMemo(() => withMapping(schema, draft), [schema, draft]);
  const isChanged = JSON.stringify(draft) !== JSON.stringify(saved);
  const hasMatching = draft.attributeMappings.some((mapping) => mapping.matchingPriority > 0);
  const objectType = saved.sourceObjectName === 'Group' ? 'Group' : 'User';
  const preview = usePreview(jobId, next, objectType);
  const saving = useMutation({
    mutationFn: () => saveSchema(id, jobId, next),
    onSuccess: () => toasts.success(m.savedText),
  });
  useUnsavedGuard(isChanged && !saving.isPending && !saving.isSuccess);
  const checking = useSaveCheck(id, jobId, { saved, draft, next, objectType }, () => saving.mutate());
  const failure = saving.error ?? checking.error;
  return (
    <div className={styles.root}>
      <RouteLink
        href={`/enterprise-applications/${id}/attribute-mapping`}
      >{`‹ ${messages.application.tabs.mapping}`}</RouteLink>
      <ObjectActions mapping={draft} onChange={setDraft} />
      <PreviewSection preview={preview} objectType={objectType} />
      <ScopeEditor
        scope={draft.scope}
        attributes={attributesOf(schema, saved.sourceObjectName, 'source')}
        outcomes={preview.trial?.scope.clauses}
        onChange={(scope) => setDraft({ ...draft, scope })}
      />
      <AttributeTable schema={schema} mapping={draft} preview={preview} onChange={setDraft} />
      {!hasMatching && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>{m.noMatching}</MessageBarBody>
        </MessageBar>
      )}
      {failure && (
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>{m.problems}</MessageBarTitle>
            <Text block className={styles.text}>
              {errorText(failure)}
            </Text>
          </MessageBarBody>
        </MessageBar>
      )}
      <div className={mergeClasses(styles.buttons, isChanged && styles.bar)}>
        <Button
          appearance="primary"
          disabled={!isChanged || !hasMatching || saving.isPending || checking.isPending}
          onClick={() => checking.mutate()}
        >
          {checking.isPending ? m.checking : messages.save}
        </Button>
        <Button disabled={!isChanged} onClick={() => setDraft(saved)}>
          {messages.discard}
        </Button>
        {isChanged && <Text role="status">{m.unsaved}</Text>}
      </div>
      <AdvancedOptions id={id} objectName={saved.sourceObjectName} />
    </div>
  );
}

/** Asks the server what saving will cause, then the reader whether to save. */
function useSaveCheck(
  id: string,
  jobId: string,
  {
    saved,
    draft,
    next,
    objectType,
  }: {
    readonly saved: ObjectMapping;
    readonly draft: ObjectMapping;
    readonly next: SynchronizationSchema;
    readonly objectType: ObjectType;
  },
  onSure: () => void,
) {
  const { data: overview } = useJob(id);
  const confirm = useConfirm();
  return useMutation({
    mutationFn: async () => {
      const counted = await schemaConsequences(jobId, next, [objectType]);
      const hasRun = Boolean(overview?.last);
      const sentences = [
        ...(hasRun
          ? [m.saveText(entryCount(overview, 'User'), entryCount(overview, 'Group')), ...counted]
          : [m.saveNotRun]),
        ...(saved.flowTypes.includes('Delete') && !draft.flowTypes.includes('Delete') ? [m.saveDelete] : []),
      ];
      return confirm({
        title: m.saveTitle,
        consequences: <Sentences sentences={sentences} />,
        action: messages.save,
      });
    },
    onSuccess: (isSure) => {
      if (isSure) onSure();
    },
  });
}

function ObjectActions({ mapping, onChange }: { mapping: ObjectMapping; onChange: (mapping: ObjectMapping) => void }) {
  const styles = useStyles();
  const flowTypes = mapping.flowTypes.split(',').map((flow) => flow.trim());
  const toggle = (flow: string, isOn: boolean) =>
    flows.filter((one) => (one === flow ? isOn : flowTypes.includes(one))).join(', ');
  return (
    <Section title={m.rows[mapping.sourceObjectName] ?? mapping.name}>
      <Switch
        label={m.enabled}
        checked={mapping.enabled}
        onChange={(_, { checked }) => onChange({ ...mapping, enabled: checked })}
      />
      <Field label={m.targetActions}>
        <div role="group" aria-label={m.targetActions} className={styles.flows}>
          {flows.map((flow) => (
            <Checkbox
              key={flow}
              label={m.flow[flow] ?? flow}
              checked={flowTypes.includes(flow)}
              onChange={(_, { checked }) => onChange({ ...mapping, flowTypes: toggle(flow, checked === true) })}
            />
          ))}
        </div>
      </Field>
    </Section>
  );
}

function AdvancedOptions({ id, objectName }: { id: string; objectName: string }) {
  const base = `/enterprise-applications/${id}/attribute-mapping`;
  const styles = useStyles();
  return (
    <Section title={m.advanced} description={m.advancedText}>
      <div className={styles.buttons}>
        <LinkButton href={`${base}/${objectName}/attribute-list`}>{messages.attributeList.link}</LinkButton>
        <LinkButton href={`${base}/schema`}>{messages.schema.link}</LinkButton>
        <LinkButton href={`/enterprise-applications/${id}/preview`}>{messages.overview.links.preview}</LinkButton>
      </div>
    </Section>
  );
}

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL, minWidth: 0 },
  flows: { display: 'flex', flexWrap: 'wrap' },
  buttons: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalS },
  // What waits to be saved stays in sight.
  bar: {
    position: 'sticky',
    bottom: 0,
    padding: `${tokens.spacingVerticalS} 0`,
    background: tokens.colorNeutralBackground2,
  },
  text: { overflowWrap: 'anywhere' },
});
