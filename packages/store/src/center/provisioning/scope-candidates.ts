// Objects whose scoping filter may answer differently although they did not change themselves: a group, a manager or a
// membership changed, or time went on. The cost follows the entries of the change feed and whom they concern.
import type { ObjectKind, PageOutcome, ScopeReads } from '@joinery/provisioning/ports';
import type { Session } from '../../database.ts';
import { jsonText } from './log-insert.ts';

/** The parameters of the statement that the parts go into. */
export interface CandidateParameters {
  /** Sequences of the change feed: after the first, up to the second. */
  readonly from: string;
  readonly to: string;
  readonly now: string;
}

/**
 * Groups that changed and what a changed membership concerns. A changed path ends with entries of the feed in it; below
 * the last of them it is as it was, so that following the present memberships down from each entry finds all objects.
 */
function belowChanges(deep: boolean): string {
  const seeds = `select member_id as id from related_feed where kind = 'member'`;
  const held = (of: string): string => `select m.member_id from ${of} join group_member m on m.group_id = b.id`;
  if (!deep) return `(${seeds} union ${held('changed_group b')})`;
  return `(with recursive b (id) as (${seeds} union select id from changed_group union ${held('b')}) select id from b)`;
}

/** Rows `id` of objects of either kind, to be united with other candidates; the statement may be `with recursive` or not. */
function relatedCandidates(kind: ObjectKind, reads: ScopeReads, { from, to }: CandidateParameters): string {
  const parts: string[] = [];
  if (reads.memberOf || reads.transitiveMemberOf)
    parts.push(`select id from ${belowChanges(reads.transitiveMemberOf)} c`);
  if (kind === 'user' && reads.manager) {
    const matters = reads.managerAttributes ? '' : ` and f.change in ('deleted', 'restored')`;
    parts.push(`select u.id from related_feed f join directory_user u on u.manager_id = f.object_id
      where f.kind = 'user'${matters}`);
  }
  // The name of a group is one of its attributes; else only its presence matters.
  const groupMatters = reads.groupNames ? '' : ` and change in ('deleted', 'restored')`;
  return `
    select id from (
      with related_feed as materialized (
        select kind, change, object_id, member_id from directory_change
        where sequence > ${from} and sequence <= ${to} and kind <> 'assignment'),
      changed_group as (select distinct object_id as id from related_feed where kind = 'group'${groupMatters})
      ${parts.join(' union ')}) related`;
}

/** What joins the candidates of an incremental cycle, each part with `union` before it. */
export function scopeCandidates(
  kind: ObjectKind,
  reads: ScopeReads | undefined,
  parameters: CandidateParameters,
): string {
  const turned = `select t.source_id from provisioning_scope_turn t
    where t.job_key = $1 and t.kind = '${kind}' and t.turns_at <= ${parameters.now}`;
  return `union ${turned}${reads === undefined ? '' : ` union ${relatedCandidates(kind, reads, parameters)}`}`;
}

/** A part `with`: whoever is no candidate any more need not be looked at when their time comes. */
export function settledTurns(kind: ObjectKind, { now }: CandidateParameters): string {
  return `settled_turn as (
    delete from provisioning_scope_turn t where t.job_key = $1 and t.kind = '${kind}' and t.turns_at <= ${now}
      and not exists (select 1 from candidate c where c.id = t.source_id))`;
}

/** Tells the statements apart that a filter's reads make. */
export function scopeReadsName(reads: ScopeReads | undefined): string {
  if (reads === undefined) return '';
  const { memberOf, transitiveMemberOf, groupNames, manager, managerAttributes } = reads;
  const flags = [memberOf, transitiveMemberOf, groupNames, manager, managerAttributes];
  return `-${flags.map(Number).join('')}`;
}

/** An initial cycle evaluates everyone, and every time is noted anew. */
export async function clearTurns(session: Session, jobKey: number): Promise<void> {
  await session.query({ text: 'delete from provisioning_scope_turn where job_key = $1', values: [jobKey] });
}

export async function writeTurns(session: Session, jobKey: number, turns: PageOutcome['scopeTurns']): Promise<void> {
  if (turns.length === 0) return;
  const rows = turns.map((turn) => ({ source_id: turn.sourceId, kind: turn.kind, turns_at: turn.at ?? null }));
  await session.query({
    name: 'provisioning-write-turns',
    text: `with given as (
        select * from json_to_recordset($2::json) as r (source_id uuid, kind text, turns_at timestamptz)),
      gone as (
        delete from provisioning_scope_turn t using given g
        where t.job_key = $1 and t.source_id = g.source_id and g.turns_at is null)
      insert into provisioning_scope_turn (job_key, source_id, kind, turns_at)
      select $1, source_id, kind, turns_at from given where turns_at is not null
      on conflict (job_key, source_id) do update set turns_at = excluded.turns_at`,
    values: [jobKey, jsonText(rows)],
  });
}

/** A job is not run again for the time alone sooner than this after a cycle. */
const pause = `interval '1 minute'`;

/** When the job `key` has to look at an object again because time alone changes its scope; null: never. */
export const nextTurn = (at: string): string => `(
  select greatest(t.turns_at, ${at}::timestamptz + ${pause}) from provisioning_scope_turn t
  where t.job_key = key order by t.turns_at limit 1)`;

/** What was evaluated outside a cycle may turn before the next planned run. */
export async function hurryForTurns(
  session: Session,
  jobKey: number,
  turns: PageOutcome['scopeTurns'],
  at: Date,
): Promise<void> {
  if (turns.every((turn) => turn.at === undefined)) return;
  await session.query({
    text: `update provisioning_job set next_run_at = least(next_run_at, ${nextTurn('$2')})
      where key = $1 and next_run_at is not null and quarantine_reason is null`,
    values: [jobKey, at],
  });
}
