import { randomUUID } from 'node:crypto';
import {
  createTargetFactory,
  importSource,
  loadSecretKey,
  systemClock,
  type ImportSummary,
} from '@joinery/admin-center';
import { brandId, type JobId } from '@joinery/base';
import { createCsvSource } from '@joinery/connector-csv';
import {
  defaultJobSettings,
  runCycle,
  type Cycle,
  type CycleCounts,
  type EnginePorts,
  type Job,
  type JobSettings,
  type OperationOutcome,
  type PlannedOperation,
  type SynchronizationSchema,
} from '@joinery/provisioning';
import { openScratchCopy, openStore, type OpenStore } from '@joinery/store';
import { createCenterStore, type CenterStore } from '@joinery/store/center';
import type { ProvisionFlags } from './inputs.ts';

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
  readonly cycle: Cycle;
  /** Of all cycles that this run worked on: one that an earlier run left open comes first. */
  readonly counts: CycleCounts;
  readonly performed: readonly Performed[];
  /** Set when the deletion guard tripped: nothing departed. */
  readonly guard: { readonly code: string; readonly message: string } | undefined;
}

export interface ProvisionInputs {
  readonly flags: ProvisionFlags;
  readonly token: string;
  readonly allowedTarget: string;
  readonly schema: SynchronizationSchema;
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
    mode: flags.plan === true ? ('plan' as const) : ('apply' as const),
    retryAllEscrows: true,
    workerId: 'provision',
    observer: (operation: PlannedOperation, outcome: OperationOutcome) => void performed.push({ operation, outcome }),
    onProgress: ({ done, total }: { done: number; total: number }) => inputs.onProgress(done, total),
  };
  // A cycle that a killed run left open was planned for older files: it is ended first, then one for these files is run.
  const left = await store.cycles.running(job.id);
  const cycles = left === undefined ? [] : [await runCycle(ports, job.id, options)];
  if (cycles.every((cycle) => cycle.state !== 'failed')) cycles.push(await runCycle(ports, job.id, options));

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
