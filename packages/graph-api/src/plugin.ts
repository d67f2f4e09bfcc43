import cookie from '@fastify/cookie';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Compile } from 'typebox/compile';
import type { GraphApi } from './api.ts';
import { RequestAudit } from './audit.ts';
import type { Authenticated } from './authentication/authenticate.ts';
import { authenticateRequest } from './authentication/request.ts';
import { readBody } from './body.ts';
import { badRequest, forbidden } from './errors.ts';
import { registerEventStream } from './event-stream.ts';
import { hasRole } from './roles.ts';
import type { Answer, Call, Route } from './route.ts';
import { graphRoutes, joineryRoutes } from './routes.ts';
import { appIdMark } from './routes/find.ts';
import { errorBody, sendAnswer, sendError } from './send.ts';
import { registerSessionRoutes } from './session-routes.ts';
import { registerTokenEndpoint } from './token-route.ts';

/** A whole synchronization schema of a large application stays below this. */
const bodyBytesMax = 8 * 1024 * 1024;

/**
 * The admin center's HTTP API as a Fastify plugin: Graph under `/v1.0` and `/beta`, the rest under `/joinery`, tokens under
 * `/{tenantId}/oauth2/v2.0/token`. Every route but sign-in, set-up and the token endpoint needs a credential.
 */
export async function registerGraphApi(server: FastifyInstance, { api }: { api: GraphApi }): Promise<void> {
  await server.register(cookie);
  for (const prefix of ['/v1.0', '/beta', '/joinery']) {
    await server.register(
      async (scope) => {
        prepareScope(scope);
        const routes = prefix === '/joinery' ? joineryRoutes : graphRoutes;
        for (const row of routes) registerRow(scope, api, prefix, row);
        if (prefix === '/joinery') {
          registerSessionRoutes(scope, api);
          registerEventStream(scope, api);
        }
      },
      { prefix },
    );
  }
  await server.register(async (scope) => registerTokenEndpoint(scope, api));
}

/** JSON with Graph's error bodies; an empty body is no body, whatever its content type says. */
function prepareScope(scope: FastifyInstance): void {
  const parseJson = scope.getDefaultJsonParser('error', 'error');
  scope.removeContentTypeParser('application/json');
  scope.addContentTypeParser(
    'application/json',
    { parseAs: 'string', bodyLimit: bodyBytesMax },
    (request, body, done) => {
      if (body === '') done(null, undefined);
      // Fastify's own parser; it answers through `done`.
      else void parseJson(request, String(body), done);
    },
  );
  scope.setErrorHandler((error, request, reply) => sendError(error, request, reply));
  scope.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    return reply
      .status(404)
      .send(
        errorBody(request, 'Request_ResourceNotFound', 'graph.no_such_address', `There is nothing at "${path}" here.`),
      );
  });
}

function registerRow(scope: FastifyInstance, api: GraphApi, prefix: string, row: Route): void {
  const check = row.body && Compile(row.body);
  for (const path of pathsOf(row.path)) {
    scope.route({
      method: row.method,
      url: path,
      bodyLimit: bodyBytesMax,
      // Before the body is read: nobody without the right sends us megabytes.
      async onRequest(request) {
        const authenticated = await authenticateRequest(api, request);
        if (!hasRole(authenticated.principal.role, row.leastRole)) {
          throw forbidden(
            `Insufficient privileges to complete the operation: it needs the role ${row.leastRole}, you have ${authenticated.principal.role}.`,
          );
        }
        callers.set(request, authenticated);
      },
      async handler(request, reply) {
        const caller = callers.get(request);
        if (!caller) throw new Error('invariant broken: a request without a caller reached its handler');
        const body = check ? readBody(check, request.body) : undefined;
        return sendAnswer(reply, await run(api, row, prefix, request, caller, body));
      },
    });
  }
}

const callers = new WeakMap<FastifyRequest, Authenticated>();

/** `/servicePrincipals/{id}…` is also written `/servicePrincipals(appId='…')…`. */
function pathsOf(path: string): readonly string[] {
  const collection = /^\/(servicePrincipals|applications)\/:id(?=\/|$)/.exec(path);
  if (!collection) return [path];
  return [path, `/${collection[1]}(appId=':appId${path.slice(collection[0].length)}`];
}

async function run(
  api: GraphApi,
  row: Route,
  prefix: string,
  request: FastifyRequest,
  { principal, csrfToken }: Authenticated,
  body: unknown,
): Promise<Answer> {
  const audit = new RequestAudit(row.audit === 'none' ? { activity: '', category: 'UserManagement' } : row.audit);
  const [path, query] = splitOnce(request.url, '?');
  const parameters = readParameters(request.params);
  const call: Call<unknown> = {
    api,
    principal,
    csrfToken,
    body,
    query: new URLSearchParams(query),
    url: `${api.publicUrl()}${path}`,
    root: `${api.publicUrl()}${prefix}`,
    param(name) {
      const value = parameters.get(name);
      if (value === undefined) throw new Error(`invariant broken: the path has no parameter ${name}`);
      return value;
    },
    audit,
  };
  if (row.audit === 'none') return row.run(call);
  const change = async (): Promise<Answer> => {
    const answer = await row.run(call);
    await audit.write(api.auditLog, principal);
    return answer;
  };
  // The change and what the audit log says of it are one: neither without the other.
  const changing = row.asksTarget === true ? change() : api.unit(change);
  return changing.catch(async (error: unknown) => {
    await audit.write(api.auditLog, principal, error);
    throw error;
  });
}

function readParameters(params: unknown): ReadonlyMap<string, string> {
  const parameters = new Map(Object.entries(params as Record<string, string>));
  const appId = parameters.get('appId');
  if (appId !== undefined) {
    if (!appId.endsWith("')")) throw badRequest("An alternate key is written (appId='…').");
    parameters.set('id', `${appIdMark}${appId.slice(0, -2)}`);
  }
  return parameters;
}

function splitOnce(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
