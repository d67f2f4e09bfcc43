import { randomUUID } from 'node:crypto';
import { createTargetFactory, importSource, systemClock, type ImportSummary } from '@joinery/admin-center';
import { brandId, type JobId } from '@joinery/base';
import { createCsvSource } from '@joinery/connector-csv';
import {
  applyPreview,
  defaultJobSettings,
  previewCycle,
  runCycle,
  type Cycle,
  type CycleCounts,
  type CycleOptions,
  type EnginePorts,
  type Job,
  type JobSettings,
  type OperationOutcome,
  type PlannedOperation,
  type Preview,
  type SynchronizationSchema,
} from '@joinery/provisioning';
import { loadSecretKey, openScratchCopy, openStore, type OpenStore } from '@joinery/store';
import { createCenterStore, type CenterStore } from '@joinery/store/center';
import type { ProvisionFlags } from './inputs.ts';
import { comparePlans, plannedCounts, plannedOperations, type PlanDifference, type ReportedOperation } from './plan.ts';

const source = 'csv';
const templateId = 'provision';

export interface Performed {
  readonly operation: PlannedOperation;
  readonly outcome: OperationOutcome;
  /** The row's own id in the files. */
  readonly rowId: string;
}

export interface ProvisionResult {
  readonly imported: ImportSummary;
  readonly cycle: Pick<Cycle, 'kind' | 'state' | 'error'>;
  /** Of all cycles that this run worked on: one that an earlier run left open comes first. */
  readonly counts: CycleCounts;
  readonly performed: readonly Performed[];
  /** In `plan` mode: everything that would be done. */
  readonly planned?: readonly ReportedOperation[];
  /** What is another operation by now than in the plan that was to be applied: nothing was sent. */
  readonly differences?: readonly PlanDifference[] | undefined;
  /** Set when the deletion guard tripped: nothing departed. */
  readonly guard: { readonly code: string; readonly message: string } | undefined;
}

export interface ProvisionInputs {
  readonly flags: ProvisionFlags;
  readonly token: string;
  readonly allowedTarget: string;
  readonly schema: SynchronizationSchema;
  /** The plan that is to be applied, and nothing else. */
  readonly agreed: readonly ReportedOperation[] | undefined;
  readonly onProgress: (done: number, total: number) => void;
}

/** Without `--groups` the groups of earlier runs are not asked for, so they are not missed. */
export function relevantGuards(imported: ImportSummary, flags: ProvisionFlags): ImportSummary['guards'] {
  return imported.guards.filter((guard) => guard.kind === 'user' || flags.groups !== undefined);
}

/** One import and one cycle on the state folder, or in `plan` mode on a throw-away copy of it. */
export async function provision(inputs: ProvisionInputs): Promise<ProvisionResult> {
  const { flags } = inputs;
  const place = { directory: flags.state, name: 'center' } as const;
  const opened: OpenStore = flags.plan === true ? await openScratchCopy(place) : await openStore(place);
  try {
    // The token is never stored: nothing in the state is encrypted with this key but what the schema of the store asks for.
    const secretKey = flags.plan === true ? new Uint8Array(32) : await loadSecretKey(flags.state);
    const store = createCenterStore(opened.database, {
      secretKey,
      clock: systemClock,
      newId: randomUUID,
      objectId: 'source',
    });
    // The state folder is ours alone: what a killed run held is free at once.
    await store.cycles.releaseAll();
    return await work(store, inputs);
  } finally {
    await opened.stop();
  }
}

