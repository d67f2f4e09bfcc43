import type { TenantId } from '@joinery/base';
import type { WorkspaceAdministrator } from '@joinery/service-provider';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { SessionSchema, SignInSchema, type Session, type SignIn } from '../contract.ts';
import { csrfRefused, notSignedIn, tooManySignIns, wrongSignIn } from '../errors.ts';
import { isPassword } from '../password.ts';
import { hashSecret, isSameSecret, newSecret } from '../secret.ts';
import type { ApiContext } from './context.ts';

const cookieName = 'joinery_workspace';
const sessionMs = 12 * 3600_000;

/** Who calls; the tenant of every operation comes from here. */
export interface Caller {
  readonly tenantId: TenantId;
  readonly administrator: WorkspaceAdministrator;
  readonly csrfToken: string;
}

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/**
 * The session of the cookie. A request that changes something must carry the session's CSRF token too, which another site
 * can neither read nor send. Throws 401 `workspace.not_signed_in`, 403 `workspace.csrf_refused`.
 */
async function identify(context: ApiContext, request: FastifyRequest): Promise<Caller> {
  const cookie = request.cookies[cookieName];
  if (cookie === undefined || cookie === '') throw notSignedIn();
  const session = await context.tenants.findSession(hashSecret(cookie), new Date(context.clock.now()));
  if (session === undefined) throw notSignedIn();
  if (!safeMethods.has(request.method)) {
    const header = request.headers['x-csrf-token'];
    if (typeof header !== 'string' || !isSameSecret(header, session.csrfToken)) throw csrfRefused();
  }
  const administrator = await context.tenants.getAdministrator(session.tenantId, session.administratorId);
  if (administrator === undefined) throw notSignedIn();
  return { tenantId: session.tenantId, administrator, csrfToken: session.csrfToken };
}

const callers = new WeakMap<FastifyRequest, Caller>();

/** Every route registered on `app` from now on needs a session, checked before its input is looked at. */
export function requireSession(app: FastifyInstance, context: ApiContext): void {
  app.addHook('onRequest', async (request) => {
    callers.set(request, await identify(context, request));
  });
}

/** The caller behind `requireSession`; a route without it finds none and is refused. */
export function callerOf(request: FastifyRequest): Caller {
  const caller = callers.get(request);
  if (caller === undefined) throw notSignedIn();
  return caller;
}

async function presentSession(context: ApiContext, caller: Caller): Promise<Session> {
  const { id, email, displayName } = caller.administrator;
  const tenant = await context.tenants.findTenant(caller.tenantId);
  return {
    csrfToken: caller.csrfToken,
    administrator: { id, email, displayName },
    tenant: { id: caller.tenantId, name: tenant?.name ?? '' },
  };
}

/** Starts a session and sets its cookie. */
export async function openSession(
  context: ApiContext,
  reply: FastifyReply,
  administrator: WorkspaceAdministrator,
): Promise<Session> {
  const secret = newSecret();
  const csrfToken = newSecret();
  const expires = new Date(context.clock.now() + sessionMs);
  const { tenantId, id } = administrator;
  await context.tenants.createSession({
    tokenHash: hashSecret(secret),
    tenantId,
    administratorId: id,
    csrfToken,
    expires,
  });
  const none = { targetId: undefined, targetName: undefined, detail: undefined };
  await context.audit.append(tenantId, { actor: administrator.email, action: 'session.start', ...none });
  void reply.setCookie(cookieName, secret, {
    path: '/api',
    httpOnly: true,
    sameSite: 'lax',
    secure: context.isSecure(),
    expires,
  });
  return presentSession(context, { tenantId, administrator, csrfToken });
}

async function checkSignIn(
  context: ApiContext,
  request: FastifyRequest<{ Body: SignIn }>,
): Promise<WorkspaceAdministrator> {
  const { email, password } = request.body;
  const now = context.clock.now();
  const account = email.trim().toLowerCase();
  const { attemptsByAddress, attemptsByAccount } = context;
  const wait = Math.max(attemptsByAddress.waitSeconds(request.ip, now), attemptsByAccount.waitSeconds(account, now));
  if (wait > 0) throw tooManySignIns(wait);
  // Counted before the slow comparison, so that parallel guesses do not slip through.
  attemptsByAddress.fail(request.ip, now);
  attemptsByAccount.fail(account, now);
  const administrator = await context.tenants.findAdministrator(account);
  if (!(await isPassword(administrator?.passwordHash, password)) || administrator === undefined) throw wrongSignIn();
  attemptsByAddress.succeed(request.ip);
  attemptsByAccount.succeed(account);
  return administrator;
}

export function registerSignIn(app: FastifyInstance, context: ApiContext): void {
  app.post<{ Body: SignIn }>(
    '/api/session',
    { schema: { body: SignInSchema, response: { 200: SessionSchema } } },
    async (request, reply) => openSession(context, reply, await checkSignIn(context, request)),
  );
}

export function registerSession(app: FastifyInstance, context: ApiContext): void {
  app.delete('/api/session', async (request, reply) => {
    await context.tenants.deleteSession(hashSecret(request.cookies[cookieName] ?? ''));
    return reply.clearCookie(cookieName, { path: '/api' }).status(204).send();
  });

  app.get('/api/me', { schema: { response: { 200: SessionSchema } } }, async (request) =>
    presentSession(context, callerOf(request)),
  );
}
