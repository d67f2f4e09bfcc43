import type { JobOverview, Preview } from '@joinery/graph-api/contract';
import {
  Button,
  Checkbox,
  makeStyles,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  ProgressBar,
  Select,
  tokens,
} from '@fluentui/react-components';
import { DeleteRegular, DismissRegular, PlayRegular, SearchRegular } from '@fluentui/react-icons';
import {
  DateTime,
  dateTimeText,
  EmptyState,
  QueryView,
  Section,
  useConfirm,
  useToasts,
  useUrlState,
} from '@joinery/ui';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { applyPreview, deletePreview, isUnderWay, makePreview, previewsQuery } from '../../data/previews.ts';
import { ConfiguredJob } from '../../design/configured-job.tsx';
import { Facts, Figures } from '../../design/facts.tsx';
import { messages } from '../../messages.ts';
import { OperationList } from './cycle-preview-operations.tsx';

const m = messages.cyclePreview;
const actions = ['create', 'update', 'disable', 'delete'] as const;

/** A whole cycle before anything is sent, and the way to send exactly that. */
export function CyclePreviewTab() {
  return (
    <ConfiguredJob title={m.notConfigured} text={m.notConfiguredText}>
      {(overview, canEdit) => <Previewed overview={overview} canEdit={canEdit} />}
    </ConfiguredJob>
  );
}

function Previewed({ overview, canEdit }: { overview: JobOverview; canEdit: boolean }) {
  const jobId = overview.job.id;
  const previews = useQuery(previewsQuery(jobId));
  const [{ preview: chosen }, setState] = useUrlState(['preview', 'operation'] as const);
  return (
    <QueryView query={previews}>
      {(all) => {
        const shown = all.find((one) => one.id === chosen) ?? all[0];
        return (
          <>
            <Section
              title={m.title}
              description={m.description}
              actions={
                <>
                  {all.length > 1 && shown && (
                    <Select
                      aria-label={m.choose}
                      value={shown.id}
                      onChange={(_, { value }) => setState({ preview: value, operation: '' })}
                    >
                      {all.map((one) => (
                        <option key={one.id} value={one.id}>
                          {dateTimeText(Date.parse(one.createdDateTime), { long: true })}
                        </option>
                      ))}
                    </Select>
                  )}
                  {canEdit && (
                    <Controls
                      jobId={jobId}
                      shown={shown}
                      isMaking={all.some((one) => one.state === 'notStarted' || one.state === 'running')}
                      onMade={() => setState({ preview: '', operation: '' })}
                    />
                  )}
                </>
              }
            >
              {shown && <Result jobId={jobId} preview={shown} canEdit={canEdit} />}
            </Section>
            {shown?.state === 'succeeded' && <OperationList jobId={jobId} preview={shown} />}
            {!shown && <EmptyState title={m.empty}>{m.emptyText}</EmptyState>}
          </>
        );
      }}
    </QueryView>
  );
}

function Controls({
  jobId,
  shown,
  isMaking,
  onMade,
}: {
  jobId: string;
  shown: Preview | undefined;
  isMaking: boolean;
  onMade: () => void;
}) {
  const toasts = useToasts();
  const make = useMutation({
    mutationFn: () => makePreview(jobId),
    onSuccess: () => {
      onMade();
      toasts.success(m.started);
    },
    onError: (error) => toasts.failure(m.failed, error),
  });
  const remove = useMutation({
    mutationFn: (id: string) => deletePreview(jobId, id),
    onSuccess: () => {
      onMade();
      toasts.success(m.deleted);
    },
    onError: (error) => toasts.failure(m.failed, error),
  });
  const isShownMaking = shown?.state === 'notStarted' || shown?.state === 'running';
  return (
    <>
      {shown && isShownMaking && (
        <Button icon={<DismissRegular />} disabled={remove.isPending} onClick={() => remove.mutate(shown.id)}>
          {m.cancel}
        </Button>
      )}
      {shown && !isUnderWay(shown) && (
        <Button
          appearance="subtle"
          icon={<DeleteRegular />}
          disabled={remove.isPending}
          onClick={() => remove.mutate(shown.id)}
        >
          {m.remove}
        </Button>
      )}
      {!isMaking && (
        <Button
          appearance={shown === undefined || shown.application !== null ? 'primary' : 'secondary'}
          icon={<SearchRegular />}
          disabled={make.isPending}
          onClick={() => make.mutate()}
        >
          {m.make}
        </Button>
      )}
    </>
  );
}

function Progress({ label, pages }: { label: string; pages: Preview['pages'] }) {
  const share = pages.total === 0 ? undefined : pages.done / pages.total;
  return (
    <div role="status">
      {label}
      <ProgressBar aria-label={label} thickness="large" {...(share === undefined ? {} : { value: share })} />
    </div>
  );
}