async function work(store: CenterStore, inputs: ProvisionInputs): Promise<ProvisionResult> {
  const { flags } = inputs;
  const files = { users: flags.users, ...(flags.groups === undefined ? {} : { groups: flags.groups }) };
  const csv = createCsvSource(files);
  const imported = await importSource(csv, store.imports, { source, departures: flags.onMissing !== 'keep' }).finally(
    () => csv.close(),
  );

  const job = await prepareJob(store, inputs, relevantGuards(imported, flags).length > 0);
  const performed: { operation: PlannedOperation; outcome: OperationOutcome }[] = [];
  const ports = enginePorts(store, inputs);
  const options = {
    retryAllEscrows: true,
    workerId: 'provision',
    observer: (operation: PlannedOperation, outcome: OperationOutcome) => void performed.push({ operation, outcome }),
    onProgress: ({ done, total }: { done: number; total: number }) => inputs.onProgress(done, total),
  };
  let cycles: readonly Cycle[];
  if (flags.plan === true || inputs.agreed !== undefined) {
    const preview = await planFor(store, ports, job, { ...options, isPlan: flags.plan === true });
    performed.splice(0);
    const told = await planResult(store, inputs, imported, preview);
    if (told !== undefined) return told;
    cycles = [await applyPlan(store, ports, preview, { ...options, allowsDeletes: flags.allowDeletes === true })];
  } else cycles = await runCycles(store, ports, job, options);

  const rowIds = await store.imports.findSourceIds(
    source,
    performed.map(({ operation }) => operation.sourceId),
  );
  const quarantine = (await store.jobs.get(job.id))?.quarantine;
  const [first] = cycles;
  const last = cycles.at(-1);
  if (first === undefined || last === undefined) throw new Error('invariant broken: no cycle was run');
  return {
    imported,
    cycle: { ...last, kind: first.kind },
    guard: quarantine?.reason === 'TooManyDeletes' ? quarantine.error : undefined,
    counts: cycles.map((cycle) => cycle.counts).reduce(sum),
    performed: performed.map((one) => ({
      ...one,
      rowId: rowIds.get(one.operation.sourceId) ?? one.operation.sourceId,
    })),
  };
}

/** A cycle that a killed run left open was planned for older files: it is ended first, then one for these files is run. */
async function runCycles(
  store: CenterStore,
  ports: EnginePorts,
  job: Job,
  options: CycleOptions,
): Promise<readonly Cycle[]> {
  const left = await store.cycles.running(job.id);
  const first = await runCycle(ports, job.id, options);
  return left === undefined || first.state === 'failed' ? [first] : [first, await runCycle(ports, job.id, options)];
}

/** The plan as it is now; the one that a killed run was about to apply, where there is one. */
async function planFor(
  store: CenterStore,
  ports: EnginePorts,
  job: Job,
  options: CycleOptions & { readonly isPlan: boolean },
): Promise<Preview> {
  const left = (await store.cycles.running(job.id))?.preview;
  const begun = left && (await store.previews.get(left.id));
  if (begun !== undefined && !options.isPlan) return begun;
  for (const { id } of await store.previews.list(job.id)) if (id !== begun?.id) await store.previews.delete(id);
  return previewCycle(ports, job.id, options);
}

/** What is told of a plan: the plan itself, or that it is another one than was agreed. Undefined: it may be applied. */
async function planResult(
  store: CenterStore,
  { flags, agreed }: ProvisionInputs,
  imported: ImportSummary,
  preview: Preview,
): Promise<ProvisionResult | undefined> {
  const planned = await plannedOperations(store, preview.id);
  const hasFailed = preview.state === 'failed';
  const differences = flags.plan === true || hasFailed ? undefined : comparePlans(agreed ?? [], planned);
  if (differences?.length === 0) return undefined;
  if (flags.plan !== true && preview.application === undefined) await store.previews.delete(preview.id);
  return {
    imported,
    cycle: {
      kind: preview.kind ?? 'initial',
      state: hasFailed ? 'failed' : 'succeeded',
      error: preview.error,
    },
    guard:
      preview.deletionGuard?.trips === true
        ? {
            code: 'TooManyDeletes',
            message: `${preview.deletionGuard.departures} objects are due to be disabled or deleted, which is more than the deletion guard allows.`,
          }
        : undefined,
    counts: plannedCounts(differences === undefined ? preview : { ...preview, counts: [] }),
    performed: [],
    planned: differences === undefined ? planned : [],
    differences,
  };
}

