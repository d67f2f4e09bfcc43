import type { JobId } from '@joinery/base';
import type { Job, JobSettings, JobStore, ResetScope } from '@joinery/provisioning/ports';
import type { Session } from '../../database.ts';
import { auditLifted } from './audit.ts';
import { jobChannel, jobNotFound, now, type StoreContext } from './context.ts';
import { jobColumns, toJob, toStoredSettings, type JobRow } from './job-rows.ts';
import { lockOpenPages } from './pages.ts';
import { getSchemaVersion, listSchemaVersions, saveSchema } from './schema-versions.ts';
import { readStatus } from './status.ts';
import { readCycle, readCycles } from './cycle-history.ts';
import type { SecretStore } from './secrets.ts';

const currentJob = `select ${jobColumns('j.schema_version')} from provisioning_job j`;
const notifyJob = `select pg_notify('${jobChannel}', $1)`;

async function readJob(session: Session, id: JobId): Promise<Job | undefined> {
  const [row] = await session.query<JobRow>({
    name: 'provisioning-job-get',
    text: `${currentJob} where j.id = $1 and j.preview_id is null`,
    values: [id],
  });
  return row && toJob(row);
}

async function getJob(session: Session, id: JobId): Promise<Job> {
  const job = await readJob(session, id);
  if (job === undefined) throw jobNotFound(id);
  return job;
}

async function notify(session: Session, id: string): Promise<void> {
  await session.query({ text: notifyJob, values: [id] });
}

async function createJob(context: StoreContext, job: Parameters<JobStore['create']>[0]): Promise<Job> {
  return context.database.transaction(async (session) => {
    await session.query({
      text: `with made as (
          insert into provisioning_job (id, service_principal_id, template_id, settings, created_at)
          values ($1, $2, $3, $4::jsonb, $5) returning key)
        insert into provisioning_schema (job_key, version, schema, saved_at, saved_by)
        select key, 1, $6::jsonb, $5, $7::jsonb from made`,
      values: [
        job.id,
        job.servicePrincipalId,
        job.templateId,
        JSON.stringify(toStoredSettings(job.settings)),
        now(context),
        JSON.stringify(job.schema),
        job.createdBy === undefined ? null : JSON.stringify(job.createdBy),
      ],
    });
    return getJob(session, job.id);
  });
}

/** Whoever falls out of a changed scope departs, and who was left alone by a guard may not be any more: all are evaluated again. */
async function updateSettings(context: StoreContext, id: JobId, change: Partial<JobSettings>): Promise<Job> {
  return context.database.transaction(async (session) => {
    const [row] = await session.query<JobRow>({
      text: `${currentJob} where j.id = $1 for no key update`,
      values: [id],
    });
    if (row === undefined) throw jobNotFound(id);
    const before = toJob(row).settings;
    const after = { ...before, ...change };
    const isInitial =
      after.scope !== before.scope ||
      after.upsertOnly !== before.upsertOnly ||
      after.protectedAccounts.join('\n') !== before.protectedAccounts.join('\n');
    await session.query({
      text: `update provisioning_job set settings = $2::jsonb,
          epoch = epoch + $3::integer, watermark = case when $3 = 1 then null else watermark end,
          next_run_at = case when $3 = 1 then $4::timestamptz else next_run_at end
        where id = $1`,
      values: [id, JSON.stringify(toStoredSettings(after)), isInitial ? 1 : 0, now(context)],
    });
    await notify(session, id);
    return getJob(session, id);
  });
}

/** A start while a cycle runs asks for another one after it, unless it is the end of a pause: then that cycle goes on. */
async function setSchedule(context: StoreContext, id: JobId, state: Job['scheduleState']): Promise<void> {
  await context.database.transaction(async (session) => {
    const rows = await session.query({
      text: `update provisioning_job set schedule_state = $2, alarm_at = null,
          next_run_at = case when $2 = 'Active' and (schedule_state = 'Active' or not exists (
              select 1 from provisioning_cycle c where c.job_key = key and c.state = 'running'))
            then $3::timestamptz else next_run_at end,
          quarantine_next_attempt = case when $2 = 'Active' then $3::timestamptz else quarantine_next_attempt end
        where id = $1 returning key`,
      values: [id, state, now(context)],
    });
    if (rows.length === 0) throw jobNotFound(id);
    await notify(session, id);
  });
}

/** Statements that clear the links of a job and what is known only through them. */
const linkTables = [
  'provisioning_link',
  'provisioning_member',
  'provisioning_pending_member',
  'provisioning_waiting_reference',
  'provisioning_departure',
  'provisioning_unsettled',
];

/**
 * Drops the chosen parts of the state and starts an initial cycle. The running cycle ends: what its workers have in
 * hand is refused when they commit. `ForceDeletes` and `None` keep the watermark.
 */
