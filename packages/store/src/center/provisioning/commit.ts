import type { CycleTotals, LinkWrite, MemberWrite, ObjectKind, Page, PageOutcome } from '@joinery/provisioning/ports';
import type { Session } from '../../database.ts';
import { sqlState } from '../../errors.ts';
import { now, type StoreContext } from './context.ts';
import { insertLog, jsonText } from './log-insert.ts';
import { ensureLogDays } from './log-days.ts';

/** Where an outcome is written: a job, and the cycle when there is one. */
interface Destination {
  readonly jobKey: number;
  readonly cycleId: string | null;
  /** An initial cycle compares all members anyway. */
  readonly isInitial: boolean;
}

async function deleteLinks(session: Session, { jobKey }: Destination, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await session.query({
    text: `with link as (delete from provisioning_link where job_key = $1 and source_id = any($2::uuid[])),
      member_of as (delete from provisioning_member where job_key = $1 and member_id = any($2::uuid[])),
      member as (delete from provisioning_member where job_key = $1 and group_id = any($2::uuid[])),
      pending as (delete from provisioning_pending_member
        where job_key = $1 and (group_id = any($2::uuid[]) or member_id = any($2::uuid[])))
      delete from provisioning_waiting_reference where job_key = $1 and source_id = any($2::uuid[])`,
    values: [jobKey, ids],
  });
}

async function upsertLinks(session: Session, to: Destination, links: readonly LinkWrite[]): Promise<void> {
  if (links.length === 0) return;
  const rows = links.map((link) => ({
    source_id: link.sourceId,
    kind: link.kind,
    target_id: link.targetId,
    display_name: link.displayName,
    state: link.state,
    snapshot: link.snapshot === undefined ? null : Object.fromEntries(link.snapshot),
    members_due: link.membersOutstanding,
    cycle_outcome: link.cycleOutcome,
  }));
  // A target id that another source object holds is left with it; the engine has refused the second one before.
  await session.query({
    name: 'provisioning-upsert-links',
    text: `insert into provisioning_link (job_key, source_id, kind, target_id, display_name, state, snapshot, members_due,
        cycle_id, cycle_outcome)
      select $1, r.source_id, r.kind, r.target_id, r.display_name, r.state, r.snapshot, r.members_due, $2, r.cycle_outcome
      from json_to_recordset($3::json) as r (source_id uuid, kind text, target_id text, display_name text, state text,
        snapshot jsonb, members_due boolean, cycle_outcome text)
      where not exists (select 1 from provisioning_link o where o.job_key = $1 and o.kind = r.kind
        and o.target_id = r.target_id and o.source_id <> r.source_id)
      on conflict (job_key, source_id) do update set target_id = excluded.target_id,
        display_name = excluded.display_name, state = excluded.state, snapshot = excluded.snapshot,
        members_due = provisioning_link.members_due or excluded.members_due, cycle_id = excluded.cycle_id,
        cycle_outcome = excluded.cycle_outcome`,
    values: [to.jobKey, to.cycleId, jsonText(rows)],
  });
}

/** Objects that have become members-to-be: their memberships of linked groups are compared in this cycle still. */
async function addPendingMembers(session: Session, to: Destination, links: readonly LinkWrite[]): Promise<void> {
  if (to.isInitial) return;
  const ids = links.filter((link) => link.membershipsDue).map((link) => link.sourceId);
  if (ids.length === 0) return;
  await session.query({
    name: 'provisioning-add-pending',
    text: `insert into provisioning_pending_member (job_key, group_id, member_id)
      select $1, m.group_id, m.member_id from group_member m
      join provisioning_link g on g.job_key = $1 and g.source_id = m.group_id and g.kind = 'group' and not g.members_due
      where m.member_id = any($2::uuid[]) on conflict do nothing`,
    values: [to.jobKey, ids],
  });
}

const pairs = (writes: readonly MemberWrite[]): readonly [readonly string[], readonly string[]] => [
  writes.map((write) => write.groupId),
  writes.map((write) => write.memberId),
];

async function writeMembers(session: Session, { jobKey }: Destination, outcome: PageOutcome): Promise<void> {
  if (outcome.membersAdded.length > 0) {
    await session.query({
      text: `insert into provisioning_member (job_key, group_id, member_id)
        select $1, * from unnest($2::uuid[], $3::uuid[]) on conflict do nothing`,
      values: [jobKey, ...pairs(outcome.membersAdded)],
    });
  }
  for (const [table, writes] of [
    ['provisioning_member', outcome.membersRemoved],
    ['provisioning_pending_member', outcome.membersSettled],
  ] as const) {
    if (writes.length === 0) continue;
    await session.query({
      text: `delete from ${table} t using unnest($2::uuid[], $3::uuid[]) as p (group_id, member_id)
        where t.job_key = $1 and t.group_id = p.group_id and t.member_id = p.member_id`,
      values: [jobKey, ...pairs(writes)],
    });
  }
  if (outcome.membersComplete.length > 0) {
    await session.query({
      text: `update provisioning_link set members_due = false where job_key = $1 and source_id = any($2::uuid[])`,
      values: [jobKey, outcome.membersComplete],
    });
  }
}

