import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DirectoryFilter, DirectoryQuery } from '@joinery/directory';
import { attributes, aUser, createGroup, openDirectory, page, type OpenDirectory } from './directory-fixture.ts';

let open: OpenDirectory;
beforeAll(async () => {
  open = await openDirectory();
  const people: [string, string, string | undefined, string[]][] = [
    ['eva', 'Éva Ek', 'Oslo', ['smtp:eva@contoso.com']],
    ['ann', 'ann Åkesson', 'Lund', []],
    ['bob', "Bob O'Brien", undefined, []],
    ['cy', 'Cy 100%_done', 'oslo', []],
    ['dan', 'Dan Ek', 'Oslo', []],
  ];
  for (const [name, displayName, city, proxyAddresses] of people) {
    open.clock.ms += 1000;
    await open.directory.createUsers([
      aUser(name, {
        accountEnabled: name !== 'dan',
        attributes: attributes({
          displayName,
          mail: `${name}.mail@contoso.com`,
          ...(city === undefined ? {} : { city }),
          ...(proxyAddresses.length === 0 ? {} : { proxyAddresses }),
        }),
      }),
    ]);
  }
});
afterAll(() => open[Symbol.asyncDispose]());

async function names(query: Partial<DirectoryQuery>): Promise<string[]> {
  const { objects } = await open.directory.listUsers({ ...page, ...query });
  return objects.map(({ userPrincipalName }) => userPrincipalName.split('@')[0]!).toSorted();
}

const compare = (
  attribute: string,
  operator: 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge',
  value: string | boolean | null,
): DirectoryFilter => ({ kind: 'compare', attribute, operator, value });

describe('filters', () => {
  test.each<[string, DirectoryFilter, string[]]>([
    ['text is compared without regard to case', compare('city', 'eq', 'OSLO'), ['cy', 'dan', 'eva']],
    ['ne holds for an absent attribute', compare('city', 'ne', 'Oslo'), ['ann', 'bob']],
    ['eq null: absent', compare('city', 'eq', null), ['bob']],
    ['ne null: present', compare('city', 'ne', null), ['ann', 'cy', 'dan', 'eva']],
    ['boolean', compare('accountEnabled', 'eq', false), ['dan']],
    ['userPrincipalName', compare('userPrincipalName', 'eq', 'ANN@contoso.com'), ['ann']],
    ['displayName', compare('displayName', 'eq', "bob o'brien"), ['bob']],
    ['order of text', compare('displayName', 'ge', 'cy'), ['cy', 'dan', 'eva']],
    ['any value of a list', compare('proxyAddresses', 'eq', 'SMTP:EVA@contoso.com'), ['eva']],
    ['time', compare('createdDateTime', 'gt', '2026-01-05T09:00:03Z'), ['cy', 'dan']],
    ['id that is no GUID', compare('id', 'eq', 'x'), []],
    ['startswith', { kind: 'startswith', attribute: 'displayName', value: 'b' }, ['bob']],
    [
      'startswith takes % and _ as they are',
      { kind: 'startswith', attribute: 'displayName', value: 'cy 100%_' },
      ['cy'],
    ],
    ['startswith of a list', { kind: 'startswith', attribute: 'proxyAddresses', value: 'smtp:' }, ['eva']],
    ['in', { kind: 'in', attribute: 'city', values: ['lund', 'paris'] }, ['ann']],
    ['in of ids', { kind: 'in', attribute: 'id', values: ['x'] }, []],
    ['not of an absent attribute', { kind: 'not', operand: compare('city', 'eq', 'Oslo') }, ['ann', 'bob']],
    [
      'and, or',
      {
        kind: 'or',
        operands: [
          compare('city', 'eq', 'Lund'),
          { kind: 'and', operands: [compare('city', 'eq', 'Oslo'), compare('accountEnabled', 'eq', true)] },
        ],
      },
      ['ann', 'cy', 'eva'],
    ],
    ['no part of the value is SQL', compare('city', 'eq', "x' or true --"), []],
  ])('%s', async (_, filter, expected) => {
    expect(await names({ filter })).toEqual(expected);
  });

  test.each<[string, DirectoryFilter, string]>([
    ['unknown attribute', compare('shoeSize', 'eq', '1'), 'directory.unknown_attribute'],
    ['an attribute of groups', compare('securityEnabled', 'eq', true), 'directory.unknown_attribute'],
    ['text for a boolean', compare('accountEnabled', 'eq', 'true'), 'directory.invalid_value'],
    ['boolean for text', compare('city', 'eq', true), 'directory.invalid_value'],
    ['order of null', compare('city', 'gt', null), 'directory.invalid_value'],
    ['no time', compare('createdDateTime', 'gt', 'soon'), 'directory.invalid_value'],
    ['in of a boolean', { kind: 'in', attribute: 'accountEnabled', values: ['true'] }, 'directory.invalid_value'],
    [
      'startswith of a boolean',
      { kind: 'startswith', attribute: 'accountEnabled', value: 't' },
      'directory.invalid_value',
    ],
    [
      'too large',
      { kind: 'or', operands: Array.from({ length: 501 }, () => compare('city', 'eq', 'a')) },
      'directory.invalid_value',
    ],
  ])('refused: %s', async (_, filter, code) => {
    await expect(open.directory.listUsers({ ...page, filter })).rejects.toMatchObject({ code });
  });
});

