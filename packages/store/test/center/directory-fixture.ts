import { randomUUID } from 'node:crypto';
import type { Clock, ObjectId } from '@joinery/base';
import type { DirectoryQuery, DirectoryUser, DirectoryValue, NewUser } from '@joinery/directory';
import { createCenterDatabase, type TestDatabase } from '@joinery/testkit';
import {
  createApplicationStore,
  createChangeFeed,
  createDirectoryReader,
  createDirectoryStore,
  createImportStore,
} from '../../src/center/directory/index.ts';

/** A clock that tests set. */
export class TestClock implements Clock {
  ms = Date.UTC(2026, 0, 5, 9);

  now(): number {
    return this.ms;
  }

  async sleep(): Promise<void> {}
}

/** The directory on a database of its own. */
export async function openDirectory() {
  const database: TestDatabase = await createCenterDatabase();
  const clock = new TestClock();
  const options = { newId: () => randomUUID(), clock };
  const feed = createChangeFeed(database);
  return {
    database,
    clock,
    feed,
    directory: createDirectoryStore(database, options),
    applications: createApplicationStore(database, options),
    imports: createImportStore(database, options),
    reader: createDirectoryReader(database),
    /** What was appended after the sequence, in short: `user created`, `member added`. */
    async changesAfter(sequence: bigint): Promise<string[]> {
      return (await feed.read(sequence, 100_000)).map(({ kind, change }) => `${kind} ${change}`);
    },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

export type OpenDirectory = Awaited<ReturnType<typeof openDirectory>>;

export const page: DirectoryQuery = { top: 100, count: false };

export function attributes(values: Record<string, DirectoryValue>): ReadonlyMap<string, DirectoryValue> {
  return new Map(Object.entries(values));
}

export function aUser(name: string, change: Partial<NewUser> = {}): NewUser {
  return { userPrincipalName: `${name}@contoso.com`, accountEnabled: true, attributes: new Map(), ...change };
}

export async function createUser(
  { directory }: OpenDirectory,
  name: string,
  change: Partial<NewUser> = {},
): Promise<DirectoryUser> {
  const [user] = await directory.createUsers([aUser(name, change)]);
  return user!;
}

export async function createGroup(
  { directory }: OpenDirectory,
  displayName: string,
  memberIds: readonly ObjectId[] = [],
  securityEnabled = true,
) {
  const [group] = await directory.createGroups([{ displayName, securityEnabled, attributes: new Map(), memberIds }]);
  return group!;
}

export const nobody = '99999999-9999-4999-8999-999999999999' as ObjectId;
