import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Dialect } from '@joinery/connector-scim';
import type { AttributeChange, Lookup, ReferenceCheck, Target, TargetObjectType } from '@joinery/connector-kit';
import { aTarget, groupType, userType } from './a-target.ts';
import { startScriptedServer } from './scripted-server.ts';

/** One recorded or documented dialogue. `client` says what makes our connector send the requests. */
interface Dialogue {
  readonly name: string;
  readonly origin: 'documented' | 'reported' | 'recorded';
  readonly address: string;
  readonly note?: string;
  readonly exchange: readonly {
    readonly request: { readonly method: string; readonly path: string; readonly body?: unknown };
    readonly response: { readonly status: number; readonly body?: unknown };
  }[];
  readonly client?: {
    readonly dialect: Dialect;
    /** Name of the user type, where it decides the `schemas` of a create. */
    readonly userTypeName?: string;
    readonly flags?: string;
    readonly call: Call;
    /** What the call answers; errors as `{ error: { logCode, scope } }`. */
    readonly result?: unknown;
  };
}

type Call =
  | { readonly method: 'test'; readonly kind: 'user' | 'group'; readonly attribute: string }
  | { readonly method: 'find'; readonly kind: 'user' | 'group'; readonly lookup: Lookup }
  | { readonly method: 'get' | 'delete'; readonly kind: 'user' | 'group'; readonly id: string }
  | {
      readonly method: 'create';
      readonly kind: 'user' | 'group';
      readonly values: Readonly<Record<string, AttributeChange['value']>>;
    }
  | {
      readonly method: 'update';
      readonly kind: 'user' | 'group';
      readonly id: string;
      readonly changes: readonly AttributeChange[];
    }
  | {
      readonly method: 'changeMembers';
      readonly id: string;
      readonly add: readonly string[];
      readonly remove: readonly string[];
    }
  | { readonly method: 'checkReference'; readonly kind: 'user' | 'group'; readonly check: ReferenceCheck };

const folder = new URL('../../../test/interop/entra/', import.meta.url);
const dialogues = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => ({ file, ...(JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Dialogue) }));

function perform(
  target: Target,
  call: Call,
  types: { user: TargetObjectType; group: TargetObjectType },
): Promise<unknown> {
  switch (call.method) {
    case 'test':
      return target.test(types[call.kind], call.attribute);
    case 'find':
      return target.find(types[call.kind], call.lookup).then((found) => found.map(({ id }) => id));
    case 'get':
      return target.get(types[call.kind], call.id).then((found) => found?.id ?? null);
    case 'delete':
      return target.delete(types[call.kind], call.id);
    case 'create':
      return target.create(types[call.kind], new Map(Object.entries(call.values))).then(({ id }) => id);
    case 'update':
      return target.update(types[call.kind], call.id, call.changes);
    case 'changeMembers':
      return target.changeMembers(types.group, call.id, call.add, call.remove);
    case 'checkReference':
      return target.checkReference(types[call.kind], call.check);
  }
}

/** A random GUID of ours stands where the dialogue has one of its own. */
function withoutGuid(path: string): string {
  return path.replace(/"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"/, '"<random GUID>"');
}

describe('dialogues of Microsoft Entra ID', () => {
  it.each(dialogues.filter(({ client }) => client !== undefined))('$file: $name', async ({ client, exchange }) => {
    const server = await startScriptedServer((_, index) => exchange[index]?.response ?? { status: 500 });
    const user = { ...userType, name: client!.userTypeName ?? userType.name };
    const tenantUrl = `${server.tenantUrl}${client!.flags === undefined ? '' : `?${client!.flags}`}`;
    const dialect = client!.flags === undefined ? client!.dialect : undefined;
    const target = aTarget({ tenantUrl, host: server.host }, { dialect, objectTypes: [user, groupType] });
    const call = client!.call;
    const outcome = await perform(target, call, { user, group: groupType }).catch((error: unknown) => ({ error }));
    await target.close();
    await server.close();

    const isTest = call.method === 'test';
    expect(
      server.requests.map(({ method, path, body }) => ({ method, path: isTest ? withoutGuid(path) : path, body })),
    ).toEqual(exchange.map(({ request }) => ({ body: undefined, ...request })));
    for (const { headers } of server.requests) {
      expect(headers['authorization']).toBe('Bearer secret-token-1');
      if (headers['content-type'] !== undefined) expect(headers['content-type']).toMatch(/^application\/scim\+json\b/);
    }
    if (client!.result === undefined) expect(outcome).toBeUndefined();
    else if (typeof client!.result === 'object' && client!.result !== null)
      expect(outcome).toMatchObject(client!.result);
    else expect(outcome).toBe(client!.result);
  });

  it.each(dialogues)('$file says where it comes from', ({ origin, address, exchange }) => {
    expect(['documented', 'reported', 'recorded']).toContain(origin);
    expect(address).toMatch(/^(https:\/\/|RFC )/);
    expect(exchange.length).toBeGreaterThan(0);
  });
});
