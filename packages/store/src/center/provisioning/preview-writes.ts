import type { OperationWrite, Page, PageOutcome } from '@joinery/provisioning/ports';
import type { Session } from '../../database.ts';
import { phases } from './candidates.ts';
import { jsonText } from './log-insert.ts';

/** One row per object: what its page says of itself and of its references. */
function merge(operations: readonly OperationWrite[]): readonly OperationWrite[] {
  const merged = new Map<string, OperationWrite>();
  for (const one of operations) {
    const before = merged.get(one.sourceId);
    merged.set(
      one.sourceId,
      before === undefined ? one : { ...before, changes: [...before.changes, ...one.changes], applied: one.applied },
    );
  }
  return [...merged.values()];
}

/** The later change of an attribute stands, told against what there was before the earlier one. */
const mergedChanges = `(
  select coalesce(jsonb_agg(all_of.change), '[]') from (
    select e as change from jsonb_array_elements(o.changes) e
    where not exists (select 1 from jsonb_array_elements(excluded.changes) x where x ->> 'attribute' = e ->> 'attribute')
    union all
    select x || coalesce((select jsonb_build_object('old', e -> 'old') from jsonb_array_elements(o.changes) e
      where e ->> 'attribute' = x ->> 'attribute' limit 1), '{}') as change
    from jsonb_array_elements(excluded.changes) x) all_of)`;

/** What is added to an object's row by a later page belongs to its references or memberships. */
const upsertOperations = `
  insert into provisioning_preview_operation as o (preview_id, source_id, kind, display_name, action, reason, target_id,
    changes, error, fingerprint, phase)
  select $1, r.source_id, r.kind, r.display_name, r.action, r.reason, r.target_id, r.changes, r.error, r.fingerprint,
    case when p.kind = 'objects' then p.phase when r.kind = 'user' then ${phases.users} else ${phases.groups} end
  from json_to_recordset($3::json) as r (source_id uuid, kind text, display_name text, action text, reason text,
    target_id text, changes jsonb, error jsonb, fingerprint text), provisioning_page p
  where p.id = $2
  on conflict (preview_id, source_id) do update set
    action = case when o.action = 'skip' then excluded.action else o.action end,
    reason = case when o.action = 'skip' then excluded.reason else o.reason end,
    fingerprint = case when o.fingerprint = '' then excluded.fingerprint else o.fingerprint end,
    changes = ${mergedChanges}, error = coalesce(o.error, excluded.error)`;

const insertMembers = `
  insert into provisioning_preview_member (preview_id, group_id, member_id, operation)
  select $1, g, m, o from unnest($2::uuid[], $3::uuid[], $4::text[]) as p (g, m, o) on conflict do nothing`;

/** A group whose memberships change is updated, whatever is done to itself. */
const upsertGroups = `
  insert into provisioning_preview_operation as o (preview_id, source_id, kind, display_name, action, reason, target_id,
    changes, fingerprint, phase)
  select $1, l.source_id, 'group', l.display_name, 'update', 'MembersChanged', l.target_id, '[]', '', ${phases.groups}
  from provisioning_link l where l.job_key = $2 and l.source_id = any($3::uuid[])
  on conflict (preview_id, source_id) do update set
    action = case when o.action = 'skip' then 'update' else o.action end,
    reason = case when o.action = 'skip' then 'MembersChanged' else o.reason end`;

/** What a page of a preview's cycle has planned; in the page's own transaction. */
export async function writePlanned(
  session: Session,
  to: { readonly previewId: string; readonly jobKey: number; readonly page: Page },
  outcome: PageOutcome,
): Promise<void> {
  if (outcome.operations.length > 0) {
    const rows = merge(outcome.operations).map((one) => ({
      source_id: one.sourceId,
      kind: one.kind,
      display_name: one.displayName,
      action: one.action,
      reason: one.reason,
      target_id: one.targetId ?? null,
      changes: one.changes,
      error: one.error === undefined ? null : { code: one.error.code, message: one.error.message },
      fingerprint: one.fingerprint,
    }));
    await session.query({
      name: 'provisioning-preview-operations',
      text: upsertOperations,
      values: [to.previewId, to.page.id, jsonText(rows)],
    });
  }
  const pairs = [
    ...outcome.membersAdded.map((one) => ({ ...one, operation: 'add' })),
    ...outcome.membersRemoved.map((one) => ({ ...one, operation: 'remove' })),
  ];
  if (pairs.length === 0) return;
  const groupIds = pairs.map((pair) => pair.groupId);
  const columns = [groupIds, pairs.map((pair) => pair.memberId), pairs.map((pair) => pair.operation)];
  await session.query({ text: insertMembers, values: [to.previewId, ...columns] });
  await session.query({ text: upsertGroups, values: [to.previewId, to.jobKey, [...new Set(groupIds)]] });
}

