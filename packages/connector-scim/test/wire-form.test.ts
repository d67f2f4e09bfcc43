import { afterEach, describe, expect, it } from 'vitest';
import { ConfigError } from '@joinery/base';
import type { AttributeChange, AttributeValue, Target } from '@joinery/connector-kit';
import type { Dialect, ScimTargetOptions } from '@joinery/connector-scim';
import { anAttribute, aTarget, groupType, userType } from './a-target.ts';
import {
  emptyList,
  scimError,
  startScriptedServer,
  type RecordedRequest,
  type ScriptedAnswer,
} from './scripted-server.ts';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const coreUser = 'urn:ietf:params:scim:schemas:core:2.0:User';
const custom = 'urn:ietf:params:scim:schemas:extension:CustomExtensionName:2.0:User';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function setUp(
  answer: (request: RecordedRequest, index: number) => ScriptedAnswer = () => ({ status: 200, body: { id: 'u1' } }),
  change: Partial<ScimTargetOptions> = {},
) {
  const server = await startScriptedServer(answer);
  const target = aTarget(server, change);
  closers.push(server.close, () => target.close());
  return { server, target };
}

async function createdBody(dialect: Dialect, values: readonly (readonly [string, AttributeValue])[]): Promise<unknown> {
  const { server, target } = await setUp(() => ({ status: 201, body: { id: 'u1' } }), { dialect });
  await target.create(userType, new Map(values));
  return server.requests[0]!.body;
}

async function patchedOperations(dialect: Dialect, changes: readonly AttributeChange[]): Promise<unknown> {
  const { server, target } = await setUp(undefined, { dialect });
  await target.update(userType, 'u1', changes);
  return (server.requests[0]!.body as { Operations: unknown }).Operations;
}

it('a resource that a list shows twice is one', async () => {
  const list = (...ids: readonly string[]) => ({
    status: 200,
    body: {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      totalResults: ids.length,
      Resources: ids.map((id) => ({ id, userName: 'ann' })),
    },
  });
  const { target } = await setUp((_, index) => (index === 0 ? list('u1', 'u1') : list('u1', 'u1', 'u2')));
  const find = () => target.find(userType, { attribute: 'userName', value: 'ann' });
  expect((await find()).map(({ id }) => id)).toEqual(['u1']);
  expect((await find()).map(({ id }) => id)).toEqual(['u1', 'u2']);
});

