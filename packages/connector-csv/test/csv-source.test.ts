import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConfigError } from '@joinery/base';
import type { SourceChanges, SourceObject } from '@joinery/connector-kit';
import { createCsvSource } from '../src/index.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'joinery-csv-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

async function read(users: string | Uint8Array, groups?: string, limit = 1000): Promise<SourceChanges> {
  const files = {
    users: await write('users.csv', users),
    ...(groups === undefined ? {} : { groups: await write('groups.csv', groups) }),
  };
  const source = createCsvSource(files);
  try {
    const objects: SourceObject[] = [];
    for (let watermark: string | undefined; ;) {
      const changes = await source.changes(watermark, limit);
      objects.push(...changes.objects);
      if (changes.complete) return { ...changes, objects };
      watermark = changes.next;
    }
  } finally {
    await source.close();
  }
}

async function failure(users: string | Uint8Array, groups?: string): Promise<ConfigError> {
  const error: unknown = await read(users, groups).catch((thrown: unknown) => thrown);
  if (error instanceof ConfigError) return error;
  throw new Error('no ConfigError was thrown', { cause: error });
}

const header = 'id,userPrincipalName\n';

test('columns in any order, with a byte order mark, CRLF and quoted fields', async () => {
  const { objects, complete, removed } = await read(
    '\ufeffjobTitle,userPrincipalName,id,manager,Kostnadsställe\r\n' +
      '"Head, ""Nordic""\r\nregion",ann@contoso.com,u1,,17\r\n' +
      ',bob@contoso.com, u2 ,u1,\r\n',
  );
  expect(complete).toBe(true);
  expect(removed).toEqual([]);
  expect(objects).toEqual([
    {
      kind: 'user',
      id: 'u1',
      attributes: new Map<string, unknown>([
        ['jobTitle', 'Head, "Nordic"\r\nregion'],
        ['Kostnadsställe', '17'],
        ['userPrincipalName', 'ann@contoso.com'],
        ['accountEnabled', true],
      ]),
    },
    {
      kind: 'user',
      id: 'u2',
      managerId: 'u1',
      attributes: new Map<string, unknown>([
        ['userPrincipalName', 'bob@contoso.com'],
        ['accountEnabled', true],
      ]),
    },
  ]);
});

test('accountEnabled is true when empty, and true or false in any case', async () => {
  const { objects } = await read('id,userPrincipalName,accountEnabled\n1,a@b,\n2,b@b,FALSE\n3,c@b,True\n4,d@b,false');
  expect(objects.map(({ attributes }) => attributes.get('accountEnabled'))).toEqual([true, false, true, false]);
});

test('groups name members by ids separated by semicolons, groups among them', async () => {
  const { objects, warnings } = await read(
    `${header}u1,a@b\nu2,b@b\n`,
    'members,displayName,id,description\n"u1; u2 ;;g2;u1",Sales,g1,Sellers\n,Empty,g2,\n',
  );
  expect(objects.slice(2)).toEqual([
    {
      kind: 'group',
      id: 'g1',
      memberIds: ['u1', 'u2', 'g2'],
      attributes: new Map([
        ['description', 'Sellers'],
        ['displayName', 'Sales'],
      ]),
    },
    { kind: 'group', id: 'g2', memberIds: [], attributes: new Map([['displayName', 'Empty']]) },
  ]);
  expect(warnings).toEqual([]);
});

test('ids that are GUIDs are the same in any letter case', async () => {
  const id = 'ABCDEFAB-0000-4000-8000-000000000001';
  const { objects, warnings } = await read(`id,userPrincipalName,manager\n${id},a@b,${id.toLowerCase()}\n`);
  expect(objects[0]).toMatchObject({ id: id.toLowerCase(), managerId: id.toLowerCase() });
  expect(warnings).toEqual([]);
});

test('empty lines and records of empty fields are left out', async () => {
  const { objects } = await read(`${header}\n1,a@b\n\n,\n2,c@b\n\n`);
  expect(objects.map(({ id }) => id)).toEqual(['1', '2']);
});

test('names that are special in JavaScript are columns like others', async () => {
  const { objects } = await read('id,userPrincipalName,__proto__,constructor\n__proto__,a@b,x,y\n');
  expect(objects[0]?.id).toBe('__proto__');
  expect(objects[0]?.attributes.get('__proto__')).toBe('x');
  expect(objects[0]?.attributes.get('constructor')).toBe('y');
});

test('unknown references are reported with their lines, once for each id', async () => {
  const { warnings } = await read(
    'id,userPrincipalName,manager\n1,a@b,2\n2,b@b,boss\n3,c@b,boss\n4,d@b,g1\n',
    'id,displayName,members\ng1,G,1;ghost\n',
  );
  expect(warnings?.map(({ code }) => code)).toEqual(Array(3).fill('csv.unknown_reference'));
  const [boss, group, ghost] = warnings!.map(({ message }) => message);
  expect(boss).toMatch(/^users\.csv, line 3, column "manager": .*"boss", named by "2" and in 1 more records/);
  expect(group).toMatch(/^users\.csv, line 5, column "manager": .*"g1"/);
  expect(ghost).toMatch(/^groups\.csv, line 2, column "members": .*"ghost"/);
});

