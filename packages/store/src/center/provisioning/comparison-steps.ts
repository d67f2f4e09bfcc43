import { brandId, type ObjectId } from '@joinery/base';
import type {
  AccountFinding,
  ComparisonStep,
  ComparisonStore,
  ComparisonWork,
  ObjectKind,
} from '@joinery/provisioning/ports';
import type { Session } from '../../database.ts';
import type { StoreContext } from './context.ts';
import { keyOfJob } from './link-rows.ts';
import { jsonText } from './log-insert.ts';

const insertKeys = `
  insert into provisioning_source_key (comparison_id, kind, attribute, key, source_id)
  select $1, r.kind, r.attribute, r.key, r.source_id
  from json_to_recordset($2::json) as r (kind text, attribute text, key text, source_id uuid) on conflict do nothing`;

/** A page that is read twice says the same again. */
const insertFindings = `
  insert into provisioning_compared_account (comparison_id, kind, target_id, class, display_name, sort_name, source_id,
    source_name, is_linked, is_in_scope, problem, attribute_values, differences, members_missing, members_added)
  select $1, r.kind, r.target_id, r.class, r.display_name, lower(r.display_name), r.source_id, r.source_name,
    r.is_linked, r.is_in_scope, r.problem, r.attribute_values, r.differences, r.members_missing, r.members_added
  from json_to_recordset($2::json) as r (kind text, target_id text, class text, display_name text, source_id uuid,
    source_name text, is_linked boolean, is_in_scope boolean, problem text, attribute_values jsonb, differences jsonb,
    members_missing integer, members_added integer)
  on conflict (comparison_id, kind, target_id) do update set class = excluded.class,
    display_name = excluded.display_name, sort_name = excluded.sort_name, source_id = excluded.source_id,
    source_name = excluded.source_name, is_linked = excluded.is_linked, is_in_scope = excluded.is_in_scope,
    problem = excluded.problem, attribute_values = excluded.attribute_values, differences = excluded.differences,
    members_missing = excluded.members_missing, members_added = excluded.members_added`;

function toRow(one: AccountFinding): object {
  return {
    kind: one.kind,
    target_id: one.targetId,
    class: one.class,
    display_name: one.displayName,
    source_id: one.sourceId ?? null,
    source_name: one.sourceName ?? null,
    is_linked: one.isLinked,
    is_in_scope: one.isInScope,
    problem: one.problem ?? null,
    attribute_values: one.values,
    differences: one.differences,
    members_missing: one.members?.missing ?? null,
    members_added: one.members?.added ?? null,
  };
}

async function writeStep(session: Session, work: ComparisonWork, step: ComparisonStep): Promise<boolean> {
  const { id } = work.comparison;
  const [held] = await session.query({
    text: `select id from provisioning_comparison
      where id = $1 and lease_owner = $2 and state = 'running' for no key update`,
    values: [id, work.owner],
  });
  if (held === undefined) return false;
  if (step.keys !== undefined && step.keys.length > 0) {
    const rows = step.keys.map((one) => ({
      kind: one.kind,
      attribute: one.attribute,
      key: one.key,
      source_id: one.sourceId,
    }));
    await session.query({ text: insertKeys, values: [id, jsonText(rows)] });
  }
  // One page that shows an object twice would make the statement touch one row twice.
  const findings = [...new Map(step.findings?.map((one) => [one.targetId, one])).values()];
  if (findings.length > 0) {
    await session.query({ text: insertFindings, values: [id, jsonText(findings.map(toRow))] });
  }
  await session.query({
    text: `update provisioning_comparison set stage = $2, position = $3, listed = listed + $4, requests = requests + $5,
        users_total = coalesce($6, users_total), groups_total = coalesce($7, groups_total)
      where id = $1`,
    values: [
      id,
      step.stage,
      step.position ?? null,
      step.listed,
      step.requests,
      step.total?.kind === 'user' ? step.total.objects : null,
      step.total?.kind === 'group' ? step.total.objects : null,
    ],
  });
  return true;
}

/** Linked objects without a row: no page of the listing has shown them. */
const unseen = `
  select l.kind, l.source_id, l.target_id, l.display_name from provisioning_link l
  join provisioning_comparison c on c.id = $1 and c.job_key = l.job_key
  where ($2::uuid is null or l.source_id > $2) and not exists (
    select 1 from provisioning_compared_account a where a.comparison_id = $1 and a.kind = l.kind
      and a.target_id = l.target_id)
  order by l.source_id limit $3`;

/** The reads and the write of a comparison's stages. */
export function createComparisonSteps({
  database,
}: StoreContext): Pick<ComparisonStore, 'commit' | 'sourceIds' | 'matchSources' | 'unseen' | 'linkedReports'> {
  return {
    commit: (work, step) => database.transaction((session) => writeStep(session, work, step)),
    async sourceIds(kind, after, limit) {
      const rows = await database.query<{ id: string }>({
        text: `select id from ${kind === 'user' ? 'directory_user' : 'directory_group'}
          where $1::uuid is null or id > $1 order by id limit $2`,
        values: [after ?? null, limit],
      });
      return rows.map((row) => brandId<ObjectId>(row.id));
    },
    async matchSources(id, kind, lookups) {
      if (lookups.length === 0) return [];
      const rows = await database.query<{ source_id: string; attribute: string; key: string }>({
        text: `select distinct k.source_id, k.attribute, k.key from unnest($3::text[], $4::text[]) as q (attribute, key)
          join provisioning_source_key k on k.comparison_id = $1 and k.kind = $2 and k.attribute = q.attribute
            and k.key = q.key`,
        values: [id, kind, lookups.map((one) => one.attribute), lookups.map((one) => one.key)],
      });
      return rows.map((row) => ({
        kind,
        sourceId: brandId<ObjectId>(row.source_id),
        attribute: row.attribute,
        key: row.key,
      }));
    },
    async unseen(id, after, limit) {
      const rows = await database.query<{
        kind: ObjectKind;
        source_id: string;
        target_id: string;
        display_name: string;
      }>({ text: unseen, values: [id, after ?? null, limit] });
      return rows.map((row) => ({
        kind: row.kind,
        sourceId: brandId<ObjectId>(row.source_id),
        targetId: row.target_id,
        displayName: row.display_name,
      }));
    },
    async linkedReports(jobId, managerIds) {
      const rows = await database.query<{ id: string }>({
        text: `select u.id from directory_user u
          join provisioning_link l on l.job_key = ${keyOfJob} and l.source_id = u.id and l.state = 'active'
          where u.manager_id = any($2::uuid[]) order by u.id`,
        values: [jobId, managerIds],
      });
      return rows.map((row) => brandId<ObjectId>(row.id));
    },
  };
}