describe('requests in the form of RFC 7644', () => {
  it('the Cinode mapping: attributes of one address share an element, booleans are booleans', async () => {
    expect(
      await createdBody('rfc', [
        ['userName', 'b.jensen@example.com'],
        ['active', 'True'],
        ['name.givenName', 'Barbara'],
        ['name.familyName', 'Jensen'],
        ['addresses[type eq "work"].locality', 'Lund'],
        ['addresses[type eq "work"].country', 'SE'],
        ['emails[type eq "home"].value', 'babs@home.example'],
        ['emails[type eq "work"].value', 'b.jensen@example.com'],
        ['emails[type eq "other"].value', ['x@example.com', 'y@example.com']],
        ['level', '5'],
        ['title', null],
      ]),
    ).toEqual({
      schemas: [coreUser],
      userName: 'b.jensen@example.com',
      active: true,
      name: { givenName: 'Barbara', familyName: 'Jensen' },
      addresses: [{ type: 'work', locality: 'Lund', country: 'SE' }],
      emails: [
        { type: 'home', value: 'babs@home.example' },
        { type: 'work', value: 'b.jensen@example.com', primary: true },
        { type: 'other', value: 'x@example.com' },
        { type: 'other', value: 'y@example.com' },
      ],
      level: 5,
    });
  });

  it('every extension with a value is listed in schemas (RFC 7643 §3.3), and a manager is a complex value (§4.3)', async () => {
    expect(
      await createdBody('rfc', [
        ['userName', 'a'],
        [`${enterprise}:manager`, '26118915'],
        [`${custom}:CustomAttribute`, 'x'],
      ]),
    ).toEqual({
      schemas: [coreUser, enterprise, custom],
      userName: 'a',
      [enterprise]: { manager: { value: '26118915' } },
      [custom]: { CustomAttribute: 'x' },
    });
  });

  it('a patch has one operation per attribute, in lower case, with typed values', async () => {
    expect(
      await patchedOperations('rfc', [
        { attribute: 'active', operation: 'replace', value: 'False' },
        { attribute: 'level', operation: 'add', value: '5' },
        { attribute: 'title', operation: 'remove', value: null },
        { attribute: 'nickName', operation: 'replace', value: null },
        { attribute: 'addresses[type eq "work"].locality', operation: 'replace', value: 'Lund' },
        { attribute: `${enterprise}:manager`, operation: 'replace', value: '271' },
        { attribute: 'roles', operation: 'replace', value: [{ value: 'Admin', primary: false }] },
        { attribute: 'emails[type eq "other"].value', operation: 'replace', value: ['x@example.com', 'y@example.com'] },
      ]),
    ).toEqual([
      { op: 'replace', path: 'active', value: false },
      { op: 'add', path: 'level', value: 5 },
      { op: 'remove', path: 'title' },
      { op: 'remove', path: 'nickName' },
      { op: 'replace', path: 'addresses[type eq "work"].locality', value: 'Lund' },
      { op: 'replace', path: `${enterprise}:manager`, value: { value: '271' } },
      { op: 'replace', path: 'roles', value: [{ value: 'Admin', primary: false }] },
      { op: 'remove', path: 'emails[type eq "other"]' },
      {
        op: 'add',
        path: 'emails',
        value: [
          { type: 'other', value: 'x@example.com' },
          { type: 'other', value: 'y@example.com' },
        ],
      },
    ]);
  });

  it('an element that a strict target misses (noTarget, RFC 7644 §3.5.2.3) is added whole', async () => {
    const { server, target } = await setUp((request, index) => {
      if (index === 0) return scimError(400, 'no such element', 'noTarget');
      if (request.method === 'GET')
        return { status: 200, body: { id: 'u1', emails: [{ type: 'work', value: 'old@example.com' }] } };
      return { status: 204 };
    });
    const isUpdated = await target.update(userType, 'u1', [
      { attribute: 'title', operation: 'replace', value: 'Consultant' },
      { attribute: 'emails[type eq "work"].value', operation: 'replace', value: 'new@example.com' },
      { attribute: 'addresses[type eq "work"].locality', operation: 'replace', value: 'Lund' },
      { attribute: 'addresses[type eq "work"].country', operation: 'add', value: 'SE' },
      { attribute: 'phoneNumbers[type eq "fax"].value', operation: 'remove', value: null },
    ]);
    expect(isUpdated).toBe(true);
    expect((server.requests[2]!.body as { Operations: unknown }).Operations).toEqual([
      { op: 'replace', path: 'title', value: 'Consultant' },
      { op: 'replace', path: 'emails[type eq "work"].value', value: 'new@example.com' },
      { op: 'add', path: 'addresses', value: [{ type: 'work', locality: 'Lund', country: 'SE' }] },
    ]);
  });

  it('a group is created with as many members as fit, and the rest follows', async () => {
    const { server, target } = await setUp(
      (request) => (request.method === 'POST' ? { status: 201, body: { id: 'g1' } } : { status: 204 }),
      { limits: { concurrency: 1, timeoutMs: 30_000, membersPerRequestMax: 2 } },
    );
    await target.create(groupType, new Map([['displayName', 'Sales']]), ['a', 'b', 'c']);
    expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /Groups',
      'PATCH /Groups/g1',
    ]);
    expect(server.requests[0]!.body).toMatchObject({ members: [{ value: 'a' }, { value: 'b' }] });
    expect(server.requests[1]!.body).toMatchObject({
      Operations: [{ op: 'add', path: 'members', value: [{ value: 'c' }] }],
    });
  });

  it('a group whose further members fail says that it may stand in the target', async () => {
    const { target } = await setUp(
      (request) => (request.method === 'POST' ? { status: 201, body: { id: 'g1' } } : scimError(400, 'no')),
      { limits: { concurrency: 1, timeoutMs: 30_000, membersPerRequestMax: 1 } },
    );
    await expect(target.create(groupType, new Map([['displayName', 'Sales']]), ['a', 'b'])).rejects.toMatchObject({
      code: 'connector.members_incomplete',
      outcomeUnknown: true,
    });
  });
});

