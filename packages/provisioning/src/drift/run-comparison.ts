import { ConfigError, JoineryError } from '@joinery/base';
import { ConnectorError } from '@joinery/connector-kit';
import { failureText, type PageControl } from '../apply/attempt.ts';
import { openContext, type JobContext } from '../cycle/context.ts';
import { keepLease } from '../cycle/lease.ts';
import type { Job } from '../job/job.ts';
import type { EnginePorts } from '../ports.ts';
import { carryOut } from './act.ts';
import { compareStep, type ComparisonTask } from './compare.ts';
import type { ComparisonStage, ComparisonStore, ComparisonWork } from './ports.ts';

export interface DriftPorts extends EnginePorts {
  readonly comparisons: ComparisonStore;
}

export interface ComparisonOptions {
  readonly leaseMs: number;
  /** When the work was asked for, in milliseconds: its lease began no later. */
  readonly since: number;
  readonly signal: AbortSignal;
}

/** A comparison is in no hurry: cycles beside it keep most of the target. */
const concurrencyMax = 4;
const actionsMax = 50;
const busyPauseMs = 1_000;

function textOf(error: unknown): { readonly code: string; readonly message: string } | undefined {
  if (error instanceof ConnectorError) return failureText(error);
  if (error instanceof ConfigError) return { code: error.code, message: error.message };
  // The store's own trouble is not the comparison's: it goes on when the database is back.
  if (error instanceof JoineryError && !error.code.startsWith('store.')) return { code: error.code, message: error.message }; // prettier-ignore
  return undefined;
}

/** Goes on with the stages until the last is over. False: the lease was lost, or this worker is to stop. */
async function compare(ports: DriftPorts, task: ComparisonTask, work: ComparisonWork): Promise<boolean> {
  let stage: ComparisonStage = work.stage;
  let position = work.position;
  let isTaken = position !== undefined;
  for (;;) {
    if (task.control.isLost()) return false;
    let step;
    try {
      step = await compareStep(task, stage, position);
    } catch (error) {
      // The page that another worker would have gone on with may be one that the target knows no more.
      if (!isTaken || !(error instanceof ConnectorError) || error.scope === 'job') throw error;
      position = undefined;
      isTaken = false;
      continue;
    }
    if (task.context.failure !== undefined) throw task.context.failure;
    if (step === 'stopped') return false;
    if (step === 'done') return true;
    if (!(await ports.comparisons.commit(work, step))) return false;
    ({ stage, position } = step);
    isTaken = false;
  }
}

async function act(ports: DriftPorts, task: ComparisonTask, work: ComparisonWork): Promise<void> {
  while (!task.control.isLost()) {
    const accounts = await ports.comparisons.queued(work.comparison.id, actionsMax);
    if (accounts.length === 0) return;
    const results = await carryOut(task, accounts, work.owner);
    await ports.comparisons.settle(work, results);
    if (results.length === 0) await ports.clock.sleep(busyPauseMs).catch(() => {});
  }
}

async function workOn(
  ports: DriftPorts,
  context: JobContext,
  work: ComparisonWork,
  control: PageControl,
): Promise<void> {
  const { comparisons } = ports;
  const task: ComparisonTask = { context, comparisons, control, comparisonId: work.comparison.id };
  await context.connect();
  if (work.comparison.state === 'running') {
    if (context.description.listPageSize === undefined) {
      throw new ConfigError({
        code: 'provisioning.target_not_listable',
        message: 'The target does not list its accounts, so that it can not be compared.',
        retry: 'after-change',
      });
    }
    if (!(await compare(ports, task, work))) return;
    await comparisons.finish(work, { state: 'succeeded' });
  }
  await act(ports, task, work);
}

/** What failed of a comparison ends it; what failed of the queued actions ends those. */
async function fail(ports: DriftPorts, work: ComparisonWork, error: { code: string; message: string }): Promise<void> {
  const { comparisons } = ports;
  if (work.comparison.state === 'running') await comparisons.finish(work, { state: 'failed', error });
  for (;;) {
    const accounts = await comparisons.queued(work.comparison.id, 1_000);
    if (accounts.length === 0) return;
    await comparisons.settle(work, accounts.map(({ id }) => ({ id, error, targetId: undefined }))); // prettier-ignore
  }
}

function forComparison(job: Job): Job {
  const concurrency = Math.min(job.settings.concurrency, concurrencyMax);
  return { ...job, settings: { ...job.settings, concurrency } };
}

/** Works on a comparison and the actions on its accounts until nothing is left, or this worker is to stop. */
export async function runComparison(
  ports: DriftPorts,
  work: ComparisonWork,
  options: ComparisonOptions,
): Promise<void> {
  const { leaseMs, since, signal } = options;
  const renew = (): Promise<boolean> => ports.comparisons.renew(work, leaseMs);
  const lease = keepLease(ports.clock, { leaseMs, since, renew });
  const control: PageControl = { isLost: () => lease.isLost() || signal.aborted };
  let context: JobContext | undefined;
  try {
    const job = await ports.jobs.get(work.comparison.jobId);
    if (job === undefined) return;
    context = await openContext(ports, forComparison(job), {
      cycleId: undefined,
      isListed: async () => false,
      readsTarget: true,
    });
    await workOn(ports, context, work, control);
  } catch (error) {
    const text = textOf(error);
    if (text === undefined) throw error;
    await fail(ports, work, text);
  } finally {
    lease.stop();
    await context?.target.close();
    await ports.comparisons.release(work);
  }
}
