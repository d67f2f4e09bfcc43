import type { CycleTotals, ObjectKind, Page, PageOutcome } from '@joinery/provisioning/ports';
import type { Session } from '../../database.ts';
import { sqlState } from '../../errors.ts';
import { now, type StoreContext } from './context.ts';
import { ensureLogDays } from './retention.ts';
import { writeApplied, writePlanned } from './preview-writes.ts';
import { writeOutcome, type Destination } from './write-outcome.ts';

/** An object that is only seen through its references counts once in a cycle, and as updated rather than as skipped. */
async function countReferenceChanges(
  session: Session,
  to: Destination,
  kind: ObjectKind,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  await session.query({
    text: `with before as materialized (
        select source_id, cycle_id is distinct from $2 as is_new, cycle_outcome from provisioning_link
        where job_key = $1 and source_id = any($3::uuid[])
          and (cycle_id is distinct from $2 or cycle_outcome = 'skipped') for update),
      marked as (
        update provisioning_link l set cycle_id = $2, cycle_outcome = 'updated' from before b
        where l.job_key = $1 and l.source_id = b.source_id)
      update provisioning_cycle set
        ${kind === 'user' ? 'users = users' : 'groups = groups'} + (select count(*) from before where is_new),
        updated = updated + (select count(*) from before),
        skipped = skipped - (select count(*) from before where not is_new)
      where id = $2`,
    values: [to.jobKey, to.cycleId, ids],
  });
}

const addCounts = `
  with page as (
    update provisioning_page set is_done = not $3, lease_until = case when $3 then lease_until end
    where id = $2 returning object_kind, phase, kind),
  unlocked as (delete from provisioning_object_lock where owner = $4 and not $3),
  deferred as (
    insert into provisioning_page (cycle_id, phase, kind, object_kind, object_ids, not_before)
    select $1, phase, kind, object_kind, $5::uuid[], $6 from page where cardinality($5::uuid[]) > 0 returning 1)
  update provisioning_cycle set
    pages_done = pages_done + case when $3 then 0 else 1 end,
    pages_total = pages_total + (select count(*) from deferred),
    users = users + $7, groups = groups + $8, created = created + $9, updated = updated + $10,
    disabled = disabled + $11, deleted = deleted + $12, skipped = skipped + $13, failed = failed + $14,
    requests = requests + $15, reference_failures = reference_failures + $16,
    overloaded = overloaded + $17, references_overloaded = references_overloaded + $18
  where id = $1
  returning created + updated + disabled + deleted + skipped + failed - overloaded as events, failed - overloaded as failures,
    reference_failures - references_overloaded as reference_failures,
    pages_done, pages_total`;

const deferMs = 1_000;

interface TotalsRow {
  readonly events: bigint;
  readonly failures: bigint;
  readonly reference_failures: bigint;
  readonly pages_done: number;
  readonly pages_total: number;
}

async function finishPage(
  session: Session,
  page: Page,
  outcome: PageOutcome,
  isPartial: boolean,
  at: Date,
): Promise<CycleTotals> {
  const { counts } = outcome;
  const [row] = await session.query<TotalsRow>({
    name: 'provisioning-add-counts',
    text: addCounts,
    values: [
      page.cycleId,
      page.id,
      isPartial,
      page.owner,
      outcome.deferred,
      new Date(at.getTime() + deferMs),
      counts.objects.users,
      counts.objects.groups,
      counts.created,
      counts.updated,
      counts.disabled,
      counts.deleted,
      counts.skipped,
      counts.failed,
      counts.requests,
      outcome.referenceFailures,
      outcome.overloaded.objects,
      outcome.overloaded.references,
    ],
  });
  return {
    events: Number(row?.events ?? 0n),
    failures: Number(row?.failures ?? 0n),
    referenceFailures: Number(row?.reference_failures ?? 0n),
    pages: { done: row?.pages_done ?? 0, total: row?.pages_total ?? 0 },
  };
}

/** Writes what a page leaves behind, in one transaction, if the lease and the cycle still hold. */
export async function commitPage(
  context: StoreContext,
  page: Page,
  outcome: PageOutcome,
  isPartial: boolean,
): Promise<CycleTotals | undefined> {
  const at = now(context);
  await ensureDays(context, outcome);
  return retryDeadlocks(() =>
    context.database.transaction((session) => commitInSession(session, page, outcome, isPartial, at)),
  );
}

const deadlockTriesMax = 5;

/** An outcome that was sent must not be lost to a deadlock with another writer; the transaction is simply run again. */
async function retryDeadlocks<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries === deadlockTriesMax || sqlState(error) !== '40P01') throw error;
    }
  }
}

async function commitInSession(
  session: Session,
  page: Page,
  outcome: PageOutcome,
  isPartial: boolean,
  at: Date,
): Promise<CycleTotals | undefined> {
  const [held] = await session.query<{
    job_key: number;
    kind: string;
    plans_preview: string | null;
    applies_preview: string | null;
  }>({
    name: 'provisioning-hold-page',
    text: `select c.job_key, c.kind, j.preview_id as plans_preview, c.preview_id as applies_preview
        from provisioning_page p join provisioning_cycle c on c.id = p.cycle_id and c.state = 'running'
        join provisioning_job j on j.key = c.job_key
        where p.id = $1 and p.lease_owner = $2 and not p.is_done for update of p`,
    values: [page.id, page.owner],
  });
  if (held === undefined) return undefined;
  const to = {
    jobKey: held.job_key,
    cycleId: page.cycleId,
    isInitial: held.kind === 'initial',
    isEarly: held.kind === 'initial' && page.isUrgent,
    isPreview: held.plans_preview !== null,
  };
  if (held.plans_preview !== null) {
    await writePlanned(session, { previewId: held.plans_preview, jobKey: held.job_key, page }, outcome);
  } else if (held.applies_preview !== null) await writeApplied(session, held.applies_preview, outcome);
  await writeOutcome(session, to, outcome);
  await countReferenceChanges(session, to, page.objectKind, outcome.referencesChanged);
  return finishPage(session, page, outcome, isPartial, at);
}

/** Days whose partition this process knows to be there. */
const knownDays = new WeakMap<object, Set<number>>();

/** Log rows carry the time of their object, so midnight may lie inside a page. */
export async function ensureDays(context: StoreContext, outcome: PageOutcome): Promise<void> {
  const days = knownDays.get(context.database) ?? new Set<number>();
  knownDays.set(context.database, days);
  for (const entry of outcome.log) {
    const day = Math.floor(entry.at.getTime() / 86_400_000);
    if (days.has(day)) continue;
    await ensureLogDays(context.database, entry.at);
    days.add(day);
  }
}
