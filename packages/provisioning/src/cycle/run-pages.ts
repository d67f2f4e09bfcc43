import type { ConnectorError } from '@joinery/connector-kit';
import type { QuarantineReason } from '../job/job.ts';
import { tripsDeletionGuard } from '../quarantine/thresholds.ts';
import { mappingOf, type JobContext } from './context.ts';
import type { CyclePlan, RunningCycle } from './ports.ts';
import { processPage, type PageOptions } from './process-page.ts';

export interface RunOptions extends PageOptions {
  readonly workerId: string;
  readonly pageSize: number;
  readonly groupPageSize: number;
  readonly busyPollMs: number;
  /** Undefined: changes of the directory wait for the next cycle. */
  readonly absorb: { readonly plan: CyclePlan; readonly everyMs: number } | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * How the pages of a cycle ended, as far as this worker goes:
 * - `complete`: all stages are done; the cycle is to be finished.
 * - `failed`: the job can't go on; `exceeded`: too many objects fail.
 * - `stopped`: paused, restarted or ended elsewhere. `aborted`: this worker is to stop.
 */
export type PagesEnd =
  | { readonly kind: 'complete' | 'stopped' | 'aborted' }
  | { readonly kind: 'failed'; readonly error: ConnectorError }
  | { readonly kind: 'exceeded'; readonly reason: QuarantineReason };

/** Moves a cycle whose stage has no pages left to its next one. False: it was the last. */
async function advance(context: JobContext, cycle: RunningCycle, options: RunOptions): Promise<boolean> {
  const { cycles } = context.ports;
  const { job } = context;
  const current = await cycles.running(job.id);
  if (current === undefined || current.id !== cycle.id) return true;
  switch (current.stage) {
    case 'objects': {
      const group = mappingOf(context, 'group');
      const members = group?.references.some((one) => one.source === 'members') ?? false;
      await cycles.planReferences(cycle.id, {
        pageSize: options.pageSize,
        groupPageSize: options.groupPageSize,
        members: members && (group?.allows.update ?? false),
      });
      return true;
    }
    case 'references': {
      const guard = job.settings.deletionGuard;
      const held =
        !current.forceDeletes && tripsDeletionGuard(guard, await cycles.countDepartures(job.id, guard.percent));
      await cycles.planDepartures(cycle.id, { pageSize: options.pageSize, held });
      return true;
    }
    case 'departures':
      return false;
  }
}

/** Takes pages of the cycle until none is left, several at a time so that the target never waits for a commit. */
export async function runPages(context: JobContext, cycle: RunningCycle, options: RunOptions): Promise<PagesEnd> {
  const { cycles, clock, newId } = context.ports;
  const lanes = Math.ceil(context.job.settings.concurrency / options.pageSize) + 2;
  const inHand = new Set<Promise<void>>();
  let exceeded: QuarantineReason | undefined;
  let broken: { readonly error: unknown } | undefined;
  let end: PagesEnd | undefined;
  let absorbedAt = clock.now();
  while (end === undefined) {
    if (broken !== undefined || context.failure !== undefined || exceeded !== undefined) break;
    if (options.signal?.aborted === true) end = { kind: 'aborted' };
    else if (inHand.size >= lanes) await Promise.race(inHand);
    else {
      if (options.absorb !== undefined && clock.now() - absorbedAt >= options.absorb.everyMs) {
        absorbedAt = clock.now();
        await cycles.absorb(cycle.id, options.absorb.plan);
      }
      const page = await cycles.takePage(cycle.id, `${options.workerId}/${newId()}`, options.leaseMs);
      if (typeof page === 'object') {
        const work = processPage(context, page, options).then(
          (reason) => {
            if (!cycle.escrowsPruned && reason !== undefined) exceeded ??= reason;
          },
          (error: unknown) => {
            broken ??= { error };
          },
        );
        const tracked = work.finally(() => inHand.delete(tracked));
        inHand.add(tracked);
      } else if (page === 'stopped') end = { kind: 'stopped' };
      else if (inHand.size > 0) await Promise.race(inHand);
      else if (page === 'busy') await clock.sleep(options.busyPollMs, options.signal).catch(() => {});
      else if (!(await advance(context, cycle, options))) end = { kind: 'complete' };
    }
  }
  await Promise.all(inHand);
  if (broken !== undefined) throw broken.error;
  if (context.failure !== undefined) return { kind: 'failed', error: context.failure };
  if (exceeded !== undefined) return { kind: 'exceeded', reason: exceeded };
  return end ?? { kind: 'stopped' };
}
