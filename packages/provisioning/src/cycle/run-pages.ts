import type { ConnectorError } from '@joinery/connector-kit';
import type { QuarantineReason } from '../job/job.ts';
import { tripsDeletionGuard } from '../quarantine/thresholds.ts';
import { mappingOf, type JobContext } from './context.ts';
import type { CyclePlan, Page, RunningCycle } from './ports.ts';
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
      const departures = await cycles.countDepartures(job.id, guard.percent);
      const trips = !current.forceDeletes && tripsDeletionGuard(guard, departures);
      // A preview shows what the guard would hold back.
      const isPlan = cycle.preview?.mode === 'plan';
      if (cycle.preview?.mode === 'plan') {
        const { staged, linked } = departures;
        await context.ports.previews.noteDepartures(cycle.preview.id, { departures: staged, linked, trips });
      }
      await cycles.planDepartures(cycle.id, { pageSize: options.pageSize, held: trips && !isPlan });
      return true;
    }
    case 'departures':
      return false;
  }
}

/** The pages that this worker works on at the moment. */
interface PagesInHand {
  readonly size: number;
  /** The first unexpected error of a page. */
  readonly broken: { readonly error: unknown } | undefined;
  readonly exceeded: QuarantineReason | undefined;
  /** `since`: when the page was asked for. */
  start(page: Page, since: number): void;
  /** Until a page is done, or the time has passed. */
  untilOneIsDone(waitMs: number | undefined): Promise<void>;
  untilAllAreDone(): Promise<void>;
}

function createPagesInHand(context: JobContext, cycle: RunningCycle, options: RunOptions): PagesInHand {
  const { clock } = context.ports;
  const pages = new Set<Promise<void>>();
  let broken: { readonly error: unknown } | undefined;
  let exceeded: QuarantineReason | undefined;
  return {
    get size() {
      return pages.size;
    },
    get broken() {
      return broken;
    },
    get exceeded() {
      return exceeded;
    },
    start(page, since) {
      const work = processPage(context, page, options, since).then(
        (reason) => {
          if (!cycle.escrowsPruned && reason !== undefined) exceeded ??= reason;
        },
        (error: unknown) => {
          broken ??= { error };
        },
      );
      const tracked = work.finally(() => pages.delete(tracked));
      pages.add(tracked);
    },
    async untilOneIsDone(waitMs) {
      const waited = new AbortController();
      const timer = waitMs === undefined ? [] : [clock.sleep(waitMs, waited.signal).catch(() => {})];
      await Promise.race([...pages, ...timer]);
      waited.abort();
    },
    async untilAllAreDone() {
      await Promise.all(pages);
    },
  };
}

/** Looks at the change feed from time to time while the cycle runs, also while all lanes are taken. */
function createAbsorber(context: JobContext, cycle: RunningCycle, options: RunOptions) {
  const { cycles, clock } = context.ports;
  const { absorb } = options;
  let lookedAt = clock.now();
  return {
    /** Undefined: it never looks. */
    get waitMs(): number | undefined {
      return absorb === undefined ? undefined : Math.max(1, lookedAt + absorb.everyMs - clock.now());
    },
    /** True: there are urgent pages to take. */
    async look(): Promise<boolean> {
      if (absorb === undefined || clock.now() - lookedAt < absorb.everyMs) return false;
      lookedAt = clock.now();
      return cycles.absorb(cycle.id, absorb.plan);
    },
  };
}

/** Takes pages of the cycle until none is left, several at a time so that the target never waits for a commit. */
export async function runPages(context: JobContext, cycle: RunningCycle, options: RunOptions): Promise<PagesEnd> {
  const { cycles, clock, newId } = context.ports;
  const lanes = Math.ceil(context.job.settings.concurrency / options.pageSize) + 2;
  const inHand = createPagesInHand(context, cycle, options);
  const absorber = createAbsorber(context, cycle, options);
  let end: PagesEnd | undefined;
  try {
    while (end === undefined) {
      if (inHand.broken !== undefined || context.failure !== undefined || inHand.exceeded !== undefined) break;
      if (options.signal?.aborted === true) {
        end = { kind: 'aborted' };
        break;
      }
      // A change that came meanwhile is not kept waiting until one of the long pages is done: it has a lane of its own.
      const hasUrgent = await absorber.look();
      if (inHand.size >= lanes + (hasUrgent ? 1 : 0)) {
        await inHand.untilOneIsDone(absorber.waitMs);
        continue;
      }
      const since = clock.now();
      const page = await cycles.takePage(cycle.id, `${options.workerId}/${newId()}`, options.leaseMs);
      if (typeof page === 'object') inHand.start(page, since);
      else if (page === 'stopped') end = { kind: 'stopped' };
      else if (inHand.size > 0) await inHand.untilOneIsDone(absorber.waitMs);
      else if (page === 'busy') await clock.sleep(options.busyPollMs, options.signal).catch(() => {});
      else if (!(await advance(context, cycle, options))) end = { kind: 'complete' };
    }
  } finally {
    // Also when the database fails: the target is closed afterwards, under no page's feet.
    await inHand.untilAllAreDone();
  }
  if (inHand.broken !== undefined) throw inHand.broken.error;
  if (context.failure !== undefined) return { kind: 'failed', error: context.failure };
  if (inHand.exceeded !== undefined) return { kind: 'exceeded', reason: inHand.exceeded };
  return end ?? { kind: 'stopped' };
}
