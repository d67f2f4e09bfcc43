import type { Comparison, JobOverview } from '@joinery/graph-api/contract';
import {
  Button,
  makeStyles,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  ProgressBar,
  Select,
  Tab,
  TabList,
  Text,
  tokens,
} from '@fluentui/react-components';
import { ArrowSyncRegular, DismissRegular } from '@fluentui/react-icons';
import { DateTime, EmptyState, QueryView, Section, useToasts, useUrlState } from '@joinery/ui';
import { useMutation, useQuery } from '@tanstack/react-query';
import { accountTabs, cancelComparison, comparisonsQuery, startComparison } from '../../data/drift.ts';
import { saveSettings, settingsQuery } from '../../data/jobs.ts';
import { ConfiguredJob } from '../../design/configured-job.tsx';
import { messages } from '../../messages.ts';
import { AccountList } from './identities-list.tsx';

const m = messages.identities;

/** What the application has that is not ours, and what was changed there. */
export function IdentitiesTab() {
  return (
    <ConfiguredJob title={m.notConfigured} text={m.notConfiguredText}>
      {(overview, canEdit) => <Identities overview={overview} canEdit={canEdit} />}
    </ConfiguredJob>
  );
}

function Identities({ overview, canEdit }: { overview: JobOverview; canEdit: boolean }) {
  const jobId = overview.job.id;
  const comparisons = useQuery(comparisonsQuery(jobId));
  return (
    <QueryView query={comparisons}>
      {(all) => {
        const running = all.find((one) => one.state === 'running');
        const result = all.find((one) => one.state === 'succeeded');
        const latest = all[0];
        return (
          <>
            <Section description={m.description} actions={canEdit && <Controls jobId={jobId} running={running} />}>
              {running && <Progress comparison={running} />}
              {latest?.state === 'failed' && <Failure comparison={latest} />}
              {result && <Compared comparison={result} />}
            </Section>
            {result ? (
              <Found jobId={jobId} comparison={result} canEdit={canEdit} />
            ) : (
              !running && <EmptyState title={m.empty}>{m.emptyText}</EmptyState>
            )}
          </>
        );
      }}
    </QueryView>
  );
}

function Controls({ jobId, running }: { jobId: string; running: Comparison | undefined }) {
  const toasts = useToasts();
  const start = useMutation({
    mutationFn: () => startComparison(jobId),
    onSuccess: () => toasts.success(m.started),
    onError: (error) => toasts.failure(m.failed, error),
  });
  const cancel = useMutation({
    mutationFn: (id: string) => cancelComparison(jobId, id),
    onSuccess: () => toasts.success(m.canceled),
    onError: (error) => toasts.failure(m.failed, error),
  });
  return (
    <>
      <Schedule jobId={jobId} />
      {running ? (
        <Button icon={<DismissRegular />} disabled={cancel.isPending} onClick={() => cancel.mutate(running.id)}>
          {m.cancel}
        </Button>
      ) : (
        <Button
          appearance="primary"
          icon={<ArrowSyncRegular />}
          disabled={start.isPending}
          onClick={() => start.mutate()}
        >
          {m.compare}
        </Button>
      )}
    </>
  );
}

/** How often a comparison is made without being asked for. */
function Schedule({ jobId }: { jobId: string }) {
  const toasts = useToasts();
  const { data: settings } = useQuery(settingsQuery(jobId));
  const save = useMutation({
    mutationFn: (value: string) =>
      saveSettings(jobId, {
        comparison: { enabled: value !== '', intervalHours: value === '' ? 24 : Number(value) },
      }),
    onSuccess: () => toasts.success(m.scheduleSaved),
    onError: (error) => toasts.failure(messages.notSaved, error),
  });
  if (!settings) return undefined;
  const { enabled, intervalHours } = settings.comparison;
  const value = enabled ? String(intervalHours) : '';
  const options = value in m.schedules ? m.schedules : { ...m.schedules, [value]: m.everyHours(intervalHours) };
  return (
    <Select
      aria-label={m.schedule}
      value={value}
      disabled={save.isPending}
      onChange={(_, data) => save.mutate(data.value)}
    >
      {Object.entries(options).map(([hours, text]) => (
        <option key={hours} value={hours}>
          {text}
        </option>
      ))}
    </Select>
  );
}

function Progress({ comparison: { objects } }: { comparison: Comparison }) {
  const isKnown = objects.total !== null && objects.total > 0;
  return (
    <div>
      <ProgressBar
        thickness="large"
        aria-label={m.running}
        {...(isKnown ? { value: objects.done / (objects.total ?? 1) } : {})}
      />
      <Text block aria-live="polite">
        {m.progress(objects.done, objects.total)}
      </Text>
    </div>
  );
}

function Failure({ comparison }: { comparison: Comparison }) {
  return (
    <MessageBar intent="error" layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>{m.comparisonFailed}</MessageBarTitle>
        {comparison.error?.message}
      </MessageBarBody>
    </MessageBar>
  );
}

function Compared({ comparison }: { comparison: Comparison }) {
  const { requestedBy, endedDateTime, queued } = comparison;
  return (
    <Text aria-live="polite">
      {m.lastCompared} <DateTime value={endedDateTime} /> {requestedBy ? m.by(requestedBy.displayName) : m.bySchedule}
      {queued > 0 && ` · ${m.queued(queued)}`}
    </Text>
  );
}

/** The tabs with their counts, and the accounts of the chosen one. */
function Found({ jobId, comparison, canEdit }: { jobId: string; comparison: Comparison; canEdit: boolean }) {
  const styles = useStyles();
  const [{ class: ofClass }, setFilters] = useUrlState(['class', 'search', 'type', 'account']);
  const tab = accountTabs.find((one) => one === ofClass) ?? 'local';
  const count = (one: (typeof accountTabs)[number]) =>
    one === 'ignored' ? comparison.ignored : comparison.counts[one];
  return (
    <Section>
      <TabList
        selectedValue={tab}
        className={styles.tabs ?? ''}
        onTabSelect={(_, { value }) => setFilters({ class: String(value), search: '', account: '' })}
      >
        {accountTabs.map((one) => (
          <Tab key={one} value={one} id={`accounts-tab-${one}`}>
            {`${m.tabs[one] ?? one} (${count(one).toLocaleString()})`}
          </Tab>
        ))}
      </TabList>
      <div role="tabpanel" aria-labelledby={`accounts-tab-${tab}`} className={styles.panel}>
        <Text className={styles.text}>{m.tabTexts[tab]}</Text>
        <AccountList key={tab} jobId={jobId} comparison={comparison} tab={tab} canEdit={canEdit} />
      </div>
    </Section>
  );
}

const useStyles = makeStyles({
  tabs: { flexWrap: 'wrap' },
  panel: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM, minWidth: 0 },
  text: { color: tokens.colorNeutralForeground2, maxWidth: '80ch' },
});
