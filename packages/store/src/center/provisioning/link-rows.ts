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
