import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  createServiceProvider,
  generateToken,
  hashToken,
  toNodeListener,
  type ScimHandler,
} from '@joinery/service-provider';
import { createWorkspaceStore } from '@joinery/store/workspace';
import { createWorkspaceDatabase } from '@joinery/testkit';

/** A request that the workspace has carried out. */
export interface Carried {
  readonly method: string;
  readonly path: string;
}

export interface WorkspaceServer extends AsyncDisposable {
  readonly tenantUrl: string;
  readonly host: string;
  readonly token: string;
  /** What was carried out, reads included. */
  readonly carried: readonly Carried[];
  /** Asked when a request was carried out, before its answer goes out; true: the connection is cut instead. */
  losesAnswer: (carried: Carried) => boolean;
  /** Everything there, groups with the ids of their members. */
  contents(): Promise<{ readonly users: readonly Shown[]; readonly groups: readonly Shown[] }>;
}

export interface Shown {
  readonly id: string;
  readonly userName?: string;
  readonly displayName?: string;
  readonly active?: boolean;
  readonly title?: string;
  readonly members?: readonly { readonly value: string }[];
}

/** The workspace's service provider over HTTP, on a database of its own, with one tenant. */
export async function startWorkspaceServer(): Promise<WorkspaceServer> {
  const database = await createWorkspaceDatabase();
  const store = createWorkspaceStore(database, { newId: randomUUID });
  const { id: tenantId } = await store.tenants.createTenant('Contoso');
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const baseUrl = `http://${host}/scim/v2`;
  const { resources, credentials, requestLog } = store;
  const handler = createServiceProvider({ resources, credentials, requestLog, clock: Date, newRequestId: randomUUID, baseUrl }); // prettier-ignore
  const token = generateToken();
  await credentials.create(tenantId, {
    name: 'token',
    audience: baseUrl,
    scopes: ['scim.read', 'scim.write'],
    expires: new Date('2099-01-01T00:00:00Z'),
    hash: hashToken(token),
  });
  const carried: Carried[] = [];
  const made: Pick<WorkspaceServer, 'losesAnswer'> = { losesAnswer: () => false };
  listen(server, handler, baseUrl, (one) => {
    carried.push(one);
    return made.losesAnswer(one);
  });
  const list = async (path: string): Promise<readonly Shown[]> => {
    const answer = await handler(new Request(`${baseUrl}${path}`, { headers: { authorization: `Bearer ${token}` } }));
    return ((await answer.json()) as { Resources: readonly Shown[] }).Resources;
  };
  return Object.assign(made, {
    tenantUrl: baseUrl,
    host,
    token,
    carried,
    async contents() {
      return { users: await list('/Users?count=1000'), groups: await list('/Groups?count=1000') };
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await store.close();
      await database[Symbol.asyncDispose]();
    },
  });
}

function listen(
  server: Server,
  handler: ScimHandler,
  baseUrl: string,
  losesAnswer: (carried: Carried) => boolean,
): void {
  server.on('request', (message, response) => {
    const answered: ScimHandler['answer'] = async (request) => {
      const answer = await handler.answer(request);
      if (losesAnswer({ method: message.method ?? '', path: (message.url ?? '').replace('/scim/v2', '') })) {
        message.socket.destroy();
      }
      return answer;
    };
    const own = Object.assign((request: Parameters<ScimHandler>[0]) => handler(request), { answer: answered });
    void toNodeListener(own, { baseUrl })(message, response);
  });
}