function Result({ jobId, preview, canEdit }: { jobId: string; preview: Preview; canEdit: boolean }) {
  const styles = useStyles();
  const { counts, deletionGuard: guard } = preview;
  if (preview.state === 'notStarted' || preview.state === 'running') {
    return <Progress label={m.making} pages={preview.pages} />;
  }
  return (
    <div className={styles.root}>
      {preview.state === 'failed' && (
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>{m.madeFailed}</MessageBarTitle>
            {preview.error?.message}
          </MessageBarBody>
        </MessageBar>
      )}
      {guard?.trips === true && !preview.application && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>{m.guardTitle}</MessageBarTitle> {m.guardText(guard.departures)}
          </MessageBarBody>
        </MessageBar>
      )}
      {preview.application && <Application preview={preview} application={preview.application} />}
      {counts && (
        <Figures
          figures={[
            ...actions.map((action) => [m.figures[action], counts[action]] as const),
            [m.figures.skip, counts.skip],
            [m.figures.failed, counts.failed],
          ]}
        />
      )}
      {canEdit && counts && !preview.application && <ApplyButton jobId={jobId} preview={preview} />}
      <Facts
        facts={[
          [m.facts.made, <DateTime key="made" value={preview.createdDateTime} />],
          [m.facts.by, preview.createdBy?.displayName ?? m.nobody],
          [m.facts.kind, preview.kind === null ? undefined : m.kinds[preview.kind]],
          [m.facts.requests, preview.requests.toLocaleString()],
          [m.facts.kept, <DateTime key="kept" value={preview.expirationDateTime} />],
        ]}
      />
      {preview.reasons.length > 0 && (
        <details>
          <summary className={styles.summary}>{m.reasons}</summary>
          <Facts
            facts={preview.reasons.map((one) => [
              `${one.failed ? m.figures.failed : m.figures[one.action]}, ${m.types[one.objectType] ?? ''}: ${m.why[one.reason] ?? one.reason}`,
              one.count.toLocaleString(),
            ])}
          />
        </details>
      )}
    </div>
  );
}

function Application({ preview, application }: { preview: Preview; application: NonNullable<Preview['application']> }) {
  const [, setState] = useUrlState(['preview', 'applied'] as const);
  const { state, counts, error } = application;
  if (state === 'requested' || state === 'running') {
    return <Progress label={m.application[state]} pages={application.pages} />;
  }
  const isWell = state === 'succeeded' && counts !== null && counts.failed + counts.changed === 0;
  return (
    <MessageBar intent={state === 'failed' ? 'error' : isWell ? 'success' : 'warning'} layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>{m.application[state]}</MessageBarTitle> {error?.message} {counts && m.appliedText(counts)}
      </MessageBarBody>
      {counts !== null && counts.changed > 0 && (
        <MessageBarActions>
          <Button size="small" onClick={() => setState({ preview: preview.id, applied: 'changed' })}>
            {m.showChanged}
          </Button>
        </MessageBarActions>
      )}
    </MessageBar>
  );
}

type Counted = readonly [users: number, groups: number];

/** Users and groups with one of these actions, without those that can't be provisioned. */
function countOf(preview: Preview, of: readonly string[]): Counted {
  const rows = preview.reasons.filter((one) => !one.failed && of.includes(one.action));
  const count = (type: string): number =>
    rows.filter((one) => one.objectType === type).reduce((total, one) => total + one.count, 0);
  return [count('User'), count('Group')];
}

function ApplyButton({ jobId, preview }: { jobId: string; preview: Preview }) {
  const confirm = useConfirm();
  const toasts = useToasts();
  const apply = useMutation({
    mutationFn: (allowDeletes: boolean) => applyPreview(jobId, preview.id, allowDeletes),
    onSuccess: () => toasts.success(m.applyStarted),
    onError: (error) => toasts.failure(m.failed, error),
  });
  const concerned = countOf(preview, actions);
  const departing = countOf(preview, ['disable', 'delete']);
  const ask = async () => {
    let allowsDeletes = false;
    const isSure = await confirm({
      title: m.applyTitle(...concerned),
      consequences: <Consequences preview={preview} onAllow={(allows) => (allowsDeletes = allows)} />,
      action: m.apply,
      isDangerous: departing[0] + departing[1] > 0,
    });
    if (isSure) apply.mutate(allowsDeletes);
  };
  if (concerned[0] + concerned[1] === 0) return <p>{m.nothing}</p>;
  return (
    <div>
      <Button appearance="primary" icon={<PlayRegular />} disabled={apply.isPending} onClick={() => void ask()}>
        {m.apply}
      </Button>
    </div>
  );
}

function Consequences({ preview, onAllow }: { preview: Preview; onAllow: (allows: boolean) => void }) {
  const styles = useStyles();
  const [isAllowed, setIsAllowed] = useState(false);
  return (
    <div className={styles.root}>
      <ul className={styles.list}>
        {actions.map((action) => {
          const [users, groups] = countOf(preview, [action]);
          return users + groups > 0 && <li key={action}>{m.applyParts(action, users, groups)}</li>;
        })}
      </ul>
      <p className={styles.text}>{m.applyText}</p>
      {preview.deletionGuard?.trips === true && (
        <Checkbox
          checked={isAllowed}
          label={m.allow(...countOf(preview, ['disable', 'delete']))}
          onChange={(_, { checked }) => {
            setIsAllowed(checked === true);
            onAllow(checked === true);
          }}
        />
      )}
    </div>
  );
}

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM, minWidth: 0 },
  list: { margin: 0, paddingLeft: tokens.spacingHorizontalXL },
  text: { margin: 0 },
  summary: { cursor: 'pointer', marginBottom: tokens.spacingVerticalS },
});
