import type { Clock } from '@joinery/base';
import type {
  ComparisonStore,
  CycleStore,
  JobStore,
  LinkStore,
  PreviewStore,
  ProvisioningLog,
} from '@joinery/provisioning/ports';
import type { Database } from '../../database.ts';
import { createComparisonStore } from './comparisons.ts';
import { createCycleStore } from './cycles.ts';
import { createJobStore } from './jobs.ts';
import { createLinkStore } from './links.ts';
import { createProvisioningLog } from './log.ts';
import { createPreviewStore } from './previews.ts';
import { createSecretStore } from './secrets.ts';

export interface ProvisioningStore {
  readonly jobs: JobStore;
  readonly cycles: CycleStore;
  readonly links: LinkStore;
  readonly previews: PreviewStore;
  readonly comparisons: ComparisonStore;
  readonly log: ProvisioningLog;
}

export interface ProvisioningStoreOptions {
  /** 32 bytes: encrypts the secrets of jobs (AES-256-GCM). */
  readonly secretKey: Uint8Array;
  /** Times of schedules, leases and log rows. Processes that share a database need clocks within seconds of each other. */
  readonly clock: Clock;
  /** A new random UUID. */
  readonly newId: () => string;
}

/** The provisioning engine's ports on PostgreSQL. */
export function createProvisioningStore(database: Database, options: ProvisioningStoreOptions): ProvisioningStore {
  const context = { database, clock: options.clock, newId: options.newId };
  return {
    jobs: createJobStore(context, createSecretStore(context, options.secretKey)),
    cycles: createCycleStore(context),
    links: createLinkStore(context),
    previews: createPreviewStore(context),
    comparisons: createComparisonStore(context),
    log: createProvisioningLog(context),
  };
}
