import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ObjectId } from '@joinery/base';
import { createCsvSource } from '@joinery/connector-csv';
import type { Source, SourceChanges, SourceObject } from '@joinery/connector-kit';
import type { ImportedObject } from '@joinery/directory';
import { createCenterStore, type CenterStore } from '@joinery/store/center';
import { createCenterDatabase, type TestDatabase } from '@joinery/testkit';
import { importSource, type ImportOptions, type ImportSummary } from '../src/importer/import-source.ts';
import { deriveObjectId } from '../src/importer/object-id.ts';

const page = { top: 999, count: false };
const time = new Date('2026-01-05T09:00:00Z');
const clock = { now: () => time.getTime(), sleep: async () => {} };

let folder: string;
let database: TestDatabase;
let center: CenterStore;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'joinery-import-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(async () => {
  database = await createCenterDatabase();
  center = createCenterStore(database, { secretKey: new Uint8Array(32), clock, newId: randomUUID });
});
afterEach(() => database[Symbol.asyncDispose]());

async function importCsv(users: string, groups?: string, options: Partial<ImportOptions> = {}): Promise<ImportSummary> {
  const files = {
    users: join(folder, 'users.csv'),
    ...(groups === undefined ? {} : { groups: join(folder, 'groups.csv') }),
  };
  await writeFile(files.users, users);
  if (files.groups !== undefined) await writeFile(files.groups, groups ?? '');
  const source = createCsvSource(files);
  try {
    return await importSource(source, center.imports, { source: 'hr', pageSize: 2, ...options });
  } finally {
    await source.close();
  }
}

/** A source of given pages. */
function aSource(...pages: Partial<SourceChanges>[]): Source {
  return {
    async changes(watermark) {
      const index = watermark === undefined ? 0 : Number(watermark);
      const complete = index >= pages.length - 1;
      return { objects: [], removed: [], next: String(index + 1), complete, ...pages[index] };
    },
    async close() {},
  };
}

function aUser(
  id: string,
  change: Partial<SourceObject> = {},
  attributes: Record<string, string | boolean> = {},
): SourceObject {
  const values = { userPrincipalName: `${id}@contoso.com`, ...attributes };
  return { kind: 'user', id, attributes: new Map(Object.entries(values)), ...change };
}

async function changesAfter(sequence: bigint): Promise<string[]> {
  return (await center.feed.read(sequence, 10_000)).map(({ kind, change }) => `${kind} ${change}`);
}

async function userNames(): Promise<string[]> {
  const { objects } = await center.directory.listUsers(page);
  return objects.map(({ userPrincipalName }) => userPrincipalName.split('@')[0]!).toSorted();
}

async function getUser(sourceId: string) {
  const id = deriveObjectId('hr', 'user', sourceId);
  return (await center.directory.getUser(id)) ?? (await center.directory.getDeleted(id));
}

async function memberNames(groupSourceId: string): Promise<string[]> {
  const { objects } = await center.directory.listMembers(deriveObjectId('hr', 'group', groupSourceId), page);
  return objects
    .map((object) => (object.kind === 'user' ? object.userPrincipalName.split('@')[0]! : object.displayName))
    .toSorted();
}

const users = `id,userPrincipalName,displayName,mobile,businessPhones,mailEnabled?,manager,accountEnabled
u1,ann@contoso.com,Ann Ek,+46 70,+46 8;+46 9,x,u3,
u2,bob@contoso.com,Bob Ek,,,,u1,false
u3,cy@contoso.com,Cy Ek,,,,,true
`;
const groups = `id,displayName,members,description
g1,Sales,u1;u2;g2,Sellers
g2,Nordic,u3,
`;

test('users and groups are created with attributes, managers and members', async () => {
  const summary = await importCsv(users, groups);
  expect(summary).toEqual({
    read: { users: 3, groups: 2 },
    created: 5,
    updated: 0,
    restored: 0,
    departed: { users: 0, groups: 0 },
    managers: 2,
    membersAdded: 4,
    membersRemoved: 0,
    unresolvedReferences: 0,
    guards: [],
    rejected: [],
    rejectedCount: 0,
    warnings: [],
    watermark: '5',
  });
  const ann = await center.directory.getUser('ann@contoso.com');
  expect(ann).toMatchObject({ accountEnabled: true, managerId: deriveObjectId('hr', 'user', 'u3') });
  expect(ann!.attributes).toEqual(
    new Map<string, unknown>([
      ['displayName', 'Ann Ek'],
      ['mobilePhone', '+46 70'],
      ['businessPhones', ['+46 8', '+46 9']],
      ['mailEnabled?', 'x'],
      ['onPremisesImmutableId', 'u1'],
    ]),
  );
  expect(await center.directory.getUser('bob@contoso.com')).toMatchObject({ accountEnabled: false });
  expect(await memberNames('g1')).toEqual(['Nordic', 'ann', 'bob']);
  expect(await memberNames('g2')).toEqual(['cy']);
  const group = await center.directory.getGroup(deriveObjectId('hr', 'group', 'g1'));
  expect(group).toMatchObject({ displayName: 'Sales', securityEnabled: true });
  expect(group!.attributes.get('description')).toBe('Sellers');
});

