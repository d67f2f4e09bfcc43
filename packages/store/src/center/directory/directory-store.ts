import type { DirectoryStore } from '@joinery/directory/ports';
import type { Database } from '../../database.ts';
import { groupMethods } from './groups.ts';
import { memberMethods } from './members.ts';
import type { DirectoryStoreOptions } from './options.ts';
import { recycleBinMethods } from './recycle-bin.ts';
import { userMethods } from './users.ts';

export type { DirectoryStoreOptions } from './options.ts';

/** Users, groups, memberships and the recycle bin in PostgreSQL; errors as the port says. */
export function createDirectoryStore(database: Database, options: DirectoryStoreOptions): DirectoryStore {
  return {
    ...userMethods(database, options),
    ...groupMethods(database, options),
    ...memberMethods(database, options),
    ...recycleBinMethods(database, options),
  };
}