async function applyPlan(
  store: CenterStore,
  ports: EnginePorts,
  preview: Preview,
  options: CycleOptions & { readonly allowsDeletes: boolean },
): Promise<Cycle> {
  if (preview.application?.state === 'running') await runCycle(ports, preview.jobId, options);
  const { application } = (await store.previews.get(preview.id)) ?? preview;
  const applied = application === undefined ? (await applyPreview(ports, preview, options)).application : application;
  const cycle = applied?.cycleId && (await store.jobs.getCycle(applied.cycleId));
  if (!cycle) throw new Error('invariant broken: an applied plan has a cycle');
  await store.previews.delete(preview.id);
  return cycle;
}

/** `hold`: the source was empty, so nothing departs whatever the flags say, not even what an earlier file left due. */
function settingsOf(flags: ProvisionFlags, hold: boolean): JobSettings {
  return {
    ...defaultJobSettings,
    scope: 'all',
    profile: flags.profile,
    onChange: false,
    onLeavingScope: flags.onMissing === 'delete' ? 'delete' : 'disable',
    deletionGuard: hold
      ? { enabled: true, count: 0, percent: 0 }
      : { ...defaultJobSettings.deletionGuard, enabled: flags.allowDeletes !== true },
    ...(flags.concurrency === undefined ? {} : { concurrency: flags.concurrency }),
  };
}

/** The state's only job: made at the first run, brought to the flags at the later ones. */
async function prepareJob(store: CenterStore, { flags, schema }: ProvisionInputs, hold: boolean): Promise<Job> {
  const [existing] = await store.jobs.list();
  const settings = settingsOf(flags, hold);
  if (existing === undefined) {
    const application = await store.applications.create({
      displayName: 'joinery provision',
      applicationTemplateId: undefined,
      appRoles: [],
    });
    const id = brandId<JobId>(`${templateId}.${application.servicePrincipalId.replaceAll('-', '')}.${randomUUID()}`);
    const made = await store.jobs.create({
      id,
      servicePrincipalId: application.servicePrincipalId,
      templateId,
      settings,
      schema,
    });
    return made;
  }
  const current = await store.jobs.updateSettings(existing.id, settings);
  // Saving an unchanged schema would make the next cycle an initial one.
  return JSON.stringify(sorted(current.schema)) === JSON.stringify(sorted(schema))
    ? current
    : store.jobs.putSchema(existing.id, schema);
}

/** JSONB does not keep the order of keys. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, one]) => [key, sorted(one)]);
}

function enginePorts(store: CenterStore, inputs: ProvisionInputs): EnginePorts {
  const targets = createTargetFactory({
    allowedTargets: [inputs.allowedTarget],
    clock: systemClock,
    random: Math.random,
  });
  const secrets = new Map([
    ['BaseAddress', inputs.flags.target],
    ['SecretToken', inputs.token],
  ]);
  return {
    jobs: store.jobs,
    cycles: store.cycles,
    links: store.links,
    previews: store.previews,
    directory: store.reader,
    feed: store.feed,
    targets: { create: (job) => targets.create(job, secrets) },
    clock: systemClock,
    random: Math.random,
    newId: randomUUID,
    defaultDomain: 'contoso.com',
  };
}

function sum(a: CycleCounts, b: CycleCounts): CycleCounts {
  return {
    objects: {
      users: Math.max(a.objects.users, b.objects.users),
      groups: Math.max(a.objects.groups, b.objects.groups),
    },
    created: a.created + b.created,
    updated: a.updated + b.updated,
    disabled: a.disabled + b.disabled,
    deleted: a.deleted + b.deleted,
    skipped: a.skipped + b.skipped,
    failed: b.failed,
    requests: a.requests + b.requests,
  };
}