test('a manager who is made in the same batch or before is set with the user, in one change', async () => {
  const before = await center.feed.head();
  const csv = 'id,userPrincipalName,manager\n1,boss@b,\n2,ann@b,1\n3,bob@b,4\n4,cy@b,1\n5,dan@b,5\n';
  expect(await importCsv(csv, undefined, { pageSize: 1000 })).toMatchObject({ created: 5, managers: 4 });
  expect(await getUser('3')).toMatchObject({ managerId: deriveObjectId('hr', 'user', '4') });
  expect(await changesAfter(before)).toEqual(Array(5).fill('user created'));
});

test('the same files again change nothing, write nothing and cost a few statements', async () => {
  await importCsv(users, groups);
  const before = await center.feed.head();
  const imports: string[] = [];
  const counted = new Proxy(center.imports, {
    get(target, method: keyof CenterStore['imports']) {
      imports.push(method);
      return target[method].bind(target);
    },
  });
  const source = createCsvSource({ users: join(folder, 'users.csv'), groups: join(folder, 'groups.csv') });
  const summary = await importSource(source, counted, { source: 'hr' });
  await source.close();
  expect(summary).toMatchObject({ created: 0, updated: 0, managers: 0, membersAdded: 0, membersRemoved: 0 });
  expect(await center.feed.head()).toBe(before);
  expect(imports).toEqual(['begin', 'stage', 'findMissing', 'findMissing']);
});

test('only what differs is written', async () => {
  await importCsv(users, groups);
  const before = await center.feed.head();
  const summary = await importCsv(
    users.replace('Ann Ek', 'Ann Berg').replace('u2,bob@contoso.com,Bob Ek,,,,u1', 'u2,bob@contoso.com,Bob Ek,,,,'),
    groups.replace('u1;u2;g2', 'u1;u3'),
  );
  expect(summary).toMatchObject({ created: 0, updated: 1, managers: 1, membersAdded: 1, membersRemoved: 2 });
  expect(await getUser('u2')).toMatchObject({ managerId: undefined });
  expect(await memberNames('g1')).toEqual(['ann', 'cy']);
  expect(await changesAfter(before)).toEqual([
    'user updated',
    'user updated',
    'member removed',
    'member removed',
    'member added',
  ]);
});

test('who is gone goes into the recycle bin, and comes back as before', async () => {
  await importCsv(users, groups);
  const without = users
    .split('\n')
    .filter((line) => !line.startsWith('u1'))
    .join('\n');
  const before = await center.feed.head();
  const gone = await importCsv(without, groups.replace('g1,Sales,u1;u2;g2,Sellers\n', ''));
  expect(gone.departed).toEqual({ users: 1, groups: 1 });
  expect(gone.warnings.map(({ code }) => code)).toEqual(['csv.unknown_reference']);
  expect(await userNames()).toEqual(['bob', 'cy']);
  expect(await changesAfter(before)).toEqual(['group deleted', 'user deleted']);
  const back = await importCsv(users, groups);
  expect(back).toMatchObject({ created: 0, restored: 2 });
  expect(await memberNames('g1')).toEqual(['Nordic', 'ann', 'bob']);
  expect(await getUser('u2')).toMatchObject({ managerId: deriveObjectId('hr', 'user', 'u1') });
});

test('departures can be switched off', async () => {
  await importCsv(users, groups);
  const summary = await importCsv(users.split('\n').slice(0, 2).join('\n'), groups, { departures: false });
  expect(summary.departed).toEqual({ users: 0, groups: 0 });
  expect(await userNames()).toEqual(['ann', 'bob', 'cy']);
});