// entra-provisioning.md §4.7, with roles as the functions of the mapping language make them.
describe('app roles', () => {
  const role = { id: 'r1', value: 'Admin', displayName: 'Administrator', primary: false, type: 'WindowsAzureActiveDirectoryRole' } as const; // prettier-ignore
  const standard = { value: 'Admin', display: 'Administrator', primary: false, type: role.type };
  const named = { value: 'Admin', displayName: 'Administrator', primary: false, type: role.type };

  it.each<[Dialect, object]>([
    ['rfc', standard],
    ['entra', named],
    ['entra-062020', standard],
  ])('a create in the dialect %s', async (dialect, expected) => {
    expect(await createdBody(dialect, [['roles', [role]]])).toMatchObject({ roles: [expected] });
  });

  it.each<[Dialect, 'add' | 'replace', object]>([
    ['rfc', 'replace', { op: 'replace', path: 'roles', value: [standard] }],
    ['rfc', 'add', { op: 'add', path: 'roles', value: [standard] }],
    ['entra', 'replace', { op: 'replace', path: 'roles', value: [standard] }],
    [
      'entra',
      'add',
      { op: 'Add', path: 'roles', value: [{ value: '{"id":"r1","value":"Admin","displayName":"Administrator"}' }] },
    ],
    ['entra-062020', 'add', { op: 'add', path: 'roles', value: [standard] }],
  ])('an update in the dialect %s: %s', async (dialect, operation, expected) => {
    expect(await patchedOperations(dialect, [{ attribute: 'roles', operation, value: [role] }])).toEqual([expected]);
  });
});

describe('complex attributes of a custom extension', () => {
  it('share one object, and one element where they share a filter', async () => {
    expect(
      await createdBody('rfc', [
        [`${custom}:desk.floor`, '3'],
        [`${custom}:desk.building`, 'North'],
        [`${custom}:badges[type eq "door"].value`, '17'],
        [`${custom}:badges[type eq "door"].display`, 'Door'],
      ]),
    ).toEqual({
      schemas: [coreUser, custom],
      [custom]: {
        desk: { floor: '3', building: 'North' },
        badges: [{ type: 'door', value: '17', display: 'Door' }],
      },
    });
  });
});

describe('requests in the forms of Entra', () => {
  it('062020: removals and references keep their own operation', async () => {
    expect(
      await patchedOperations('entra-062020', [
        { attribute: 'title', operation: 'remove', value: null },
        { attribute: `${enterprise}:manager`, operation: 'add', value: '271' },
        { attribute: 'displayName', operation: 'add', value: 'B' },
        { attribute: 'nickName', operation: 'replace', value: 'Babs' },
        { attribute: 'active', operation: 'replace', value: 'True' },
      ]),
    ).toEqual([
      { op: 'remove', path: 'title' },
      { op: 'add', path: `${enterprise}:manager`, value: '271' },
      { op: 'replace', value: { displayName: 'B', nickName: 'Babs', active: true } },
    ]);
  });

  it('default: a removal has no value', async () => {
    expect(await patchedOperations('entra', [{ attribute: 'title', operation: 'remove', value: null }])).toEqual([
      { op: 'Remove', path: 'title' },
    ]);
  });
});