describe('pages', () => {
  const users = `${header}${Array.from({ length: 7 }, (_, index) => `${index},u${index}@b\n`).join('')}`;
  const ids = ['0', '1', '2', '3', '4', '5', '6'];

  test.each([1, 2, 7, 8])('of %i give every object once', async (limit) => {
    expect((await read(users, undefined, limit)).objects.map(({ id }) => id)).toEqual(ids);
  });

  test('go on from any watermark, and from none start anew', async () => {
    const source = createCsvSource({ users: await write('pages.csv', users) });
    const first = await source.changes(undefined, 3);
    expect(first.complete).toBe(false);
    await source.changes(first.next, 3);
    const again = await source.changes(first.next, 3);
    expect(again.objects.map(({ id }) => id)).toEqual(['3', '4', '5']);
    const last = await source.changes(again.next, 3);
    expect([last.objects.length, last.complete]).toEqual([1, true]);
    expect(await source.changes(last.next, 3)).toMatchObject({ objects: [], complete: true, next: '7' });
    expect((await source.changes(undefined, 1)).objects.map(({ id }) => id)).toEqual(['0']);
    await source.close();
  });
});

describe('input to be mended', () => {
  test.each<[string, string | Uint8Array, string | undefined, string, object]>([
    ['a missing column', 'id,upn\n', undefined, 'csv.missing_column', { line: 1, column: 'userPrincipalName' }],
    ['a column without a name', 'id,userPrincipalName,\n', undefined, 'csv.missing_column', { line: 1 }],
    ['members missing', header, 'id,displayName\n', 'csv.missing_column', { column: 'members' }],
    ['an empty file', '', undefined, 'csv.missing_column', {}],
    ['a column twice', 'id,userPrincipalName,id\n', undefined, 'csv.duplicate_column', { column: 'id' }],
    ['a short record', `${header}1,a@b\n2\n`, undefined, 'csv.field_count', { line: 3 }],
    ['a long record', `${header}1,a@b,c\n`, undefined, 'csv.field_count', { line: 2 }],
    ['an empty id', `${header},a@b\n`, undefined, 'csv.missing_value', { line: 2, column: 'id' }],
    ['an empty name', `${header}1,\n`, undefined, 'csv.missing_value', { line: 2, column: 'userPrincipalName' }],
    [
      'a word for a boolean',
      'id,userPrincipalName,accountEnabled\n1,a@b,maybe\n',
      undefined,
      'csv.invalid_value',
      { line: 2, column: 'accountEnabled' },
    ],
    ['an id twice', `${header}1,a@b\n"2","b\nb"\n1,c@b\n`, undefined, 'csv.duplicate_id', { line: 5, column: 'id' }],
    ['an id in both files', `${header}1,a@b\n`, 'id,displayName,members\n1,G,\n', 'csv.duplicate_id', { line: 2 }],
    ['a quote that is not closed', `${header}1,"a@b\n`, undefined, 'csv.malformed', {}],
    ['a quote inside a plain field', `${header}1,a"b\n`, undefined, 'csv.malformed', { line: 2 }],
    ['another encoding', Buffer.from(`${header}1,a@b\n2,\xe5@b\n`, 'latin1'), undefined, 'csv.not_utf8', { line: 3 }],
  ])('%s', async (_, users, groups, code, detail) => {
    const error = await failure(users, groups);
    expect(error.code).toBe(code);
    expect(error.detail).toMatchObject(detail);
    expect(error.message).toMatch(/^(users|groups)\.csv/);
  });

  test('a file separated by semicolons is told so', async () => {
    expect((await failure('id;userPrincipalName\n1;a@b\n')).message).toContain('commas');
  });

  test('a duplicate names the earlier line', async () => {
    expect((await failure(`${header}1,a@b\n1,b@b\n`)).message).toContain('line 2 of users.csv');
  });

  test('a file that does not exist', async () => {
    const source = createCsvSource({ users: join(folder, 'nothing.csv') });
    await expect(source.changes(undefined, 10)).rejects.toMatchObject({ code: 'csv.unreadable' });
    await source.close();
  });

  test('a folder in place of a file', async () => {
    const source = createCsvSource({ users: folder });
    await expect(source.changes(undefined, 10)).rejects.toMatchObject({ code: 'csv.unreadable' });
    await source.close();
  });

  test('a file that is written to while it is read', async () => {
    const rows = Array.from({ length: 20_000 }, (_, index) => `${index},user${index}@contoso.com\n`).join('');
    const path = await write('growing.csv', header + rows);
    const source = createCsvSource({ users: path });
    const first = await source.changes(undefined, 1);
    await writeFile(path, `${header + rows}x,x@b\n`);
    await expect(source.changes(first.next, 100_000)).rejects.toMatchObject({ code: 'csv.changed_while_read' });
    await source.close();
  });
});