describe('nobody departs', () => {
  beforeEach(() => importCsv(users, groups));

  test('when the source shows nothing', async () => {
    const before = await center.feed.head();
    const summary = await importCsv('id,userPrincipalName\n', 'id,displayName,members\n');
    expect(summary.guards).toMatchObject([
      { code: 'import.source_empty', kind: 'group', held: 2 },
      { code: 'import.source_empty', kind: 'user', held: 3 },
    ]);
    expect(await center.feed.head()).toBe(before);
  });

  test('of the kind that the source shows none of', async () => {
    const summary = await importCsv(users);
    expect(summary.guards).toMatchObject([{ kind: 'group', held: 2 }]);
    expect(summary.departed).toEqual({ users: 0, groups: 0 });
  });

  test('when the source fails half-way, and nothing else changes either', async () => {
    const before = await center.feed.head();
    const broken = users.replace('Ann Ek', 'Ann Berg').replace('u3,cy@contoso.com', 'u1,cy@contoso.com');
    await expect(importCsv(broken, groups)).rejects.toMatchObject({ code: 'csv.duplicate_id' });
    expect(await center.feed.head()).toBe(before);
    expect(await importCsv(users, groups)).toMatchObject({ updated: 0 });
  });

  test('when the source does not come to its end', async () => {
    const source = aSource({ objects: [aUser('u1')], next: '0', complete: false });
    const before = await center.feed.head();
    await expect(
      importSource(
        { ...source, changes: async () => ({ objects: [], removed: [], next: '0', complete: false }) },
        center.imports,
        { source: 'hr', watermark: '0' },
      ),
    ).rejects.toMatchObject({
      code: 'import.source_incomplete',
    });
    expect(await center.feed.head()).toBe(before);
  });
});

test('an id that is a GUID is the object id, and takes over an object that has it', async () => {
  const id = '3f2504e0-4f89-41d3-9a0c-0305e82c3301' as ObjectId;
  await center.directory.createUsers([
    {
      id,
      userPrincipalName: 'ann@contoso.com',
      accountEnabled: true,
      attributes: new Map([['onPremisesImmutableId', id]]),
    },
  ]);
  const before = await center.feed.head();
  const csv = `id,userPrincipalName\n${id.toUpperCase()},ann@contoso.com\n`;
  expect(await importCsv(csv)).toMatchObject({ created: 0, updated: 0 });
  expect(await center.feed.head()).toBe(before);
  expect((await importCsv('id,userPrincipalName\nother,other@contoso.com\n')).departed.users).toBe(1);
});

test('an object of one source is not taken over by another', async () => {
  const id = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';
  await importCsv(`id,userPrincipalName\n${id},ann@contoso.com\n`);
  const summary = await importCsv(`id,userPrincipalName\n${id},eva@contoso.com\n`, undefined, { source: 'ldap' });
  expect(summary.rejected).toMatchObject([{ sourceId: id, code: 'import.claimed' }]);
  expect(await userNames()).toEqual(['ann']);
});

test('users swap their names, and a newcomer takes the name of a leaver', async () => {
  const csv = (a: string, b: string, c: string) => `id,userPrincipalName\n1,${a}@b\n2,${b}@b\n${c}\n`;
  await importCsv(csv('ann', 'bob', '3,cy@b'));
  const before = await center.feed.head();
  const summary = await importCsv(csv('BOB', 'ann', '4,cy@b'));
  expect(summary).toMatchObject({ created: 1, updated: 2, departed: { users: 1 }, rejectedCount: 0 });
  expect(await getUser('1')).toMatchObject({ userPrincipalName: 'BOB@b' });
  expect(await getUser('2')).toMatchObject({ userPrincipalName: 'ann@b' });
  expect(await getUser('4')).toMatchObject({ userPrincipalName: 'cy@b' });
  expect(await changesAfter(before)).toEqual(['user deleted', 'user updated', 'user updated', 'user created']);
});

test('a name that another user keeps is refused for that user alone, and for those who wait for it', async () => {
  await center.directory.createUsers([{ userPrincipalName: 'held@b', accountEnabled: true, attributes: new Map() }]);
  await importCsv('id,userPrincipalName\n1,ann@b\n2,bob@b\n3,cy@b\n');
  const summary = await importCsv('id,userPrincipalName,city\n1,HELD@b,\n2,ann@b,\n3,cy@b,Oslo\n4,cy@b,\n');
  expect(summary.rejected.map(({ sourceId, code }) => [sourceId, code]).toSorted()).toEqual(
    ['1', '2', '4'].map((id) => [id, 'directory.already_exists']),
  );
  expect(await userNames()).toEqual(['ann', 'bob', 'cy', 'held']);
  expect(summary).toMatchObject({ created: 0, updated: 1, departed: { users: 0 } });
});

