import type { Clock } from '@joinery/base';
import type {
  ApplicationStore,
  ChangeFeed,
  DirectoryReader,
  DirectoryStore,
  ImportStore,
} from '@joinery/directory/ports';
import type { AdministratorStore, AuditLog } from '@joinery/graph-api/ports';
import type { Database } from '../database.ts';
import { withUnits, type UnitOfWork } from '../unit-of-work.ts';
import { createAdministratorStore, createAuditLog, createOutbox, type Outbox } from './administration/index.ts';
import {
  createApplicationStore,
  createChangeFeed,
  createDirectoryReader,
  createDirectoryStore,
  createImportStore,
} from './directory/index.ts';
import { createProvisioningStore, type ProvisioningStore } from './provisioning/index.ts';

export { loadCenterSettings, startQueue, type CenterQueue, type Outbox } from './administration/index.ts';
export type { ProvisioningStore } from './provisioning/index.ts';

export interface CenterStoreOptions {
  /** 32 bytes: encrypts the credentials of targets. */
  readonly secretKey: Uint8Array;
  readonly clock: Clock;
  /** A new UUID; version 7 keeps indexes compact. */
  readonly newId: () => string;
  /** What mappings see as `objectId`: the directory's own id (default), or the id that the object has in its source. */
  readonly objectId?: 'directory' | 'source';
}

/** Every port of the admin center on one database. */
export interface CenterStore extends ProvisioningStore {
  readonly directory: DirectoryStore;
  readonly applications: ApplicationStore;
  readonly feed: ChangeFeed;
  readonly reader: DirectoryReader;
  readonly imports: ImportStore;
  readonly administrators: AdministratorStore;
  readonly auditLog: AuditLog;
  readonly outbox: Outbox;
  /** What the ports above do inside it happens together or not at all. */
  readonly unit: UnitOfWork;
}

export function createCenterStore(pool: Database, options: CenterStoreOptions): CenterStore {
  const { database, unit } = withUnits(pool);
  return {
    ...createProvisioningStore(database, options),
    directory: createDirectoryStore(database, options),
    applications: createApplicationStore(database, options),
    feed: createChangeFeed(database),
    reader: createDirectoryReader(database, { objectId: options.objectId ?? 'directory' }),
    imports: createImportStore(database, options),
    administrators: createAdministratorStore(database),
    auditLog: createAuditLog(database),
    outbox: createOutbox(database),
    unit,
  };
}
