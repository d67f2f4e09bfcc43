import { ConnectorError } from '@joinery/connector-kit';
import type { JoineryError } from '@joinery/base';
import { isOverload } from '../apply/attempt.ts';
import type { Job, QuarantineReason } from '../job/job.ts';
import { jobFailureEntry } from '../log/entry.ts';
import { digestMail, disabledMail, quarantineMail } from '../quarantine/mails.ts';
import { isExpired, probeDelayMs, quarantinedCycleDelayMs, slowsCycles } from '../quarantine/retry.ts';
import { tripsDeletionGuard } from '../quarantine/thresholds.ts';
import type { EnginePorts } from '../ports.ts';
import type { CycleEnd, FailureText, QuarantineEntry, RunningCycle } from './ports.ts';

function quarantineEntry(
  job: Job,
  reason: QuarantineReason,
  error: FailureText,
  nextAttempt: number,
  now: number,
): QuarantineEntry {
  const disable = job.quarantine?.reason === reason && slowsCycles(reason) && isExpired(job.quarantine, now);
  return {
    reason,
    error,
    nextAttempt: new Date(nextAttempt),
    mail: disable ? disabledMail(job, error) : quarantineMail(job, reason, error),
    disable,
  };
}

const intervalMs = (job: Job): number => job.settings.intervalSeconds * 1_000;

function regularNext(job: Job, cycle: RunningCycle, now: number): number {
  return Math.max(now, cycle.began.getTime() + intervalMs(job));
}

const defaults = { error: undefined, quarantine: undefined, pause: false, log: [] } as const;

const overloadPauseMs = 60_000;

function logScope(ports: EnginePorts, cycle: RunningCycle) {
  return {
    jobId: cycle.job.id,
    cycleId: cycle.id,
    servicePrincipalId: cycle.job.servicePrincipalId,
    newId: ports.newId,
  };
}

/** Nothing is wrong with the job: the target had no time for it, for longer than one request waits. It is tried again soon. */
function endOfOverload(ports: EnginePorts, cycle: RunningCycle, error: ConnectorError, requests: number): CycleEnd {
  const now = ports.clock.now();
  const text = { code: error.logCode, message: error.message };
  const pauseMs = Math.min((error.retryAfterSeconds ?? 0) * 1_000, intervalMs(cycle.job));
  return {
    ...defaults,
    state: 'failed',
    error: text,
    log: [jobFailureEntry(logScope(ports, cycle), text, now)],
    nextRunAt: new Date(now + Math.max(overloadPauseMs, pauseMs)),
    requests,
  };
}

/** What a failure of the whole job means: the cycle failed, and the job waits in quarantine for a probe to succeed. */
export function endOfFailure(ports: EnginePorts, cycle: RunningCycle, error: JoineryError, requests: number): CycleEnd {
  if (error instanceof ConnectorError && isOverload(error)) return endOfOverload(ports, cycle, error, requests);
  const { job } = cycle;
  const now = ports.clock.now();
  const text = { code: error instanceof ConnectorError ? error.logCode : error.code, message: error.message };
  const next = now + probeDelayMs(1);
  return {
    ...defaults,
    state: 'failed',
    error: text,
    log: [jobFailureEntry(logScope(ports, cycle), text, now)],
    quarantine: quarantineEntry(job, 'EncounteredQuarantineException', text, next, now),
    nextRunAt: new Date(next),
    requests,
  };
}

/** Too many objects failed in an incremental cycle. */
export function endOfExceeded(job: Job, reason: QuarantineReason, now: number, requests: number): CycleEnd {
  const error = { code: reason, message: 'More objects failed in one cycle than provisioning goes on with.' };
  const began = job.quarantine?.seriesBegan.getTime() ?? now;
  const next = now + quarantinedCycleDelayMs(began, now);
  return {
    ...defaults,
    state: 'failed',
    error,
    quarantine: quarantineEntry(job, reason, error, next, now),
    nextRunAt: new Date(next),
    requests,
  };
}

/** A cycle that went through all its stages. The guard is asked once more: what it held back is staged still. */
async function endOfComplete(ports: EnginePorts, cycle: RunningCycle, requests: number): Promise<CycleEnd> {
  const { job } = cycle;
  const now = ports.clock.now();
  const current = (await ports.cycles.running(job.id)) ?? cycle;
  const state = current.counts.failed + current.referenceFailures > 0 ? 'entry-level-errors' : 'succeeded';
  const departures = await ports.cycles.countDepartures(job.id, job.settings.deletionGuard.percent);
  const next = regularNext(job, cycle, now);
  const end = { ...defaults, state, pause: current.escrowsPruned, requests } as const;
  if (departures.staged > 0 && !current.forceDeletes && tripsDeletionGuard(job.settings.deletionGuard, departures)) {
    const error = {
      code: 'TooManyDeletes',
      message: `${departures.staged} objects are due to be disabled or deleted, which is more than the accidental deletions prevention allows.`,
    };
    return { ...end, quarantine: quarantineEntry(job, 'TooManyDeletes', error, next, now), nextRunAt: new Date(next) };
  }
  const isLifted = job.quarantine !== undefined && (state === 'succeeded' || !slowsAfterErrors(job.quarantine.reason));
  if (job.quarantine === undefined || isLifted) {
    return { ...end, quarantine: isLifted ? null : undefined, nextRunAt: new Date(next) };
  }
  const again = now + quarantinedCycleDelayMs(job.quarantine.seriesBegan.getTime(), now);
  const { reason, error } = job.quarantine;
  return { ...end, quarantine: quarantineEntry(job, reason, error, again, now), nextRunAt: new Date(again) };
}

/** A quarantine for too many errors ends with a clean cycle only; the others with any that gets through. */
function slowsAfterErrors(reason: QuarantineReason): boolean {
  return slowsCycles(reason) && reason !== 'EncounteredQuarantineException';
}

export async function finishCycle(ports: EnginePorts, cycle: RunningCycle, end: CycleEnd): Promise<void> {
  await ports.cycles.finish(cycle.id, end, (failures, total) => digestMail(cycle.job, failures, total));
}

export async function finishComplete(ports: EnginePorts, cycle: RunningCycle, requests: number): Promise<void> {
  await finishCycle(ports, cycle, await endOfComplete(ports, cycle, requests));
}
