import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Resource = Record<string, unknown> & { id: string };

/** A small SCIM endpoint over http that keeps users and groups, wants a bearer token, and remembers what it was asked. */
export interface ScimServer extends AsyncDisposable {
  readonly url: string;
  readonly host: string;
  token: string;
  readonly users: Map<string, Resource>;
  readonly groups: Map<string, Resource>;
  readonly requests: { readonly method: string; readonly path: string; readonly body: unknown }[];
  /** Says why it refuses a request, or undefined. */
  refuses: (method: string, body: unknown) => string | undefined;
}

export async function aScimServer(token: string): Promise<ScimServer> {
  const made = { token, users: new Map<string, Resource>(), groups: new Map<string, Resource>(), requests: [] as ScimServer['requests'][number][], refuses: ((): string | undefined => undefined) as ScimServer['refuses'] }; // prettier-ignore
  const server = createServer((request, response) => {
    void readBody(request).then((body) => answer(made, request, body, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(made, {
    host: `127.0.0.1:${port}`,
    url: `http://127.0.0.1:${port}/scim/v2`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? undefined : JSON.parse(text);
}

function answer(
  server: Pick<ScimServer, 'token' | 'users' | 'groups' | 'requests' | 'refuses'>,
  request: IncomingMessage,
  body: unknown,
  response: ServerResponse,
): void {
  const { method = '' } = request;
  const url = new URL(request.url ?? '/', 'http://scim.example');
  server.requests.push({ method, path: url.pathname + url.search, body });
  const send = (status: number, value?: unknown) => {
    response.writeHead(status, { 'content-type': 'application/scim+json' });
    response.end(value === undefined ? '' : JSON.stringify(value));
  };
  const fail = (status: number, detail: string) =>
    send(status, { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: String(status), detail });
  if (request.headers.authorization !== `Bearer ${server.token}`) return fail(401, 'The token is not one of ours.');
  const refusal = server.refuses(method, body);
  if (refusal !== undefined) return fail(400, refusal);
  const [, collection, id] = /^\/scim\/v2\/(Users|Groups)(?:\/([^/]+))?$/.exec(url.pathname) ?? [];
  const resources = collection === 'Users' ? server.users : collection === 'Groups' ? server.groups : undefined;
  if (!resources) return fail(404, 'No such endpoint.');
  if (id === undefined && method === 'POST') {
    const resource = { ...(body as object), id: `${collection}-${resources.size + 1}` };
    resources.set(resource.id, resource);
    return send(201, resource);
  }
  if (id === undefined) {
    const [, attribute = '', value] = /^(\w+) eq "(.*)"$/.exec(url.searchParams.get('filter') ?? '') ?? [];
    const found = [...resources.values()].filter((one) => value === undefined || one[attribute] === value);
    return send(200, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      totalResults: found.length,
      startIndex: 1,
      itemsPerPage: found.length,
      Resources: found,
    });
  }
  const resource = resources.get(id);
  if (!resource) return fail(404, 'No such resource.');
  if (method === 'DELETE') resources.delete(id);
  return method === 'GET' ? send(200, resource) : send(204);
}
