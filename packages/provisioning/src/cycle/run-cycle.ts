import { ConfigError, JoineryError, brandId, type CycleId, type JobId } from '@joinery/base';
import { ConnectorError } from '@joinery/connector-kit';
import type { Cycle, Job } from '../job/job.ts';
import type { OperationObserver } from '../plan/operation.ts';
import type { EnginePorts } from '../ports.ts';
import { compiledSchemaOf, openContext, type JobContext } from './context.ts';
import { endOfExceeded, endOfFailure, finishComplete, finishCycle } from './end-cycle.ts';
import type { CyclePlan, ObjectKind, RunningCycle } from './ports.ts';
import { runPages, type PagesEnd, type RunOptions } from './run-pages.ts';
import { openShare } from './share.ts';
import { engineDefaults } from './settings.ts';

export interface CycleOptions {
  readonly observer?: OperationObserver;
  /** Retry every failed object, whatever its ladder. */
  readonly retryAllEscrows?: boolean;
  readonly workerId?: string;
  readonly pageSize?: number;
  readonly groupPageSize?: number;
  readonly leaseMs?: number;
  readonly signal?: AbortSignal;
  /** Pages done and in all, after each page. */
  readonly onProgress?: (pages: { readonly done: number; readonly total: number }) => void;
}

/** What the next cycle of a job is planned by. An unusable schema plans nothing: the failure shows when the cycle runs. */
export function cyclePlan(
  ports: EnginePorts,
  job: Job,
  trigger: CyclePlan['trigger'],
  options: Pick<RunOptions, 'pageSize' | 'groupPageSize'> & { readonly retryAllEscrows: boolean },
): CyclePlan {
  const isEfficient = job.settings.profile === 'efficient';
  let schema;
  try {
    schema = compiledSchemaOf(job);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
  }
  const managers = schema?.user?.references.some((one) => one.source === 'manager') ?? false;
  return {
    cycleId: brandId<CycleId>(ports.newId()),
    trigger,
    users: schema?.user !== undefined,
    groups: schema?.group !== undefined,
    scopeReads: { user: schema?.user?.scopeReads, group: schema?.group?.scopeReads },
    members: schema?.group?.references.some((one) => one.source === 'members') ?? false,
    managers,
    orderByManager: isEfficient && managers,
    listing: isEfficient,
    pageSize: options.pageSize,
    groupPageSize: options.groupPageSize,
    retryAllEscrows: options.retryAllEscrows,
  };
}

/** Whether the listing is complete is known once object pages are out, and then holds for the whole cycle. */
function listingOf(ports: EnginePorts, cycle: RunningCycle): (kind: ObjectKind) => Promise<boolean> {
  let known: Promise<RunningCycle['listed']> | undefined;
  return async (kind) => {
    known ??= ports.cycles.running(cycle.job.id).then((one) => one?.listed ?? cycle.listed);
    return (await known)[kind];
  };
}

/** A preview leaves neither quarantine nor mails nor log rows. False: the cycle is none. */
async function endsPreview(
  ports: EnginePorts,
  cycle: RunningCycle,
  error: JoineryError | undefined,
  takeRequests: () => number,
): Promise<boolean> {
  if (cycle.preview?.mode !== 'plan') return false;
  const code = error instanceof ConnectorError ? error.logCode : error?.code;
  const text = error && { code: code ?? '', message: error.message };
  await ports.previews.finish(cycle, { error: text, requests: takeRequests() });
  return true;
}

