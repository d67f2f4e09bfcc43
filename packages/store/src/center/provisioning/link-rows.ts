import { brandId, type CycleId, type JsonObject, type ObjectId } from '@joinery/base';
import type { Link, ObjectKind } from '@joinery/provisioning/ports';

export interface LinkRow {
  readonly source_id: string;
  readonly kind: ObjectKind;
  readonly target_id: string;
  readonly display_name: string;
  readonly state: Link['state'];
  readonly snapshot: JsonObject | null;
  readonly cycle_id: string | null;
}

export const linkColumns = 'l.source_id, l.kind, l.target_id, l.display_name, l.state, l.snapshot, l.cycle_id';

/** The job `$1` by its key. */
/** Whose manager's account is another one now, or none: what stands in the target must be looked at. `ids`: an array of managers. */
export const unsettleReports = (job: string, ids: string): string => `
  insert into provisioning_unsettled (job_key, source_id, kind, began_at)
  select l.job_key, u.id, 'user', 'epoch' from directory_user u
  join provisioning_link l on l.job_key = ${job} and l.source_id = u.id
  where u.manager_id = any(${ids}) order by u.id on conflict do nothing`;

export const keyOfJob = '(select key from provisioning_job where id = $1)';

export function toLink(row: LinkRow): Link {
  return {
    sourceId: brandId<ObjectId>(row.source_id),
    kind: row.kind,
    targetId: row.target_id,
    displayName: row.display_name,
    state: row.state,
    snapshot: row.snapshot === null ? undefined : new Map(Object.entries(row.snapshot)),
    evaluatedIn: row.cycle_id === null ? undefined : brandId<CycleId>(row.cycle_id),
  };
}
