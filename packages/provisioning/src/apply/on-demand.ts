import { JoineryError, type ObjectId } from '@joinery/base';
import { mappingOf, openContext, type JobContext } from '../cycle/context.ts';
import { keepLease, type HeldLease } from '../cycle/lease.ts';
import type { Job } from '../job/job.ts';
import type { ProvisioningLogEntry } from '../job/log.ts';
import { logEntry } from '../log/entry.ts';
import { failedStep } from '../log/steps.ts';
import { failureText, type PageControl } from './attempt.ts';
import { applyMembers } from './members-page.ts';
import { applyObjects } from './object-page.ts';
import { discoverSchema } from '../job/discover-schema.ts';
import { schemaImpact, trySchema } from '../job/try-schema.ts';
import { testConnection } from './probe.ts';
import { applyReferences } from './reference-page.ts';
import type { EnginePorts, OnDemandOutcome, ProvisioningService } from '../ports.ts';

type Subject = Parameters<ProvisioningService['provisionOnDemand']>[1];

const lockMs = 60_000;
const lockPollMs = 250;
const lockTriesMax = 40;

/** Waits for these objects only: a cycle that has them in hand is done with them soon. They are held until `stop`. */
async function lockObjects(ports: EnginePorts, job: Job, ids: readonly ObjectId[], owner: string): Promise<HeldLease> {
  const { clock, links } = ports;
  const renew = async (): Promise<boolean> => (await links.renewLocks(owner, lockMs)) === ids.length;
  for (let tries = 0; tries < lockTriesMax; tries += 1) {
    const since = clock.now();
    const locked = await links.lockObjects(job.id, ids, owner, lockMs);
    if (ids.every((id) => locked.has(id))) return keepLease(clock, { leaseMs: lockMs, since, renew });
    await clock.sleep(lockPollMs);
  }
  throw new JoineryError({
    code: 'provisioning.object_busy',
    message: 'The object is being provisioned by a running cycle; try again in a moment.',
    retry: 'later',
  });
}

/** The object itself: with its departure carried out, whatever the deletion guard says of many. */
async function applySubject(
  context: JobContext,
  control: PageControl,
  subject: Subject,
): Promise<ProvisioningLogEntry | undefined> {
  const mapping = mappingOf(context, subject.kind);
  if (mapping === undefined) {
    throw new JoineryError({
      code: 'provisioning.mapping_disabled',
      message: `The job does not provision objects of the kind ${subject.kind}; enable the mapping first.`,
      retry: 'after-change',
    });
  }
  const { outcome } = await applyObjects(context, control, {
    mapping,
    ids: [subject.id],
    isRepeated: true,
    departs: true,
  });
  await context.ports.links.commitOnDemand(context.job.id, outcome);
  return outcome.log[0];
}

/** References that the object can have by now: its manager, or the group's members. */
async function applySubjectReferences(
  context: JobContext,
  control: PageControl,
  subject: Subject,
): Promise<readonly ProvisioningLogEntry[]> {
  const { links } = context.ports;
  const mapping = mappingOf(context, subject.kind);
  if (mapping === undefined || !mapping.allows.update) return [];
  if (subject.kind === 'user') {
    const { outcome } = await applyReferences(context, control, mapping, [subject.id]);
    await links.commitOnDemand(context.job.id, outcome);
    return outcome.log;
  }
  if (!mapping.references.some((one) => one.source === 'members')) return [];
  for (const id of subject.memberIds ?? []) await applySubject(context, control, { kind: 'user', id });
  const log: ProvisioningLogEntry[] = [];
  const { outcome } = await applyMembers(context, control, mapping, [subject.id], async (chunk) => {
    await links.commitOnDemand(context.job.id, chunk);
    log.push(...chunk.log);
    return true;
  });
  await links.commitOnDemand(context.job.id, outcome);
  return [...log, ...outcome.log];
}

/** One entry that tells the whole: the object's own, with what became of its references. */
function mergeEntries(entry: ProvisioningLogEntry, references: readonly ProvisioningLogEntry[]): ProvisioningLogEntry {
  const failed = references.find((one) => one.error !== undefined);
  const isUpdated = references.length > 0 && entry.outcome === 'skipped';
  return {
    ...entry,
    action: isUpdated ? 'update' : entry.action,
    outcome: failed === undefined ? (isUpdated ? 'success' : entry.outcome) : failed.outcome,
    reason: isUpdated ? (references[0]?.reason ?? entry.reason) : entry.reason,
    error: entry.error ?? failed?.error,
    steps: [...entry.steps, ...references.flatMap((one) => one.steps)],
    modifiedProperties: [...entry.modifiedProperties, ...references.flatMap((one) => one.modifiedProperties)],
  };
}

/** The job failed under the object: its entry says so, and nothing was written of it. */
function failureEntry(context: JobContext, subject: Subject): ProvisioningLogEntry {
  const now = context.ports.clock.now();
  const error =
    context.failure === undefined
      ? { code: 'InternalError', message: 'The object could not be provisioned.' }
      : failureText(context.failure);
  return logEntry(context.log, {
    kind: subject.kind,
    sourceId: subject.id,
    displayName: subject.id,
    targetId: undefined,
    targetType: mappingOf(context, subject.kind)?.type.name ?? '',
    action: 'other',
    outcome: 'failure',
    reason: error.code,
    error,
    steps: [failedStep('EntryExport', 'export', { kind: subject.kind, displayName: subject.id }, error)],
    changes: [],
    began: now,
    ended: now,
  });
}

async function provisionOnDemand(ports: EnginePorts, job: Job, subject: Subject): Promise<OnDemandOutcome> {
  const owner = `on-demand/${ports.newId()}`;
  const context = await openContext(ports, job, { cycleId: undefined, isListed: async () => false });
  let lease: HeldLease | undefined;
  try {
    await context.connect();
    lease = await lockObjects(ports, job, [...new Set([subject.id, ...(subject.memberIds ?? [])])], owner);
    const entry = await applySubject(context, lease, subject);
    if (entry === undefined) return { entry: failureEntry(context, subject) };
    if (entry.outcome === 'failure') return { entry };
    return { entry: mergeEntries(entry, await applySubjectReferences(context, lease, subject)) };
  } finally {
    lease?.stop();
    await ports.links.unlockObjects(owner);
    await context.target.close();
  }
}

/** What the API calls of the engine. */
export function createProvisioningService(ports: EnginePorts): ProvisioningService {
  return {
    validateCredentials: (job, secrets) => testConnection(ports, job, secrets),
    discoverSchema: (job, directoryId) => discoverSchema(ports, job, directoryId),
    trySchema: (job, schema, subject) => trySchema(ports, job, schema, subject),
    schemaImpact: (job, schema, kind) => schemaImpact(ports, job, schema, kind),
    provisionOnDemand: (job, subject) => provisionOnDemand(ports, job, subject),
  };
}
