import type { Cycle, Job, JobSettings, JobStatus } from '@joinery/provisioning/ports';
import type { GraphApi } from '../api.ts';
import type * as contract from '../contract/index.ts';

/** .NET's smallest time: Graph writes it where something never happened. */
const never = '0001-01-01T00:00:00Z';

export function presentJob(job: Job, status: JobStatus, now: Date, troubleshootingUrl: string): contract.Job {
  return {
    id: job.id,
    templateId: job.templateId,
    schedule: { state: job.scheduleState, interval: presentInterval(job.settings.intervalSeconds), expiration: null },
    status: presentStatus(job, status, now, troubleshootingUrl),
    synchronizationJobSettings: presentJobSettings(job.settings),
  };
}

/** ISO 8601 duration, in minutes where that is exact. */
export function presentInterval(seconds: number): string {
  return seconds % 60 === 0 ? `PT${seconds / 60}M` : `PT${seconds}S`;
}

/** The settings that Graph knows by a name of their own; all of them are under `/joinery/jobs/{id}/settings`. */
function presentJobSettings(settings: JobSettings): contract.Job['synchronizationJobSettings'] {
  return [
    {
      name: 'QuarantineTooManyDeletesThreshold',
      value: settings.deletionGuard.enabled ? String(settings.deletionGuard.count) : '',
    },
  ];
}

function presentStatus(job: Job, status: JobStatus, now: Date, troubleshootingUrl: string): contract.JobStatus {
  const { quarantine } = job;
  return {
    code: status.code,
    countSuccessiveCompleteFailures: status.countSuccessiveCompleteFailures,
    escrowsPruned: status.escrowsPruned,
    lastExecution: presentExecution(status.last, status),
    lastSuccessfulExecution: presentExecution(status.lastSuccessful, status),
    lastSuccessfulExecutionWithExports: presentExecution(status.lastSuccessfulWithExports, status),
    progress: presentProgress(status.running, now),
    quarantine: quarantine
      ? {
          reason: quarantine.reason,
          currentBegan: quarantine.currentBegan.toISOString(),
          seriesBegan: quarantine.seriesBegan.toISOString(),
          seriesCount: quarantine.seriesCount,
          nextAttempt: quarantine.nextAttempt.toISOString(),
          error: { ...quarantine.error, tenantActionable: true },
        }
      : null,
    steadyStateFirstAchievedTime: status.steadyStateFirstAchieved?.toISOString() ?? never,
    steadyStateLastAchievedTime: status.steadyStateLastAchieved?.toISOString() ?? never,
    synchronizedEntryCountByType: [
      { key: 'User', value: status.synchronizedEntryCount.users },
      { key: 'Group', value: status.synchronizedEntryCount.groups },
    ],
    troubleshootingUrl: quarantine ? troubleshootingUrl : null,
  };
}

/** Progress counts pages, each with several objects, as Entra's does. */
function presentProgress(running: Cycle | undefined, now: Date): contract.JobStatus['progress'] {
  if (!running) return [];
  return [
    {
      units: 'pages',
      completedUnits: running.pages.done,
      totalUnits: running.pages.total,
      progressObservationDateTime: now.toISOString(),
    },
  ];
}

function presentExecution(cycle: Cycle | undefined, status: JobStatus): contract.TaskExecution | null {
  if (!cycle || cycle.state === 'running') return null;
  const { counts } = cycle;
  const exported = counts.created + counts.updated + counts.disabled + counts.deleted;
  const imported = counts.objects.users + counts.objects.groups;
  return {
    activityIdentifier: cycle.id,
    state:
      cycle.state === 'succeeded' ? 'Succeeded' : cycle.state === 'entry-level-errors' ? 'EntryLevelErrors' : 'Failed',
    timeBegan: cycle.began.toISOString(),
    timeEnded: cycle.ended?.toISOString() ?? null,
    error: cycle.error ?? null,
    countImported: imported,
    countImportedDeltas: cycle.kind === 'incremental' ? imported : 0,
    countImportedReferenceDeltas: 0,
    countEntitled: imported - counts.skipped,
    countEntitledForProvisioning: imported - counts.skipped,
    countExports: exported + counts.failed,
    countExported: exported,
    countEscrowed: status.escrows,
    countEscrowedRaw: status.escrows,
  };
}

/** `/joinery/jobs/{id}/settings`: everything, with null for "not limited". */
export function presentSettings(settings: JobSettings): contract.JobSettings {
  return {
    ...settings,
    requestsPerSecond: settings.requestsPerSecond ?? null,
    protectedAccounts: [...settings.protectedAccounts],
    notification: { ...settings.notification, emails: [...settings.notification.emails] },
  };
}

export function presentCycle(cycle: Cycle): contract.Cycle {
  return {
    id: cycle.id,
    kind: cycle.kind,
    state: cycle.state,
    began: cycle.began.toISOString(),
    ended: cycle.ended?.toISOString() ?? null,
    durationMs: cycle.ended ? cycle.ended.getTime() - cycle.began.getTime() : null,
    pages: cycle.pages,
    counts: cycle.counts,
    error: cycle.error ?? null,
  };
}

/** A job with its status, as lists and live updates show it. */
export async function presentOverview(api: GraphApi, job: Job): Promise<contract.JobOverview> {
  const status = await api.jobs.status(job.id);
  const address = `${api.publicUrl()}/enterprise-applications/${job.servicePrincipalId}/provisioning`;
  return {
    servicePrincipalId: job.servicePrincipalId,
    job: presentJob(job, status, new Date(api.clock.now()), address),
    settings: { scope: job.settings.scope, intervalSeconds: job.settings.intervalSeconds },
    lastCheckDateTime: status.lastCheck?.toISOString() ?? null,
    overdueSinceDateTime: status.overdueSince?.toISOString() ?? null,
    nextRunDateTime: job.scheduleState === 'Active' ? (job.nextRunAt?.toISOString() ?? null) : null,
    running: status.running ? presentCycle(status.running) : null,
    last: status.last ? presentCycle(status.last) : null,
    escrows: status.escrows,
  };
}
