import type { Clock } from '@joinery/base';

export interface DirectoryStoreOptions {
  /** A new GUID; UUIDv7 keeps the primary keys' indexes compact. */
  readonly newId: () => string;
  readonly clock: Pick<Clock, 'now'>;
}
