import type { ApplicationStore } from '@joinery/directory/ports';
import type { Database } from '../../database.ts';
import { applicationMethods } from './applications.ts';
import { assignmentMethods } from './assignments.ts';
import type { DirectoryStoreOptions } from './options.ts';

/** Enterprise applications and their assignments in PostgreSQL; errors as the port says. */
export function createApplicationStore(database: Database, options: DirectoryStoreOptions): ApplicationStore {
  return { ...applicationMethods(database, options), ...assignmentMethods(database, options) };
}