const ranks = `array['skipped', 'done', 'failed', 'changed']`;

/** What became of planned operations; of several answers about one object the gravest stays. */
export async function writeApplied(session: Session, previewId: string, outcome: PageOutcome): Promise<void> {
  const rows = merge(outcome.operations).flatMap(({ sourceId, applied }) =>
    applied === undefined
      ? []
      : [{ source_id: sourceId, applied: applied.outcome, detail: applied.detail?.slice(0, 1_000) ?? null }],
  );
  if (rows.length === 0) return;
  await session.query({
    name: 'provisioning-preview-applied',
    text: `update provisioning_preview_operation o set applied = r.applied, applied_detail = r.detail
      from json_to_recordset($2::json) as r (source_id uuid, applied text, detail text)
      where o.preview_id = $1 and o.source_id = r.source_id
        and coalesce(array_position(${ranks}, o.applied), 0) < array_position(${ranks}, r.applied)`,
    values: [previewId, jsonText(rows)],
  });
}

/** Planned memberships that stand now as planned, by group. */
const settleGroups = `
  with pair as (
    select p.group_id, count(*) as planned, count(*) filter (where
      case p.operation when 'add' then m.is_confirmed is true else m.member_id is null end) as made
    from provisioning_preview_member p
    left join provisioning_member m on m.job_key = $2 and m.group_id = p.group_id and m.member_id = p.member_id
    where p.preview_id = $1 group by p.group_id)
  update provisioning_preview_operation o set
    applied = case when pair.made < pair.planned then 'changed' else 'done' end,
    applied_detail = case when pair.made < pair.planned
      then pair.made || ' of ' || pair.planned || ' planned membership changes were made.' else o.applied_detail end
  from pair where o.preview_id = $1 and o.source_id = pair.group_id
    and (o.applied is null or o.applied in ('skipped', 'done'))`;

const settleDepartures = `
  update provisioning_preview_operation o set applied = 'skipped',
    applied_detail = 'Held back by the accidental deletions prevention.'
  where o.preview_id = $1 and o.applied is null and o.action in ('disable', 'delete') and exists (
    select 1 from provisioning_departure d where d.job_key = $2 and d.source_id = o.source_id)`;

const settleRest = `
  update provisioning_preview_operation o set applied = case when o.action = 'skip' then 'skipped' else 'changed' end,
    applied_detail = case when o.action = 'skip' then null when $2::boolean then 'It is no longer due.'
      else 'The cycle ended before it was reached.' end
  where o.preview_id = $1
    and (o.applied is null or (o.applied = 'skipped' and o.action <> 'skip' and o.applied_detail is null))`;

/** Tells of every planned operation what became of it; when the cycle that applies the preview ends. */
export async function settleApplied(
  session: Session,
  cycle: { readonly previewId: string; readonly jobKey: number; readonly isWell: boolean },
): Promise<void> {
  const values = [cycle.previewId, cycle.jobKey];
  await session.query({ text: settleGroups, values });
  await session.query({ text: settleDepartures, values });
  await session.query({
    text: settleRest,
    values: [cycle.previewId, cycle.isWell],
  });
  await session.query({
    text: `update provisioning_preview set apply_summary = (
        select jsonb_object_agg(applied, n) from (
          select applied, count(*) as n from provisioning_preview_operation
          where preview_id = $1 and applied is not null group by applied) counted)
      where id = $1`,
    values: [cycle.previewId],
  });
}
