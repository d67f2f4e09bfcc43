import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { brandId, type AppRoleId, type Clock, type JobId, type ObjectId } from '@joinery/base';
import { createCenterStore, type CenterStore } from '@joinery/store/center';
import {
  createCenterDatabase,
  createModelTarget,
  type ModelTarget,
  type ModelTargetOptions,
  type TestDatabase,
} from '@joinery/testkit';
import {
  defaultJobSettings,
  getGalleryTemplate,
  runCycle,
  type Cycle,
  type CycleOptions,
  type EnginePorts,
  type Job,
  type JobSettings,
  type SynchronizationSchema,
} from '../src/index.ts';

/** Time that only the test moves; a sleep lasts a moment of real time, whatever was asked. */
export interface TestClock extends Clock {
  advance(ms: number): void;
}

export function createTestClock(start = Date.parse('2026-01-05T08:00:00Z')): TestClock {
  let now = start;
  return {
    now: () => now,
    advance(ms) {
      now += ms;
    },
    async sleep(ms, signal) {
      await delay(Math.min(ms, 20), undefined, signal === undefined ? {} : { signal });
    },
  };
}

export interface World extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly clock: TestClock;
  readonly store: CenterStore;
  readonly target: ModelTarget;
  readonly ports: EnginePorts;
  readonly servicePrincipalId: ObjectId;
  readonly jobId: JobId;
  job(): Promise<Job>;
  cycle(options?: CycleOptions): Promise<Cycle>;
  users(names: readonly string[], more?: (name: string, index: number) => NewUserParts): Promise<readonly ObjectId[]>;
  group(name: string, memberIds: readonly ObjectId[]): Promise<ObjectId>;
  assign(...ids: readonly ObjectId[]): Promise<void>;
  unassign(id: ObjectId): Promise<void>;
  log(): ReturnType<CenterStore['log']['list']>;
}

export interface NewUserParts {
  readonly managerId?: ObjectId;
  readonly accountEnabled?: boolean;
  readonly attributes?: Readonly<Record<string, string>>;
}

export interface WorldOptions {
  readonly template?: 'cinode' | 'scim';
  readonly schema?: (schema: SynchronizationSchema) => SynchronizationSchema;
  readonly settings?: Partial<JobSettings>;
  readonly target?: ModelTargetOptions;
}

const role = brandId<AppRoleId>('18d14569-c3bd-439b-9a66-3a2aee01d14f');

/** A directory, an application with a job, and a model of the application, on a database of its own. */
export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const database = await createCenterDatabase();
  const clock = createTestClock();
  const store = createCenterStore(database, { clock, newId: randomUUID, secretKey: new Uint8Array(32).fill(7) });
  const target = createModelTarget(options.target);
  const template = getGalleryTemplate(options.template ?? 'cinode')!;
  const application = await store.applications.create({
    displayName: template.displayName,
    applicationTemplateId: template.id,
    appRoles: template.appRoles,
  });
  const { servicePrincipalId } = application;
  const jobId = brandId<JobId>(`${template.templateId}.${'0'.repeat(32)}.${randomUUID()}`);
  await store.jobs.create({
    id: jobId,
    servicePrincipalId,
    templateId: template.templateId,
    settings: {
      ...defaultJobSettings,
      deletionGuard: { enabled: false, count: 500, percent: 20 },
      ...options.settings,
    },
    schema: options.schema?.(template.schema) ?? template.schema,
  });
  const ports: EnginePorts = {
    jobs: store.jobs,
    cycles: store.cycles,
    links: store.links,
    previews: store.previews,
    directory: store.reader,
    feed: store.feed,
    targets: { create: async () => target.target },
    clock,
    random: () => 0.5,
    newId: randomUUID,
    defaultDomain: 'contoso.example',
  };
  return {
    database,
    clock,
    store,
    target,
    ports,
    servicePrincipalId,
    jobId,
    async job() {
      return (await store.jobs.get(jobId))!;
    },
    cycle: (cycleOptions) => runCycle(ports, jobId, cycleOptions),
    async users(names, more) {
      const users = await store.directory.createUsers(
        names.map((name, index) => {
          const parts = more?.(name, index) ?? {};
          return {
            userPrincipalName: `${name}@contoso.example`,
            accountEnabled: parts.accountEnabled ?? true,
            ...(parts.managerId === undefined ? {} : { managerId: parts.managerId }),
            attributes: new Map(
              Object.entries({ displayName: name, givenName: name, surname: 'Test', ...parts.attributes }),
            ),
          };
        }),
      );
      return users.map((user) => user.id);
    },
    async group(name, memberIds) {
      const [group] = await store.directory.createGroups([
        { displayName: name, securityEnabled: true, attributes: new Map(), memberIds },
      ]);
      return group!.id;
    },
    async assign(...ids) {
      await store.applications.assignAll(servicePrincipalId, ids, role);
    },
    async unassign(id) {
      const { objects } = await store.applications.listAssignmentsOf(id, { top: 10, count: false });
      for (const one of objects) await store.applications.unassign(servicePrincipalId, one.id);
    },
    log: () => store.log.list({ descending: true, top: 1_000 }),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

/** Names `ann0`, `ann1`, …. */
export function names(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}