/** Failures of objects that are linked count against them, not as if the cycle had not seen them. */
async function writeEscrows(session: Session, to: Destination, outcome: PageOutcome): Promise<void> {
  if (outcome.escrows.length > 0) {
    const rows = outcome.escrows.map((escrow) => ({
      source_id: escrow.sourceId,
      attribute: escrow.attribute,
      kind: escrow.kind,
      display_name: escrow.displayName,
      error_code: escrow.error.code,
      error_message: escrow.error.message,
      attempts: escrow.attempts,
      first_failed_at: escrow.firstFailed,
      next_attempt_at: escrow.nextAttempt,
    }));
    await session.query({
      text: `with failed as (
          select * from json_to_recordset($3::json) as r (source_id uuid, attribute text, kind text, display_name text,
            error_code text, error_message text, attempts integer, first_failed_at timestamptz, next_attempt_at timestamptz)),
        marked as (
          update provisioning_link l set cycle_id = $2, cycle_outcome = 'failed' from failed f
          where l.job_key = $1 and l.source_id = f.source_id and f.attribute = '' and $2::uuid is not null)
        insert into provisioning_escrow (job_key, source_id, attribute, kind, display_name, error_code, error_message,
          attempts, first_failed_at, next_attempt_at, cycle_id)
        select $1, source_id, attribute, kind, display_name, error_code, error_message, attempts, first_failed_at,
          next_attempt_at, $2 from failed
        on conflict (job_key, source_id, attribute) do update set error_code = excluded.error_code,
          error_message = excluded.error_message, attempts = excluded.attempts, next_attempt_at = excluded.next_attempt_at`,
      values: [to.jobKey, to.cycleId, jsonText(rows)],
    });
  }
  await deletePairs(session, to, 'provisioning_escrow', outcome.escrowsSettled);
}

async function deletePairs(
  session: Session,
  { jobKey }: Destination,
  table: 'provisioning_escrow' | 'provisioning_waiting_reference',
  settled: PageOutcome['escrowsSettled'],
): Promise<void> {
  if (settled.length === 0) return;
  await session.query({
    text: `delete from ${table} t using unnest($2::uuid[], $3::text[]) as p (source_id, attribute)
      where t.job_key = $1 and t.source_id = p.source_id and t.attribute = p.attribute`,
    values: [jobKey, settled.map((one) => one.sourceId), settled.map((one) => one.attribute)],
  });
}

async function writeWaiting(session: Session, to: Destination, outcome: PageOutcome): Promise<void> {
  await deletePairs(session, to, 'provisioning_waiting_reference', outcome.waitingSettled);
  if (outcome.waiting.length === 0) return;
  await session.query({
    text: `insert into provisioning_waiting_reference (job_key, source_id, attribute, referenced_id)
      select $1, * from unnest($2::uuid[], $3::text[], $4::uuid[])
      on conflict (job_key, source_id, attribute) do update set referenced_id = excluded.referenced_id`,
    values: [
      to.jobKey,
      outcome.waiting.map((one) => one.sourceId),
      outcome.waiting.map((one) => one.attribute),
      outcome.waiting.map((one) => one.referencedId),
    ],
  });
}

async function writeReferences(session: Session, { jobKey }: Destination, outcome: PageOutcome): Promise<void> {
  if (outcome.referencesExported.length === 0) return;
  await session.query({
    text: `update provisioning_link l set snapshot = l.snapshot || jsonb_build_object(r.attribute, r.target_id)
      from unnest($2::uuid[], $3::text[], $4::text[]) as r (source_id, attribute, target_id)
      where l.job_key = $1 and l.source_id = r.source_id`,
    values: [
      jobKey,
      outcome.referencesExported.map((one) => one.sourceId),
      outcome.referencesExported.map((one) => one.attribute),
      outcome.referencesExported.map((one) => one.targetId),
    ],
  });
}

async function writeDepartures(session: Session, to: Destination, outcome: PageOutcome): Promise<void> {
  if (outcome.departuresSettled.length > 0) {
    await session.query({
      text: 'delete from provisioning_departure where job_key = $1 and source_id = any($2::uuid[])',
      values: [to.jobKey, outcome.departuresSettled],
    });
  }
  if (outcome.departures.length === 0) return;
  const rows = outcome.departures.map((one) => ({
    source_id: one.sourceId,
    kind: one.kind,
    display_name: one.displayName,
    target_id: one.targetId,
    action: one.action,
    reason: one.reason,
  }));
  await session.query({
    text: `insert into provisioning_departure (job_key, source_id, kind, display_name, target_id, action, reason, cycle_id)
      select $1, source_id, kind, display_name, target_id, action, reason, $2
      from json_to_recordset($3::json) as r (source_id uuid, kind text, display_name text, target_id text, action text,
        reason text)
      on conflict (job_key, source_id) do update set action = excluded.action, reason = excluded.reason`,
    values: [to.jobKey, to.cycleId, jsonText(rows)],
  });
}

/** Everything but the page itself and the counters. */
export async function writeOutcome(session: Session, to: Destination, outcome: PageOutcome): Promise<void> {
  await deleteLinks(session, to, outcome.unlinked);
  await upsertLinks(session, to, outcome.links);
  await addPendingMembers(session, to, outcome.links);
  await writeMembers(session, to, outcome);
  await writeEscrows(session, to, outcome);
  await writeWaiting(session, to, outcome);
  await writeReferences(session, to, outcome);
  await writeDepartures(session, to, outcome);
  await insertLog(session, outcome.log);
}

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
    requests = requests + $15, reference_failures = reference_failures + $16
  where id = $1
  returning created + updated + disabled + deleted + skipped + failed as events, failed as failures, reference_failures,
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
  const [held] = await session.query<{ job_key: number; kind: string }>({
    name: 'provisioning-hold-page',
    text: `select c.job_key, c.kind from provisioning_page p
        join provisioning_cycle c on c.id = p.cycle_id and c.state = 'running'
        where p.id = $1 and p.lease_owner = $2 and not p.is_done for update of p`,
    values: [page.id, page.owner],
  });
  if (held === undefined) return undefined;
  const to = { jobKey: held.job_key, cycleId: page.cycleId, isInitial: held.kind === 'initial' };
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
