/**
 * The SQL statements of each kind of request, as the workspace's service provider issues them: one user and one group go through the
 * whole mix once, over a database that writes down what it is asked. Left out are the statements that requests share: the
 * credential (kept for a second), the tenant's rules (likewise) and the request log (written in batches).
 */
import { randomUUID, randomUUIDv7 } from 'node:crypto';
import type { Database, Statement } from '@joinery/store';
import { createWorkspaceStore } from '@joinery/store/workspace';
import { createServiceProvider, generateToken, hashToken } from '@joinery/service-provider';
import { kinds, readAnswer, requestOf, type Kind, type Observed, type Step } from './entra-requests.ts';

/** What stands in a recorded statement for the objects of the recording. */
export interface Sample {
  readonly key: string;
  readonly userId: string;
  readonly groupId: string;
  /** The members of `add 1 member`, `add 100 members` and `remove 1 member`. */
  readonly memberIds: ReadonlySet<string>;
  readonly statements: ReadonlyMap<Kind, readonly Statement[]>;
}

const shared = new Set(['workspace-log-requests', 'workspace-rules']);
const baseUrl = 'http://localhost/scim/v2';

function recorder(database: Database): { readonly database: Database; take(): readonly Statement[] } {
  let seen: Statement[] = [];
  return {
    database: {
      ...database,
      query(statement) {
        if (statement.name !== undefined && !shared.has(statement.name)) seen.push(statement);
        return database.query(statement);
      },
      transaction() {
        throw new Error('a request of the mix runs a transaction of several statements; record it too');
      },
    },
    take() {
      const taken = seen;
      seen = [];
      return taken;
    },
  };
}

export async function recordStatements(database: Database): Promise<Sample> {
  const recording = recorder(database);
  const store = createWorkspaceStore(recording.database, { newId: randomUUIDv7 });
  const plain = createWorkspaceStore(database, { newId: randomUUIDv7 });
  const tenant = await plain.tenants.createTenant('Statements');
  const token = generateToken();
  await plain.credentials.create(tenant.id, {
    name: 'recording',
    audience: baseUrl,
    scopes: ['scim.read', 'scim.write'],
    expires: new Date('2099-01-01T00:00:00Z'),
    hash: hashToken(token),
  });
  const handler = createServiceProvider({
    resources: store.resources,
    credentials: { ...plain.credentials, touch: () => {} },
    requestLog: { ...plain.requestLog, append: () => {} },
    clock: Date,
    newRequestId: randomUUID,
    baseUrl,
  });

  async function send(step: Step): Promise<Observed | undefined> {
    const request = requestOf(step);
    const response = await handler(
      new Request(baseUrl + request.path, {
        method: request.method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
        ...(request.body === undefined ? {} : { body: request.body }),
      }) as Parameters<typeof handler>[0],
    );
    return readAnswer(step, request, response.status, await response.text());
  }

  const statements = new Map<Kind, readonly Statement[]>();
  async function record(step: Step): Promise<Observed | undefined> {
    recording.take();
    const observed = await send(step);
    statements.set(step.kind, recording.take());
    return observed;
  }
  const key = 'sample-0';
  const memberIds: string[] = [];
  for (let index = 0; index < 101; index += 1) {
    const member = await send({ kind: 'create user', key: `sample-member-${index}` });
    memberIds.push(String(member?.id));
  }
  const [first = '', ...others] = memberIds;
  await record({ kind: 'find user, none', key });
  const userId = String((await record({ kind: 'create user', key }))?.id);
  for (const kind of ['find user', 'get user', 'patch title', 'patch active "False"', 'patch work locality'] as const) {
    await record({ kind, key, id: userId });
  }
  await record({ kind: 'find group, none', key });
  const groupId = String((await record({ kind: 'create group', key }))?.id);
  await record({ kind: 'add 1 member', key, id: groupId, memberIds: [first] });
  await record({ kind: 'add 100 members', key, id: groupId, memberIds: others });
  await record({ kind: 'get group without members', key, id: groupId });
  await record({ kind: 'get group with members', key, id: groupId });
  await record({ kind: 'remove 1 member', key, id: groupId, memberIds: [first] });
  for (const kind of kinds) {
    if ((statements.get(kind)?.length ?? 0) === 0) throw new Error(`no statement was recorded for ${kind}`);
  }
  return { key, userId, groupId, memberIds: new Set(memberIds), statements };
}