async function restart(context: StoreContext, id: JobId, scopes: readonly ResetScope[]): Promise<void> {
  // No scope at all is the portal's "Restart provisioning": everything but the links.
  const asked = new Set<ResetScope>(scopes.length === 0 ? ['Watermark', 'Escrows', 'QuarantineState'] : scopes);
  const isFull = asked.has('Full');
  const clears = (scope: ResetScope): boolean => isFull || asked.has(scope);
  const isInitial = clears('Watermark') || clears('ConnectorDataStore');
  await context.database.transaction(async (session) => {
    const [job] = await session.query<{ key: number; quarantine_reason: string | null }>({
      text: 'select key, quarantine_reason from provisioning_job where id = $1 for no key update',
      values: [id],
    });
    if (job === undefined) throw jobNotFound(id);
    if (isInitial) await endRunningCycle(session, job.key, now(context));
    if (clears('Escrows')) {
      await session.query({ text: 'delete from provisioning_escrow where job_key = $1', values: [job.key] });
    }
    if (clears('ConnectorDataStore')) {
      for (const table of linkTables) {
        await session.query({ text: `delete from ${table} where job_key = $1`, values: [job.key] });
      }
    }
    await session.query({
      text: `update provisioning_job set schedule_state = 'Active', next_run_at = $2::timestamptz,
          epoch = epoch + $3::integer, watermark = case when $3 = 1 then null else watermark end,
          force_deletes = force_deletes or $4,
          escrows_pruned = escrows_pruned and not $5,
          quarantine_reason = case when $6 then null else quarantine_reason end,
          quarantine_current_began = case when $6 then null else quarantine_current_began end,
          quarantine_series_began = case when $6 then null else quarantine_series_began end,
          quarantine_series_count = case when $6 then 0 else quarantine_series_count end,
          quarantine_error_code = case when $6 then null else quarantine_error_code end,
          quarantine_error_message = case when $6 then null else quarantine_error_message end,
          quarantine_next_attempt = case when $6 then null else $2::timestamptz end
        where key = $1`,
      values: [
        job.key,
        now(context),
        isInitial ? 1 : 0,
        asked.has('ForceDeletes'),
        clears('Escrows'),
        clears('QuarantineState'),
      ],
    });
    if (clears('QuarantineState') && job.quarantine_reason !== null) {
      await auditLifted(session, job.key, job.quarantine_reason);
    }
    await notify(session, id);
  });
}

export async function endRunningCycle(
  session: Session,
  key: number,
  at: Date,
  why = { code: 'Restarted', message: 'Provisioning was restarted while the cycle ran.' },
): Promise<void> {
  await session.query({ text: lockOpenPages, values: [key] });
  await session.query({
    text: `with ended as (
        update provisioning_cycle set state = 'failed', ended_at = $2, error_code = $3, error_message = $4
        where job_key = $1 and state = 'running' returning id)
      delete from provisioning_page where cycle_id in (select id from ended)`,
    values: [key, at, why.code, why.message],
  });
}

export function createJobStore(context: StoreContext, secrets: SecretStore): JobStore {
  const { database } = context;
  return {
    create: (job) => createJob(context, job),
    get: (id) => readJob(database, id),
    async list(servicePrincipalId) {
      const rows = await database.query<JobRow>({
        text: `${currentJob} where j.preview_id is null and ($1::uuid is null or j.service_principal_id = $1)
          order by j.created_at, j.id`,
        values: [servicePrincipalId ?? null],
      });
      return rows.map(toJob);
    },
    async delete(id) {
      await database.query({ text: 'delete from provisioning_job where id = $1', values: [id] });
    },
    status: (id) => readStatus(database, id),
    listCycles: (id, limit) => readCycles(database, id, limit),
    getCycle: (id) => readCycle(database, id),
    updateSettings: (id, change) => updateSettings(context, id, change),
    async putSchema(id, schema, save = {}) {
      return database.transaction(async (session) => {
        const isChanged = await saveSchema(session, id, schema, { ...save, at: now(context) });
        if (isChanged) await notify(session, id);
        return getJob(session, id);
      });
    },
    listSchemaVersions: (id, query) => listSchemaVersions(database, id, query),
    getSchemaVersion: (id, version) => getSchemaVersion(database, id, version),
    async putSecrets(servicePrincipalId, values) {
      await database.transaction(async (session) => {
        await secrets.put(session, servicePrincipalId, values);
        const jobs = await session.query<{ id: string }>({
          text: `update provisioning_job set quarantine_next_attempt = $2
            where service_principal_id = $1 and quarantine_reason = 'EncounteredQuarantineException' returning id`,
          values: [servicePrincipalId, now(context)],
        });
        for (const job of jobs) await notify(session, job.id);
      });
    },
    getSecrets: (servicePrincipalId) => secrets.get(servicePrincipalId),
    start: (id) => setSchedule(context, id, 'Active'),
    pause: (id) => setSchedule(context, id, 'Paused'),
    restart: (id, scopes) => restart(context, id, scopes),
  };
}