describe('search', () => {
  test.each([
    ['ek', ['dan', 'eva']],
    ['da e', ['dan']],
    ["o'bri", ['bob']],
    ['ÅKE', ['ann']],
    ['bob.mail@con', ['bob']],
    ['contoso', ['ann', 'bob', 'cy', 'dan', 'eva']],
    ['son', []],
    ["'&|!()", []],
  ])('%s', async (search, expected) => {
    expect(await names({ search })).toEqual(expected);
  });
});

describe('pages', () => {
  test.each([
    ['id', false],
    ['id', true],
    ['displayName', false],
    ['displayName', true],
    ['userPrincipalName', true],
    ['createdDateTime', false],
  ] as const)('ordered by %s, descending %s, every object comes once', async (attribute, descending) => {
    const seen: string[] = [];
    let skipToken: string | undefined;
    do {
      const query = {
        top: 2,
        count: true,
        orderBy: { attribute, descending },
        ...(skipToken === undefined ? {} : { skipToken }),
      };
      const { objects, next, count } = await open.directory.listUsers(query);
      expect(count).toBe(5);
      seen.push(...objects.map((user) => user.userPrincipalName.split('@')[0]!));
      skipToken = next;
    } while (skipToken !== undefined);
    const expected = {
      id: undefined,
      displayName: ['ann', 'bob', 'cy', 'dan', 'eva'],
      userPrincipalName: ['ann', 'bob', 'cy', 'dan', 'eva'],
      createdDateTime: ['eva', 'ann', 'bob', 'cy', 'dan'],
    }[attribute];
    if (expected === undefined) expect(seen.toSorted()).toEqual(['ann', 'bob', 'cy', 'dan', 'eva']);
    else expect(seen).toEqual(descending ? expected.toReversed() : expected);
  });

  test('a count is given only when asked for, also of an empty page', async () => {
    expect((await open.directory.listUsers(page)).count).toBeUndefined();
    const filter = compare('city', 'eq', 'nowhere');
    expect(await open.directory.listUsers({ ...page, filter, count: true })).toEqual({
      objects: [],
      next: undefined,
      count: 0,
    });
  });

  test.each([0, 1000, 1.5, Number.NaN])('$top %s is refused', async (top) => {
    await expect(open.directory.listUsers({ top, count: false })).rejects.toMatchObject({
      code: 'directory.invalid_value',
    });
  });

  test('a skip token of another order, or an invented one, is refused', async () => {
    const { next } = await open.directory.listUsers({ top: 2, count: false });
    const orderBy = { attribute: 'displayName', descending: false } as const;
    const invented = Buffer.from(JSON.stringify(['id', null, 'x'])).toString('base64url');
    for (const query of [{ skipToken: next!, orderBy }, { skipToken: 'x' }, { skipToken: invented }]) {
      await expect(open.directory.listUsers({ ...page, ...query })).rejects.toMatchObject({
        code: 'directory.invalid_skip_token',
      });
    }
  });
});

test('groups are filtered, searched and ordered alike', async () => {
  await createGroup(open, 'Sales Nordic');
  await createGroup(open, 'Finance', [], false);
  const list = async (query: Partial<DirectoryQuery>): Promise<string[]> =>
    (await open.directory.listGroups({ ...page, ...query })).objects.map(({ displayName }) => displayName);
  expect(await list({ filter: compare('securityEnabled', 'eq', true) })).toEqual(['Sales Nordic']);
  expect(await list({ search: 'nor' })).toEqual(['Sales Nordic']);
  expect(await list({ orderBy: { attribute: 'displayName', descending: false } })).toEqual(['Finance', 'Sales Nordic']);
  await expect(list({ orderBy: { attribute: 'userPrincipalName', descending: false } })).rejects.toMatchObject({
    code: 'directory.unknown_attribute',
  });
});
