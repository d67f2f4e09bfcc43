import type { Cycle, JobOverview } from '@joinery/graph-api/contract';
import { makeStyles, ProgressBar, Text, tokens, Toolbar, ToolbarButton } from '@fluentui/react-components';
import {
  ArrowClockwiseRegular,
  EditRegular,
  PauseRegular,
  PersonArrowRightRegular,
  PlayRegular,
} from '@fluentui/react-icons';
import {
  DateTime,
  durationText,
  EntityTable,
  QueryView,
  RelativeTime,
  RouteLink,
  Section,
  StatusBadge,
  useConfirm,
  useToasts,
  type Column,
  type Tone,
} from '@joinery/ui';
import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { control, cyclesQuery, restart } from '../../data/jobs.ts';
import { ConfiguredJob } from '../../design/configured-job.tsx';
import { Facts, Figures } from '../../design/facts.tsx';
import { entryCount } from '../../design/health-badge.tsx';
import { messages } from '../../messages.ts';
import { QuarantineBanner } from './quarantine-banner.tsx';

const m = messages.overview;

export function OverviewTab() {
  return (
    <ConfiguredJob title={messages.application.notConfigured} text={messages.application.notConfiguredText}>
      {(overview, canEdit) => <Overview overview={overview} canEdit={canEdit} />}
    </ConfiguredJob>
  );
}

function Overview({ overview, canEdit }: { overview: JobOverview; canEdit: boolean }) {
  const styles = useStyles();
  const { servicePrincipalId: id, job } = overview;
  const base = `/enterprise-applications/${id}`;
  return (
    <>
      {canEdit && <Controls overview={overview} />}
      <QuarantineBanner overview={overview} canEdit={canEdit} />
      <div className={styles.columns}>
        <CurrentCycle overview={overview} />
        <Section title={m.statistics}>
          <Figures
            figures={[
              [m.users, entryCount(overview, 'User')],
              [m.groups, entryCount(overview, 'Group')],
              [m.failing, overview.escrows],
            ]}
          />
          <details className={styles.details}>
            <summary>{m.details}</summary>
            <Facts
              facts={[
                [m.completed, <DateTime key="t" value={overview.last?.ended} otherwise={messages.never} />],
                [
                  m.duration,
                  typeof overview.last?.durationMs === 'number' ? durationText(overview.last.durationMs) : '–',
                ],
                [
                  m.steady,
                  <DateTime key="s" value={job.status.steadyStateFirstAchievedTime} otherwise={messages.never} />,
                ],
                [m.interval, durationText(overview.settings.intervalSeconds * 1000)],
                [m.activity, overview.last?.id ?? '–'],
                [m.job, job.id],
              ]}
            />
          </details>
        </Section>
      </div>
      {canEdit && (
        <Section title={m.manage}>
          <ul className={styles.links}>
            <li>
              <RouteLink href={`${base}/provisioning`}>{m.links.credentials}</RouteLink>
            </li>
            <li>
              <RouteLink href={`${base}/attribute-mapping`}>{m.links.mapping}</RouteLink>
            </li>
            <li>
              <RouteLink href={`${base}/attribute-mapping/User`}>{m.links.scope}</RouteLink>
            </li>
            <li>
              <RouteLink href={`${base}/provision-on-demand`}>{m.links.demand}</RouteLink>
            </li>
            <li>
              <RouteLink href={`${base}/preview`}>{m.links.preview}</RouteLink>
            </li>
          </ul>
        </Section>
      )}
      <Cycles jobId={job.id} base={base} />
    </>
  );
}

function Controls({ overview }: { overview: JobOverview }) {
  const { servicePrincipalId: id, job } = overview;
  const confirm = useConfirm();
  const toasts = useToasts();
  const router = useRouter();
  const users = entryCount(overview, 'User');
  const groups = entryCount(overview, 'Group');
  const isOn = job.schedule.state === 'Active';
  const attempt = (work: Promise<void>, done: string) =>
    work.then(
      () => toasts.success(done),
      (error: unknown) => toasts.failure(m.failed, error),
    );
  const stop = async () => {
    const isSure = await confirm({ title: m.stopTitle, consequences: m.stopText(users, groups), action: m.stop });
    if (isSure) await attempt(control(id, job.id, 'pause'), m.stopped);
  };
  const again = async () => {
    const isSure = await confirm({
      title: m.restartTitle,
      consequences: m.restartText(users, groups),
      action: m.restart,
    });
    if (isSure) await attempt(restart(id, job.id), m.restarted);
  };
  const go = (tab: string) => () => router.history.push(`/enterprise-applications/${id}/${tab}`);
  return (
    <Toolbar aria-label={m.manage} style={{ flexWrap: 'wrap', padding: 0 }}>
      {isOn ? (
        <ToolbarButton icon={<PauseRegular />} onClick={() => void stop()}>
          {m.stop}
        </ToolbarButton>
      ) : (
        <ToolbarButton
          appearance="primary"
          icon={<PlayRegular />}
          onClick={() => void attempt(control(id, job.id, 'start'), m.started)}
        >
          {m.start}
        </ToolbarButton>
      )}
      <ToolbarButton icon={<ArrowClockwiseRegular />} onClick={() => void again()}>
        {m.restart}
      </ToolbarButton>
      <ToolbarButton icon={<EditRegular />} onClick={go('provisioning')}>
        {m.edit}
      </ToolbarButton>
      <ToolbarButton icon={<PersonArrowRightRegular />} onClick={go('provision-on-demand')}>
        {m.onDemand}
      </ToolbarButton>
    </Toolbar>
  );
}

