import type { LinkWrite, MemberWrite, PageOutcome } from '@joinery/provisioning/ports';
import type { Session } from '../../database.ts';
import { unsettleReports } from './link-rows.ts';
import { insertLog, jsonText } from './log-insert.ts';
import { writeTurns } from './scope-candidates.ts';

/** Where an outcome is written: a job, and the cycle when there is one. */
export interface Destination {
  readonly jobKey: number;
  readonly cycleId: string | null;
  /** An initial cycle compares all members anyway. */
  readonly isInitial: boolean;
  /** Ahead of the users of an initial cycle: those who are linked after this are not compared with its groups one by one. */
  readonly isEarly: boolean;
  /** The log tells of what was done, not of what would be. */
  readonly isPreview?: boolean;
}

async function deleteLinks(session: Session, { jobKey }: Destination, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await session.query({
    text: `with link as (delete from provisioning_link where job_key = $1 and source_id = any($2::uuid[])),
      member_of as (delete from provisioning_member where job_key = $1 and member_id = any($2::uuid[])),
      member as (delete from provisioning_member where job_key = $1 and group_id = any($2::uuid[])),
      pending as (delete from provisioning_pending_member
        where job_key = $1 and (group_id = any($2::uuid[]) or member_id = any($2::uuid[]))),
      failed as (
        delete from provisioning_escrow where job_key = $1 and source_id = any($2::uuid[]) and attribute <> '')
      delete from provisioning_waiting_reference where job_key = $1 and source_id = any($2::uuid[])`,
    values: [jobKey, ids],
  });
  await session.query({
    name: 'provisioning-unsettle-reports',
    text: unsettleReports('$1', '$2::uuid[]'),
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
    members_due: link.membersOutstanding || (to.isEarly && link.kind === 'group'),
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
  await pendMemberships(
    session,
    to,
    links.filter((link) => link.membershipsDue).map((link) => link.sourceId),
  );
}

async function pendMemberships(session: Session, to: Destination, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await session.query({
    name: 'provisioning-add-pending',
    text: `insert into provisioning_pending_member (job_key, group_id, member_id)
      select $1, m.group_id, m.member_id from group_member m
      join provisioning_link g on g.job_key = $1 and g.source_id = m.group_id and g.kind = 'group' and not g.members_due
      where m.member_id = any($2::uuid[])
      union
      select $1, a.group_id, i.id from unnest($2::uuid[]) as i (id)
      cross join lateral groups_above(i.id) a
      join provisioning_link g on g.job_key = $1 and g.source_id = a.group_id and g.kind = 'group' and not g.members_due
      join provisioning_job j on j.key = $1
      join app_role_assignment n on n.service_principal_id = j.service_principal_id and n.principal_id = a.group_id
        and n.include_nested
      where exists (select 1 from app_role_assignment o where o.include_nested)
      on conflict do nothing`,
    values: [to.jobKey, ids],
  });
}

const pairs = (writes: readonly MemberWrite[]): readonly [readonly string[], readonly string[]] => [
  writes.map((write) => write.groupId),
  writes.map((write) => write.memberId),
];

async function writeMembers(session: Session, { jobKey, isEarly }: Destination, outcome: PageOutcome): Promise<void> {
  if (outcome.membersAdded.length > 0) {
    await session.query({
      text: `insert into provisioning_member (job_key, group_id, member_id)
        select $1, * from unnest($2::uuid[], $3::uuid[])
        on conflict (job_key, group_id, member_id) do update set is_confirmed = true`,
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
  if (outcome.membersComplete.length > 0 && !isEarly) {
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
    // Groups that were compared meanwhile did not count on those who stay after all.
    const stayed = await session.query<{ source_id: string }>({
      text: `with settled as (
          delete from provisioning_departure where job_key = $1 and source_id = any($2::uuid[]) returning source_id)
        select s.source_id from settled s
        join provisioning_link l on l.job_key = $1 and l.source_id = s.source_id and l.state = 'active'`,
      values: [to.jobKey, outcome.departuresSettled],
    });
    await pendMemberships(
      session,
      to,
      stayed.map((row) => row.source_id),
    );
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

async function settleExports(session: Session, { jobKey }: Destination, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await session.query({
    name: 'provisioning-settle-exports',
    text: 'delete from provisioning_unsettled where job_key = $1 and source_id = any($2::uuid[])',
    values: [jobKey, ids],
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
  await settleExports(session, to, outcome.exportsSettled);
  await writeTurns(session, to.jobKey, outcome.scopeTurns);
  await insertLog(session, to.isPreview === true ? [] : outcome.log);
}