async function endOf(
  ports: EnginePorts,
  cycle: RunningCycle,
  context: JobContext,
  end: PagesEnd,
): Promise<'ended' | 'open' | 'pruned'> {
  const now = ports.clock.now();
  switch (end.kind) {
    case 'complete':
      if (await endsPreview(ports, cycle, undefined, context.takeRequests)) return 'ended';
      await finishComplete(ports, cycle, context.takeRequests());
      return 'ended';
    case 'failed':
      if (await endsPreview(ports, cycle, end.error, context.takeRequests)) return 'ended';
      await finishCycle(ports, cycle, endOfFailure(ports, cycle, end.error, context.takeRequests()));
      return 'ended';
    case 'exceeded':
      if (cycle.kind === 'initial') {
        await ports.cycles.pruneEscrows(cycle.id);
        return 'pruned';
      }
      await finishCycle(ports, cycle, endOfExceeded(cycle.job, end.reason, now, context.takeRequests()));
      return 'ended';
    case 'stopped':
    case 'aborted':
      return 'open';
  }
}

export interface ContinueOptions extends RunOptions {
  readonly observer?: OperationObserver | undefined;
  /** How often this worker looks how many work on the job; undefined: it has the job's limits to itself. */
  readonly shareEveryMs?: number | undefined;
}

/** Works on a running cycle until it has ended, or this worker is to stop. */
export async function continueCycle(ports: EnginePorts, cycle: RunningCycle, options: ContinueOptions): Promise<void> {
  let context: JobContext;
  try {
    context = await openContext(ports, cycle.job, {
      cycleId: cycle.id,
      isListed: listingOf(ports, cycle),
      observer: options.observer,
      preview: cycle.preview,
    });
  } catch (error) {
    // No target, no schema, no credentials: a failure of the job like one that the target answers.
    if (!(error instanceof ConnectorError || error instanceof JoineryError)) throw error;
    if (error.code.startsWith('store.')) throw error;
    if (await endsPreview(ports, cycle, error, () => 0)) return;
    await finishCycle(ports, cycle, endOfFailure(ports, cycle, error, 0));
    return;
  }
  const share =
    options.shareEveryMs === undefined
      ? undefined
      : openShare(context, { workerId: options.workerId, everyMs: options.shareEveryMs, signal: options.signal });
  try {
    if (share !== undefined && !(await share.ready())) return;
    // However many objects would fail: a preview shows them all.
    let current = cycle.preview?.mode === 'plan' ? { ...cycle, escrowsPruned: true } : cycle;
    for (;;) {
      const end = await runPages(context, current, options);
      if ((await endOf(ports, current, context, end)) !== 'pruned') return;
      current = { ...current, escrowsPruned: true };
    }
  } finally {
    await share?.end();
    await context.target.close();
  }
}

/**
 * Runs one cycle of a job to its end in this process, whatever the job's schedule; one that was interrupted goes on.
 * Throws `JoineryError` `provisioning.job_not_found`.
 */
export async function runCycle(ports: EnginePorts, jobId: JobId, options: CycleOptions = {}): Promise<Cycle> {
  const job = await ports.jobs.get(jobId);
  if (job === undefined) {
    throw new JoineryError({
      code: 'provisioning.job_not_found',
      message: `There is no provisioning job with the id ${jobId}.`,
    });
  }
  await ports.cycles.maintain(new Date(ports.clock.now()));
  const sizes = {
    pageSize: options.pageSize ?? engineDefaults.pageSize,
    groupPageSize: options.groupPageSize ?? engineDefaults.groupPageSize,
  };
  const plan = cyclePlan(ports, job, 'forced', { ...sizes, retryAllEscrows: options.retryAllEscrows ?? false });
  const cycle = await ports.cycles.begin(job, plan);
  if (cycle === undefined) {
    throw new JoineryError({
      code: 'provisioning.job_changed',
      message: 'The job was changed while the cycle began; run it again.',
      retry: 'later',
    });
  }
  await continueCycle(ports, cycle, {
    ...sizes,
    workerId: options.workerId ?? ports.newId(),
    leaseMs: options.leaseMs ?? engineDefaults.leaseMs,
    busyPollMs: engineDefaults.busyPollMs,
    absorb: undefined,
    signal: options.signal,
    observer: options.observer,
    onProgress: options.onProgress,
  });
  return (await ports.jobs.getCycle(cycle.id)) ?? cycle;
}