test('an object with a value that the directory does not take is reported, stays as it was and does not depart', async () => {
  await importCsv('id,userPrincipalName\n1,ann@b\n2,bob@b\n');
  const summary = await importCsv(
    'id,userPrincipalName,employeeHireDate\n1,not a name,\n2,bob@b,sometime\n3,cy@b,2026-01-01\n',
  );
  expect(summary.rejected).toMatchObject([
    { sourceId: '1', code: 'directory.invalid_value' },
    { sourceId: '2', code: 'directory.invalid_value' },
  ]);
  expect(summary.created).toBe(1);
  expect(await userNames()).toEqual(['ann', 'bob', 'cy']);
});

test("attributes that are the directory's own are left out and reported", async () => {
  const summary = await importCsv('id,userPrincipalName,objectId,createdDateTime\n1,ann@b,7,now\n2,bob@b,8,now\n');
  expect(summary.warnings.map(({ message }) => message.match(/"(.*)"/)?.[1])).toEqual(['objectId', 'createdDateTime']);
  expect([...(await getUser('1'))!.attributes.keys()]).toEqual(['onPremisesImmutableId']);
});

test('groups that hold each other: what closes the cycle is left out and reported', async () => {
  const header = 'id,displayName,members\n';
  const summary = await importCsv('id,userPrincipalName\n1,ann@b\n', `${header}a,A,b;1\nb,B,c\nc,C,a\nd,D,d\n`);
  expect(summary.rejected.map(({ code }) => code)).toEqual(['directory.cycle', 'directory.cycle']);
  expect(summary.membersAdded).toBe(3);
  const turned = await importCsv('id,userPrincipalName\n1,ann@b\n', `${header}a,A,\nb,B,a\nc,C,b\nd,D,\n`);
  expect(turned.rejectedCount).toBe(0);
  expect(await memberNames('b')).toEqual(['A']);
  expect(await memberNames('c')).toEqual(['B']);
});

test('a source that tells changes: only what it removes departs', async () => {
  const options = { source: 'hr' };
  const full = await importSource(aSource({ objects: [aUser('1'), aUser('2')] }), center.imports, options);
  const delta = aSource({}, { objects: [aUser('3', { managerId: '1' })], removed: [{ kind: 'user', id: '2' }] });
  const summary = await importSource(delta, center.imports, { ...options, watermark: full.watermark });
  expect(summary).toMatchObject({ created: 1, managers: 1, departed: { users: 1 } });
  expect(await userNames()).toEqual(['1', '3']);
});

test('a source that shows an id twice is refused', async () => {
  const source = aSource({ objects: [aUser('1')] }, { objects: [aUser('1')] });
  await expect(importSource(source, center.imports, { source: 'hr' })).rejects.toMatchObject({
    code: 'import.duplicate_id',
  });
  expect(await userNames()).toEqual([]);
});

test('an import that was cut short is completed by the next', async () => {
  const object = (id: string): ImportedObject => ({
    kind: 'user',
    sourceId: id,
    candidateId: deriveObjectId('hr', 'user', id),
    userPrincipalName: `${id}@contoso.com`,
    accountEnabled: true,
    attributes: new Map([['onPremisesImmutableId', id]]),
    managerSourceId: id === '2' ? '1' : undefined,
  });
  await center.imports.begin('hr');
  await center.imports.stage('hr', ['1', '2', '9'].map(object));
  expect(await center.imports.applyObjects('hr', 2)).toEqual({ created: 2, updated: 0, restored: 0, managers: 1 });
  const summary = await importSource(
    aSource({ objects: [aUser('1'), aUser('2', { managerId: '1' }), aUser('3')] }),
    center.imports,
    { source: 'hr' },
  );
  expect(summary).toMatchObject({ created: 1, updated: 0, managers: 0, departed: { users: 0 } });
  expect(await userNames()).toEqual(['1', '2', '3']);
});

test('references to what the source does not show are counted, at every import', async () => {
  const csv = 'id,userPrincipalName,manager\n1,ann@b,ghost\n';
  expect(await importCsv(csv, 'id,displayName,members\ng,G,1;ghost\n')).toMatchObject({
    unresolvedReferences: 2,
    membersAdded: 1,
  });
  const before = await center.feed.head();
  expect(await importCsv(csv, 'id,displayName,members\ng,G,1;ghost\n')).toMatchObject({
    unresolvedReferences: 2,
    membersAdded: 0,
  });
  expect(await center.feed.head()).toBe(before);
});
