import { brandId, type AppRoleId, type JobId } from '@joinery/base';
import type { EnginePorts } from '@joinery/provisioning';
import type { Database } from '@joinery/store';
import { createCenterStore, type CenterStore } from '@joinery/store/center';
import { createApplication } from './application.ts';
import { memberIds } from './application-resources.ts';
import { createNotifications, notifyingDatabase } from './database.ts';
import type { Planted } from './expectations.ts';
import { createFaults } from './faults.ts';
import { createModel, type Model } from './model.ts';
import { createOperations, type Operations } from './operations.ts';
import { createRandom, type Random } from './random.ts';
import { createScheduler } from './scheduler.ts';
import { schemaOf, type Setting } from './setting.ts';
import { createTrace } from './trace.ts';
import { secretKey, type RunningWorker, type Surroundings } from './workers.ts';

/** One simulated installation: a directory, a job, workers, and the application that they provision into. */
export interface World extends Surroundings {
  /** The administrator's way to the stores: past the gates, always there. */
  readonly store: CenterStore;
  readonly model: Model;
  readonly operations: Operations;
  readonly planted: readonly Planted[];
  readonly jobId: JobId;
  readonly workers: RunningWorker[];
  /** What should never happen, as it is met. */
  readonly problems: string[];
  readonly tolerated: Map<string, Set<string>>;
  /** When a reset dropped the links last; undefined: never. */
  linksDroppedAt: number | undefined;
  /** A reset of the escrows gave up objects: they are evaluated again with everyone only. */
  hasGivenUp: boolean;
}

export interface WorldOptions {
  readonly setting: Setting;
  readonly withFaults: boolean;
  readonly breakPorts?: ((ports: EnginePorts) => EnginePorts) | undefined;
  readonly print?: ((line: string) => void) | undefined;
}

const start = Date.parse('2026-01-05T08:00:00Z');
const role = brandId<AppRoleId>('18d14569-c3bd-439b-9a66-3a2aee01d14f');

const statementsToEmpty = new WeakMap<Database, string>();

/** Empties the tables of a center. Rows are few, and TRUNCATE costs files for each table and index. */
async function emptyDatabase(database: Database): Promise<void> {
  const known = statementsToEmpty.get(database);
  if (known !== undefined) {
    await database.query({ text: known });
    return;
  }
  const tables = await database.query<{ name: string }>({
    text: `select quote_ident(relname) as name from pg_class where relnamespace = 'public'::regnamespace
      and relkind in ('r', 'p') and not relispartition and relname !~ 'migration' order by 1`,
  });
  const text = `set session_replication_role = replica; ${tables
    .map(({ name }) => `delete from ${name}`)
    .join('; ')}; reset session_replication_role`;
  statementsToEmpty.set(database, text);
  await emptyDatabase(database);
}

/** Accounts that were there before: some of people who are about to be provisioned, some of strangers. */
function plant(world: Pick<World, 'setting' | 'model' | 'application'>, random: Random): Planted[] {
  const planted: Planted[] = [];
  const add = (type: Planted['type'], body: Readonly<Record<string, unknown>>): void => {
    planted.push({ type, resource: structuredClone(world.application.plant(type, body)) });
  };
  const users = [...world.model.users.values()];
  const groups = [...world.model.groups.values()];
  for (let index = 0; index < world.setting.planted; index += 1) {
    const known = random.chance(0.6) ? random.pick(users).userPrincipalName : `stranger${index}@contoso.example`;
    const isNew = planted.every((one) => one.resource['userName'] !== known);
    if (isNew) add('Users', { userName: known, active: random.chance(0.5), title: `planted ${index}` });
  }
  if (random.chance(0.3)) {
    const members = planted.map((one) => ({ value: one.resource.id }));
    add('Groups', { displayName: random.pick(groups).displayName, members });
  }
  return planted;
}

async function createJob(world: Pick<World, 'store' | 'setting'>, jobId: JobId) {
  const { store, setting } = world;
  const { servicePrincipalId } = await store.applications.create({
    displayName: 'Application',
    applicationTemplateId: undefined,
    appRoles: [
      {
        id: role,
        displayName: 'User',
        description: 'User',
        value: 'User',
        isEnabled: true,
        allowedMemberTypes: ['User'],
      },
    ],
  });
  const schema = schemaOf(setting);
  await store.jobs.create({ id: jobId, servicePrincipalId, templateId: 'scim', settings: setting.job, schema });
  return servicePrincipalId;
}

export async function createWorld(database: Database, options: WorldOptions): Promise<World> {
  const { setting } = options;
  const random = (purpose: string): Random => createRandom(setting.seed, purpose);
  const trace = createTrace(options.print);
  trace.add(`seed ${setting.seed} ${JSON.stringify(setting)}`);
  const scheduler = createScheduler({ start, random: random('schedule'), trace, stepMs: setting.stepMs });
  const faults = createFaults(random('faults'));
  faults.isOn = options.withFaults;
  const applicationIds = random('application');
  const application = createApplication({
    now: () => scheduler.now,
    newId: () => applicationIds.uuid(),
    uniqueGroups: setting.uniqueGroups,
    pageSize: setting.listPageSize,
    bulkMax: setting.bulkMax,
  });
  const notifications = createNotifications(scheduler, faults);
  await emptyDatabase(database);
  const directoryIds = random('directory');
  const store = createCenterStore(notifyingDatabase(database, notifications), {
    clock: scheduler.clockOf({ name: 'administrator', isAlive: true }),
    newId: () => directoryIds.uuid(),
    secretKey,
  });
  const jobId = brandId<JobId>(`scim.${'0'.repeat(32)}.${directoryIds.uuid()}`);
  const servicePrincipalId = await createJob({ store, setting }, jobId);
  const model = createModel({ scope: setting.job.scope, isFiltered: setting.isFiltered });
  let planted: readonly Planted[] = [];
  const isStrangers = (name: string): boolean => planted.some((one) => one.resource['userName'] === name);
  const operations = createOperations({
    store,
    servicePrincipalId,
    model,
    random: random('operations'),
    isStrangers,
  });
  await operations.populate(setting.users, setting.groups);
  planted = plant({ setting, model, application }, random('planted'));
  return {
    setting,
    database,
    scheduler,
    faults,
    notifications,
    application,
    trace,
    ids: random('ids'),
    breakPorts: options.breakPorts,
    store,
    model,
    operations,
    planted,
    jobId,
    workers: [],
    problems: [],
    tolerated: new Map(planted.map((one) => [one.resource.id, new Set(memberIds(one.resource))])),
    linksDroppedAt: undefined,
    hasGivenUp: false,
  };
}