function CurrentCycle({ overview }: { overview: JobOverview }) {
  const styles = useStyles();
  const { running, last, job, servicePrincipalId } = overview;
  const shown = running ?? last;
  const isOn = job.schedule.state === 'Active';
  return (
    <Section title={m.current}>
      <div aria-live="polite">
        <Text weight="semibold">{cycleText(running, last)}</Text>
      </div>
      {running && <CycleProgress cycle={running} />}
      {!running && last?.error && <Text className={styles.error}>{last.error.message}</Text>}
      {shown && <Figures figures={cycleFigures(shown)} />}
      {overview.overdueSinceDateTime !== null && <Text className={styles.error}>{m.overdue}</Text>}
      <Facts
        facts={[
          [
            m.lastCheck,
            <span key="c">
              <RelativeTime value={overview.lastCheckDateTime} otherwise={messages.never} />
              {foundNothing(overview) && ` · ${m.noChanges}`}
            </span>,
          ],
          [
            m.nextRun,
            running ? (
              m.now
            ) : isOn ? (
              <RelativeTime key="n" value={overview.nextRunDateTime} otherwise={m.now} />
            ) : (
              m.onStop
            ),
          ],
        ]}
      />
      <RouteLink
        href={`/enterprise-applications/${servicePrincipalId}/provisioning-logs${shown ? `?cycle=${shown.id}` : ''}`}
      >
        {m.viewLogs}
      </RouteLink>
    </Section>
  );
}

/** The job was looked at after its last cycle, or in it, and there was nothing to do. */
function foundNothing({ running, last, lastCheckDateTime }: JobOverview): boolean {
  if (running !== null || last === null || last.ended === null || lastCheckDateTime === null) return false;
  if (last.state === 'failed') return false;
  const { created, updated, disabled, deleted, failed } = last.counts;
  return (
    Date.parse(lastCheckDateTime) > Date.parse(last.ended) || created + updated + disabled + deleted + failed === 0
  );
}

function cycleText(running: Cycle | null, last: Cycle | null): string {
  if (running) return m.running(running.kind);
  if (!last || last.state === 'running') return m.noCycle;
  return m.done[last.kind][last.state];
}

function CycleProgress({ cycle }: { cycle: Cycle }) {
  const { done, total } = cycle.pages;
  const isCounting = total === 0;
  return (
    <div>
      <ProgressBar thickness="large" aria-label={m.progress} {...(isCounting ? {} : { value: done, max: total })} />
      <Text size={200}>{isCounting ? m.counting : m.pages(done, total)}</Text>
    </div>
  );
}

function cycleFigures({ counts }: Cycle): readonly (readonly [string, number])[] {
  const names = ['created', 'updated', 'disabled', 'deleted', 'skipped', 'failed'] as const;
  return names.map((name) => [m.counts[name], counts[name]]);
}

const tones: Readonly<Record<Cycle['state'], Tone>> = {
  running: 'informative',
  succeeded: 'success',
  'entry-level-errors': 'warning',
  failed: 'danger',
};

function Cycles({ jobId, base }: { jobId: string; base: string }) {
  const cycles = useQuery({ ...cyclesQuery(jobId), refetchInterval: 15_000 });
  const columns: readonly Column<Cycle>[] = [
    {
      id: 'began',
      header: m.cyclesColumns.began,
      width: '11rem',
      render: (cycle) => (
        <RouteLink href={`${base}/provisioning-logs?cycle=${cycle.id}`}>
          <DateTime value={cycle.began} />
        </RouteLink>
      ),
    },
    { id: 'kind', header: m.cyclesColumns.kind, width: '7rem', render: (cycle) => m.kind[cycle.kind] },
    {
      id: 'state',
      header: m.cyclesColumns.state,
      width: '8.5rem',
      render: (cycle) => <StatusBadge tone={tones[cycle.state]}>{m.state[cycle.state]}</StatusBadge>,
    },
    {
      id: 'duration',
      header: m.cyclesColumns.duration,
      width: '6rem',
      render: (cycle) => (cycle.durationMs === null ? '–' : durationText(cycle.durationMs)),
    },
    {
      id: 'changes',
      header: m.cyclesColumns.changes,
      render: ({ counts }) =>
        [counts.created, counts.updated, counts.disabled, counts.deleted].map((n) => n.toLocaleString()).join(' / '),
    },
    {
      id: 'failed',
      header: m.cyclesColumns.failed,
      align: 'end',
      width: '5rem',
      render: ({ counts }) => counts.failed.toLocaleString(),
    },
  ];
  return (
    <Section title={m.cycles}>
      <QueryView query={cycles}>
        {({ value }) => (
          <EntityTable label={m.cycles} columns={columns} rows={value} rowId={(cycle) => cycle.id} empty={m.noCycle} />
        )}
      </QueryView>
    </Section>
  );
}

const useStyles = makeStyles({
  columns: {
    display: 'grid',
    gap: tokens.spacingHorizontalL,
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(360px, 100%), 1fr))',
    alignItems: 'start',
  },
  links: {
    listStyle: 'none',
    margin: 0,
    padding: 0,
    display: 'flex',
    flexWrap: 'wrap',
    columnGap: '32px',
    rowGap: '8px',
  },
  details: {
    '& > summary': { cursor: 'pointer', marginBottom: tokens.spacingVerticalS, color: tokens.colorBrandForegroundLink },
  },
  error: { color: tokens.colorStatusDangerForeground1, overflowWrap: 'anywhere' },
});
