import type { Clock, ObjectId } from '@joinery/base';
import { createScimTarget } from '@joinery/connector-scim';
import { createProvisioningService, createWorker, type EnginePorts, type TargetFactory } from '@joinery/provisioning';
import type { Database } from '@joinery/store';
import { createCenterStore, type CenterStore } from '@joinery/store/center';
import type { JobId } from '@joinery/base';
import { targetObjectTypes } from '../../apps/admin-center/src/target-factory.ts';
import type { Application } from './application.ts';
import { gatedDatabase, type Notifications } from './database.ts';
import type { Faults } from './faults.ts';
import { simulatedClient } from './network.ts';
import type { Random } from './random.ts';
import type { Actor, Scheduler } from './scheduler.ts';
import type { Setting } from './setting.ts';
import type { Trace } from './trace.ts';

/** Everything that actors share. */
export interface Surroundings {
  readonly setting: Setting;
  readonly database: Database;
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly notifications: Notifications;
  readonly application: Application;
  readonly trace: Trace;
  readonly ids: Random;
  /** Makes a variant of the engine's ports: for tests that the simulation can fail. */
  readonly breakPorts?: ((ports: EnginePorts) => EnginePorts) | undefined;
}

export const secretKey = new Uint8Array(32).fill(7);

function targetsOf(actor: Actor, surroundings: Surroundings, clock: Clock): TargetFactory {
  const { setting, ids } = surroundings;
  const { concurrency, profile } = setting.job;
  return {
    async create(job) {
      return createScimTarget({
        tenantUrl: setting.tenantUrl,
        authentication: { kind: 'bearer', token: 'simulated' },
        dialect: profile === 'entra' && !setting.tenantUrl.includes('?') ? 'entra' : undefined,
        objectTypes: targetObjectTypes(job.schema),
        bulk: setting.job.bulk,
        limits: { concurrency, timeoutMs: 60_000, membersPerRequestMax: 3 },
        allowedHosts: [],
        clock,
        random: () => ids.next(),
        createClient: (options) => simulatedClient(actor, surroundings, options.timeoutMs),
      });
    },
  };
}

function portsOf(actor: Actor, surroundings: Surroundings): EnginePorts {
  const { scheduler, ids } = surroundings;
  const clock = scheduler.clockOf(actor);
  const database = gatedDatabase(surroundings.database, actor, surroundings);
  const store: CenterStore = createCenterStore(database, { clock, newId: () => ids.uuid(), secretKey });
  const ports: EnginePorts = {
    jobs: store.jobs,
    cycles: store.cycles,
    links: store.links,
    previews: store.previews,
    directory: store.reader,
    feed: store.feed,
    targets: targetsOf(actor, surroundings, clock),
    clock,
    random: () => ids.next(),
    newId: () => ids.uuid(),
    defaultDomain: 'contoso.example',
  };
  return surroundings.breakPorts?.(ports) ?? ports;
}

export interface RunningWorker {
  readonly actor: Actor;
  /** Asks it to end after the pages in hand. */
  stop(): void;
}

/** An error that no fault explains. */
export type OnStrangeError = (actor: Actor, error: unknown) => void;

const isExplained = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'store.unavailable';

export function startWorker(name: string, surroundings: Surroundings, onStrangeError: OnStrangeError): RunningWorker {
  const { setting, trace } = surroundings;
  const actor: Actor = { name, isAlive: true };
  const end = new AbortController();
  trace.add(`${name} starts`);
  const worker = createWorker(portsOf(actor, surroundings), {
    workerId: name,
    pageSize: setting.pageSize,
    groupPageSize: setting.groupPageSize,
    leaseMs: 20_000,
    pollMs: 3_600_000,
    shareMs: 5_000,
    onError(error) {
      trace.add(`  ${name} met ${String(error)}`);
      if (!isExplained(error)) onStrangeError(actor, error);
    },
  });
  worker
    .run(end.signal)
    .catch((error: unknown) => {
      if (!isExplained(error)) onStrangeError(actor, error);
    })
    .finally(() => {
      actor.isAlive = false;
    });
  return { actor, stop: () => end.abort() };
}

/** An administrator's "provision on demand", beside whatever runs. */
export function provisionOnDemand(
  name: string,
  surroundings: Surroundings,
  jobId: JobId,
  subject: { readonly kind: 'user' | 'group'; readonly id: ObjectId },
  onStrangeError: OnStrangeError,
): void {
  const actor: Actor = { name, isAlive: true };
  surroundings.trace.add(`${name}: ${subject.kind} ${subject.id}`);
  const ports = portsOf(actor, surroundings);
  const call = async (): Promise<void> => {
    const job = await ports.jobs.get(jobId);
    if (job !== undefined) await createProvisioningService(ports).provisionOnDemand(job, subject);
  };
  call().catch((error: unknown) => {
    // Errors of the family are answers to the administrator.
    if (!(error instanceof Error && 'code' in error)) onStrangeError(actor, error);
  });
}
