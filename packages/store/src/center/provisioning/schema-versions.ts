import type { JobId } from '@joinery/base';
import type {
  SchemaAuthor,
  SchemaVersion,
  SchemaVersionInfo,
  SynchronizationSchema,
} from '@joinery/provisioning/ports';
import type { Session } from '../../database.ts';
import { jobNotFound } from './context.ts';
import { liftedQuarantine } from './probes.ts';

interface VersionRow {
  readonly version: number;
  readonly saved_at: Date;
  readonly saved_by: SchemaAuthor | null;
  readonly restored_from: number | null;
}

const versionColumns = 's.version, s.saved_at, s.saved_by, s.restored_from';

function toInfo(row: VersionRow): SchemaVersionInfo {
  return {
    version: row.version,
    savedAt: row.saved_at,
    savedBy: row.saved_by ?? undefined,
    restoredFrom: row.restored_from ?? undefined,
  };
}

/**
 * Saves a schema as a new version, unless it is equal to the one in use; answers whether it was saved. A running cycle
 * goes on with the version that it began with. The next one is initial, unless the rules stay as they are and the lists
 * of attributes only grow.
 */
export async function saveSchema(
  session: Session,
  id: JobId,
  schema: SynchronizationSchema,
  save: { readonly at: Date; readonly by?: SchemaAuthor; readonly restoredFrom?: number },
): Promise<boolean> {
  const text = JSON.stringify(schema);
  const [job] = await session.query<{ key: number }>({
    text: 'select key from provisioning_job where id = $1 for no key update',
    values: [id],
  });
  if (job === undefined) throw jobNotFound(id);
  const [saved] = await session.query<{ restarts: boolean }>({
    text: `with compared as (
        select j.key, j.schema_version + 1 as version, s.schema is not distinct from $2::jsonb as is_same,
          s.schema -> 'synchronizationRules' is distinct from $2::jsonb -> 'synchronizationRules'
            or not ($2::jsonb -> 'directories') @> (s.schema -> 'directories') as restarts
        from provisioning_job j
        left join provisioning_schema s on s.job_key = j.key and s.version = j.schema_version
        where j.key = $1),
      kept as (
        insert into provisioning_schema (job_key, version, schema, saved_at, saved_by, restored_from)
        select key, version, $2::jsonb, $3, $4::jsonb, $5 from compared where not is_same)
      update provisioning_job j set schema_version = compared.version,
        epoch = j.epoch + case when compared.restarts then 1 else 0 end,
        watermark = case when compared.restarts then null else j.watermark end,
        next_run_at = case when compared.restarts then $3::timestamptz else j.next_run_at end
      from compared where j.key = compared.key and not compared.is_same returning compared.restarts`,
    values: [job.key, text, save.at, save.by === undefined ? null : JSON.stringify(save.by), save.restoredFrom ?? null],
  });
  if (saved?.restarts === true) {
    // Failures that were too many may be mended by it; a target that can't be reached is not.
    await session.query({
      text: `update provisioning_job set ${liftedQuarantine}
        where key = $1 and quarantine_reason <> 'EncounteredQuarantineException'`,
      values: [job.key],
    });
  }
  return saved !== undefined;
}

export async function listSchemaVersions(
  session: Session,
  id: JobId,
  query: { readonly top: number; readonly before?: number },
): Promise<readonly SchemaVersionInfo[]> {
  const rows = await session.query<VersionRow>({
    text: `select ${versionColumns} from provisioning_schema s join provisioning_job j on j.key = s.job_key
      where j.id = $1 and ($2::integer is null or s.version < $2) order by s.version desc limit $3`,
    values: [id, query.before ?? null, query.top],
  });
  return rows.map(toInfo);
}

export async function getSchemaVersion(
  session: Session,
  id: JobId,
  version: number,
): Promise<SchemaVersion | undefined> {
  const [row] = await session.query<VersionRow & { readonly schema: SynchronizationSchema }>({
    text: `select ${versionColumns}, s.schema from provisioning_schema s join provisioning_job j on j.key = s.job_key
      where j.id = $1 and s.version = $2`,
    values: [id, version],
  });
  return row && { ...toInfo(row), schema: row.schema };
}
