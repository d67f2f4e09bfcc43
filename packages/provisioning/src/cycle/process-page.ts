import type { ObjectId } from '@joinery/base';
import { ConnectorError } from '@joinery/connector-kit';
import type { PageControl } from '../apply/attempt.ts';
import { listTarget } from '../apply/listing-page.ts';
import { applyMembers } from '../apply/members-page.ts';
import { applyObjects, type PageResult } from '../apply/object-page.ts';
import { createOutcome } from '../apply/page-outcome.ts';
import { applyReferences } from '../apply/reference-page.ts';
import { exceededThreshold } from '../quarantine/thresholds.ts';
import type { QuarantineReason } from '../job/job.ts';
import { mappingOf, type JobContext } from './context.ts';
import { keepLease } from './lease.ts';
import type { CycleTotals, Page, PageOutcome } from './ports.ts';

export interface PageOptions {
  readonly leaseMs: number;
  /** Pages done and in all, after each page. */
  readonly onProgress?: ((pages: CycleTotals['pages']) => void) | undefined;
}

/** Nobody else works on these objects while the page is held. */
async function lockPage({ job, ports }: JobContext, page: Page, leaseMs: number): Promise<ReadonlySet<ObjectId>> {
  if (page.kind !== 'objects' && page.kind !== 'departures') return new Set();
  return ports.links.lockObjects(job.id, page.objectIds, page.owner, leaseMs);
}

async function apply(
  context: JobContext,
  control: PageControl,
  page: Page,
  locked: ReadonlySet<ObjectId>,
  commit: (outcome: PageOutcome, partial: boolean) => Promise<boolean>,
): Promise<PageResult> {
  const mapping = mappingOf(context, page.objectKind);
  if (mapping === undefined) return { outcome: createOutcome(), results: [], isComplete: true };
  switch (page.kind) {
    case 'listing':
      await listTarget(context, control, mapping, page);
      return { outcome: createOutcome(), results: [], isComplete: true };
    case 'objects':
    case 'departures': {
      const result = await applyObjects(context, control, {
        mapping,
        ids: page.objectIds.filter((id) => locked.has(id)),
        isRepeated: page.attempt > 1,
        departs: page.kind === 'departures',
      });
      result.outcome.deferred.push(...page.objectIds.filter((id) => !locked.has(id)));
      return result;
    }
    case 'references':
      return applyReferences(context, control, mapping, page.objectIds);
    case 'members':
      return applyMembers(context, control, mapping, page.objectIds, (outcome) => commit(outcome, true));
  }
}

/** Runs one page and commits it. Answers the error threshold that the cycle has passed by it, if any. */
export async function processPage(
  context: JobContext,
  page: Page,
  options: PageOptions,
  /** When the page was asked for, in milliseconds: its lease began no later. */
  since: number,
): Promise<QuarantineReason | undefined> {
  const { clock, cycles } = context.ports;
  let locked: ReadonlySet<ObjectId>;
  try {
    await context.connect();
    // Before the lease is renewed for the first time, so that each renewal holds for the locks too.
    locked = await lockPage(context, page, options.leaseMs);
  } catch (error) {
    await cycles.release(page).catch(() => {});
    if (!(error instanceof ConnectorError)) throw error;
    context.failure ??= error;
    return undefined;
  }
  // The objects' locks are renewed with the page.
  const renew = (): Promise<boolean> => cycles.renew(page, options.leaseMs);
  const lease = keepLease(clock, { leaseMs: options.leaseMs, since, renew });
  const control: PageControl = { isLost: lease.isLost, isUrgent: page.isUrgent };
  let totals: CycleTotals | undefined;
  const commit = async (outcome: PageOutcome, partial: boolean): Promise<boolean> => {
    const requests = context.takeRequests();
    const counted = { ...outcome, counts: { ...outcome.counts, requests } };
    totals = await cycles.commit(page, counted, { partial });
    return totals !== undefined;
  };
  try {
    const { outcome, isComplete } = await apply(context, control, page, locked, commit);
    // What was done is kept, also when the rest was not reached; without a lease nothing may be written.
    const isCommitted = await commit(outcome, !isComplete);
    if (!isComplete || !isCommitted) await cycles.release(page);
  } catch (error) {
    await cycles.release(page).catch(() => {});
    throw error;
  } finally {
    lease.stop();
  }
  if (totals === undefined) return undefined;
  options.onProgress?.(totals.pages);
  return exceededThreshold(totals);
}
