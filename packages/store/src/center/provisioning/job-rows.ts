import { brandId, type CycleId, type JobId, type ObjectId } from '@joinery/base';
import type {
  Cycle,
  Job,
  JobSettings,
  Quarantine,
  QuarantineReason,
  RunningCycle,
  SynchronizationSchema,
} from '@joinery/provisioning/ports';

export interface JobRow {
  readonly key: number;
  readonly id: string;
  readonly service_principal_id: string;
  readonly template_id: string;
  readonly schedule_state: Job['scheduleState'];
  readonly settings: StoredSettings;
  readonly schema_version: number;
  readonly schema: SynchronizationSchema;
  readonly watermark: bigint | null;
  readonly next_run_at: Date | null;
  readonly quarantine_reason: QuarantineReason | null;
  readonly quarantine_current_began: Date | null;
  readonly quarantine_series_began: Date | null;
  readonly quarantine_series_count: number;
  readonly quarantine_next_attempt: Date | null;
  readonly quarantine_error_code: string | null;
  readonly quarantine_error_message: string | null;
}

/** JSON has no undefined: a limit that is not set is null. */
export type StoredSettings = Omit<JobSettings, 'requestsPerSecond'> & { readonly requestsPerSecond: number | null };

/** Columns of a job `j` with the schema version `version`, an expression. */
export function jobColumns(version: string): string {
  return `j.key, j.id, j.service_principal_id, j.template_id, j.schedule_state, j.settings, j.watermark, j.next_run_at,
    ${version} as schema_version,
    (select s.schema from provisioning_schema s where s.job_key = j.key and s.version = ${version}) as schema,
    j.quarantine_reason, j.quarantine_current_began, j.quarantine_series_began, j.quarantine_series_count,
    j.quarantine_next_attempt, j.quarantine_error_code, j.quarantine_error_message`;
}

function toQuarantine(row: JobRow): Quarantine | undefined {
  if (row.quarantine_reason === null || row.quarantine_current_began === null) return undefined;
  return {
    reason: row.quarantine_reason,
    currentBegan: row.quarantine_current_began,
    seriesBegan: row.quarantine_series_began ?? row.quarantine_current_began,
    seriesCount: row.quarantine_series_count,
    nextAttempt: row.quarantine_next_attempt ?? row.quarantine_current_began,
    error: { code: row.quarantine_error_code ?? '', message: row.quarantine_error_message ?? '' },
  };
}

export function toStoredSettings(settings: JobSettings): StoredSettings {
  return { ...settings, requestsPerSecond: settings.requestsPerSecond ?? null };
}

export function toJob(row: JobRow): Job {
  return {
    id: brandId<JobId>(row.id),
    servicePrincipalId: brandId<ObjectId>(row.service_principal_id),
    templateId: row.template_id,
    scheduleState: row.schedule_state,
    settings: { ...row.settings, requestsPerSecond: row.settings.requestsPerSecond ?? undefined },
    schema: row.schema,
    schemaVersion: row.schema_version,
    watermark: row.watermark ?? undefined,
    quarantine: toQuarantine(row),
    nextRunAt: row.next_run_at ?? undefined,
  };
}

export interface CycleRow {
  readonly cycle_id: string;
  readonly job_id: string;
  readonly kind: Cycle['kind'];
  readonly state: Cycle['state'];
  readonly began_at: Date;
  readonly ended_at: Date | null;
  readonly pages_done: number;
  readonly pages_total: number;
  readonly users: bigint;
  readonly groups: bigint;
  readonly created: bigint;
  readonly updated: bigint;
  readonly disabled: bigint;
  readonly deleted: bigint;
  readonly skipped: bigint;
  readonly failed: bigint;
  readonly requests: bigint;
  readonly error_code: string | null;
  readonly error_message: string | null;
}

/** Columns of a cycle `c` of a job `j`. */
export const cycleColumns = `c.id as cycle_id, j.id as job_id, c.kind, c.state, c.began_at, c.ended_at, c.pages_done,
  c.pages_total, c.users, c.groups, c.created, c.updated, c.disabled, c.deleted, c.skipped, c.failed, c.requests,
  c.error_code, c.error_message`;

export function toCycle(row: CycleRow): Cycle {
  return {
    id: brandId<CycleId>(row.cycle_id),
    jobId: brandId<JobId>(row.job_id),
    kind: row.kind,
    state: row.state,
    began: row.began_at,
    ended: row.ended_at ?? undefined,
    pages: { done: row.pages_done, total: row.pages_total },
    counts: {
      objects: { users: Number(row.users), groups: Number(row.groups) },
      created: Number(row.created),
      updated: Number(row.updated),
      disabled: Number(row.disabled),
      deleted: Number(row.deleted),
      skipped: Number(row.skipped),
      failed: Number(row.failed),
      requests: Number(row.requests),
    },
    error: row.error_code === null ? undefined : { code: row.error_code, message: row.error_message ?? '' },
  };
}

export interface RunningCycleRow extends CycleRow, JobRow {
  readonly stage: RunningCycle['stage'];
  readonly users_listed: boolean;
  readonly groups_listed: boolean;
  readonly force_deletes: boolean;
  readonly escrows_pruned: boolean;
  readonly retries_all: boolean;
  readonly reference_failures: bigint;
  readonly plans_preview: string | null;
  readonly applies_preview: string | null;
  readonly preview_began: Date | null;
}

/** The running cycle `c` with its job `j`, whose schema is the one that the cycle began with. */
export const runningCycleColumns = `${cycleColumns}, ${jobColumns('c.schema_version')}, c.stage, c.users_listed,
  c.groups_listed, c.force_deletes, c.escrows_pruned, c.retries_all, c.reference_failures, j.preview_id as plans_preview,
  c.preview_id as applies_preview,
  (select p.began_at from provisioning_preview p where p.id = coalesce(j.preview_id, c.preview_id)) as preview_began`;

function toCyclePreview(row: RunningCycleRow): RunningCycle['preview'] {
  const id = row.plans_preview ?? row.applies_preview;
  if (id === null) return undefined;
  return { id, mode: row.plans_preview === null ? 'apply' : 'plan', began: row.preview_began ?? row.began_at };
}

export function toRunningCycle(row: RunningCycleRow): RunningCycle {
  return {
    ...toCycle(row),
    stage: row.stage,
    job: toJob(row),
    listed: { user: row.users_listed, group: row.groups_listed },
    forceDeletes: row.force_deletes,
    escrowsPruned: row.escrows_pruned,
    retriesAll: row.retries_all,
    referenceFailures: Number(row.reference_failures),
    preview: toCyclePreview(row),
  };
}