describe('what goes over the wire in any dialect', () => {
  it('a filter value is escaped for the filter and for the URL', async () => {
    const { server, target } = await setUp(() => emptyList);
    await target.find(userType, { attribute: 'userName', value: 'a"b\\c&d+e å #' });
    expect(server.requests[0]!.url).toBe(
      '/scim/v2/Users?filter=userName%20eq%20%22a%5C%22b%5C%5Cc%26d%2Be%20%C3%A5%20%23%22',
    );
  });

  it('an rfc filter keeps the comparison inside the brackets, and types its value', async () => {
    const { server, target } = await setUp(() => emptyList);
    await target.find(userType, { attribute: 'emails[type eq "work"].value', value: 'a@example.com' });
    await target.find(userType, { attribute: 'level', value: '5' });
    expect(server.requests.map(({ path }) => path)).toEqual([
      '/Users?filter=emails[type eq "work" and value eq "a@example.com"]',
      '/Users?filter=level eq 5',
    ]);
  });

  it('an id is one segment of the path', async () => {
    const { server, target } = await setUp(() => scimError(404));
    await target.delete(userType, '../Groups/a?b#c d');
    expect(server.requests[0]!.url).toBe('/scim/v2/Users/..%2FGroups%2Fa%3Fb%23c%20d');
  });

  it('the flags of the Tenant URL go with every request and choose the dialect', async () => {
    const server = await startScriptedServer((request) => (request.method === 'PATCH' ? { status: 204 } : emptyList));
    const target = aTarget({ tenantUrl: `${server.tenantUrl}/?aadOptscim062020`, host: server.host });
    closers.push(server.close, () => target.close());
    await target.find(groupType, { attribute: 'displayName', value: 'Sales' });
    await target.changeMembers(groupType, 'g1', [], ['u1']);
    expect(server.requests.map(({ path }) => path)).toEqual([
      '/Groups?excludedAttributes=members&filter=displayName eq "Sales"&aadOptscim062020',
      '/Groups/g1?aadOptscim062020',
    ]);
    expect(server.requests[1]!.body).toMatchObject({ Operations: [{ op: 'remove', path: 'members[value eq "u1"]' }] });
  });

  it('an update without changes sends nothing', async () => {
    const { server, target } = await setUp();
    expect(await target.update(userType, 'u1', [])).toBe(true);
    expect(server.requests).toEqual([]);
  });

  it.each<[string, AttributeValue, string]>([
    ['active', 'maybe', 'InvalidValue'],
    ['level', '5.5', 'InvalidValue'],
    ['title', ['a', 'b'], 'SchemaPropertyCanOnlyAcceptValue'],
  ])('a value that %s cannot have fails before anything is sent', async (attribute, value, logCode) => {
    const { server, target } = await setUp();
    const call: Promise<unknown> = target.update(userType, 'u1', [{ attribute, operation: 'replace', value }]);
    await expect(call).rejects.toMatchObject({ logCode, scope: 'object' });
    expect(server.requests).toEqual([]);
  });

  it('an attribute that cannot be written is refused when the target is made', () => {
    const type = { ...userType, attributes: [anAttribute('emails[type ne "work"].value')] };
    expect(() => aTarget({ tenantUrl: 'https://api.example.com', host: '' }, { objectTypes: [type] })).toThrow(
      ConfigError,
    );
  });

  it('bulk without /Bulk answers each operation in its order', async () => {
    const { target } = await setUp((request) => {
      if (request.method === 'POST') return { status: 201, body: { id: 'new' } };
      return request.path === '/Users/gone' ? scimError(404) : { status: 204 };
    });
    const changes: readonly AttributeChange[] = [{ attribute: 'title', operation: 'replace', value: 'x' }];
    const outcomes = await target.bulk([
      { kind: 'create', type: userType, values: new Map([['userName', 'a']]) },
      { kind: 'update', type: userType, id: 'gone', changes },
      { kind: 'delete', type: userType, id: 'gone' },
      { kind: 'update', type: userType, id: 'u1', changes },
    ]);
    expect(outcomes[0]).toMatchObject({ id: 'new' });
    expect(outcomes[1]).toMatchObject({ code: 'connector.not_found', logCode: 'InvalidAnchor' });
    expect(outcomes.slice(2)).toEqual([true, true]);
  });

  it('describes a target without /ServiceProviderConfig by the defaults', async () => {
    const { target } = await setUp(() => scimError(404));
    const described = async (own: Target) => own.describe();
    expect(await described(target)).toEqual({ membersPerRequestMax: 100, bulk: undefined, listPageSize: 100 });
  });

  it('reads values of a resource by path', async () => {
    const { target } = await setUp(() => ({
      status: 200,
      body: {
        id: 'u1',
        userName: 'a',
        Active: 'False',
        title: null,
        name: { givenName: 'G' },
        emails: [
          { type: 'home', value: 'h@example.com' },
          { type: 'WORK', value: 'w@example.com' },
          { type: 'other', value: 'x@example.com' },
          { type: 'other', value: 'y@example.com' },
        ],
        roles: [{ primary: 'True', value: 'Admin' }],
        [enterprise.toLowerCase()]: { manager: { value: '271', displayName: 'Chief' }, department: 'Sales' },
      },
    }));
    const found = await target.get(userType, 'u1');
    expect(Object.fromEntries(found!.values)).toEqual({
      userName: 'a',
      active: false,
      'name.givenName': 'G',
      'emails[type eq "home"].value': 'h@example.com',
      'emails[type eq "work"].value': 'w@example.com',
      'emails[type eq "other"].value': ['x@example.com', 'y@example.com'],
      'roles[primary eq "True"].value': 'Admin',
      roles: [{ primary: 'True', value: 'Admin' }],
      [`${enterprise}:manager`]: '271',
      [`${enterprise}:department`]: 'Sales',
    });
  });
});
