import type { FastifyInstance, FastifyReply } from 'fastify';
import { Compile } from 'typebox/compile';
import type { Static, TSchema } from 'typebox';
import type { GraphApi } from './api.ts';
import { initiator } from './audit.ts';
import { sessionCookie } from './authentication/authenticate.ts';
import { authenticateRequest } from './authentication/request.ts';
import { hashSecret } from './authentication/secret-text.ts';
import { sessionSeconds, signIn, startSession, type StartedSession } from './authentication/sign-in.ts';
import { readBody } from './body.ts';
import * as contract from './contract/index.ts';
import { forbidden } from './errors.ts';

/**
 * Signing in and out, and the first administrator: the routes that set the cookie. `POST /session` and `POST /setup` are the
 * only ones under `/joinery` without a credential. They take JSON only, which a form of another site can't send.
 */
export function registerSessionRoutes(scope: FastifyInstance, api: GraphApi): void {
  const readSignIn = bodyReader(contract.SignIn);
  const readSetup = bodyReader(contract.Setup);

  scope.post('/session', async (request, reply) => {
    const { email, password } = readSignIn(request.body);
    const session = await signIn(api, { email, password, address: request.ip });
    return sendSession(api, reply, 200, session);
  });

  scope.delete('/session', async (request, reply) => {
    await authenticateRequest(api, request);
    const hash = hashSecret(request.cookies[sessionCookie] ?? '');
    if (hash) await api.administrators.deleteSession(hash);
    return reply.clearCookie(sessionCookie, { path: '/' }).status(204).send();
  });

  scope.post('/setup', async (request, reply) => {
    const { token, email, password, displayName = email } = readSetup(request.body);
    const passwordHash = await api.passwords.hash(password);
    const hash = hashSecret(token);
    const isValid = hash && (await api.administrators.takeSetupToken(hash, new Date(api.clock.now())));
    if (!isValid) throw forbidden('The set-up link was used already or has expired. Restart the server for a new one.');
    const role = 'Global Administrator';
    const administrator = await api.administrators.create({ email, displayName, role, passwordHash });
    await api.auditLog.append({
      activity: 'Add administrator',
      category: 'RoleManagement',
      outcome: 'success',
      reason: '',
      initiatedBy: initiator({ type: 'administrator', id: administrator.id, displayName, role }),
      targets: [{ id: administrator.id, displayName: email, type: 'Administrator', modifiedProperties: [] }],
    });
    return sendSession(api, reply, 201, await startSession(api, administrator));
  });
}

function bodyReader<Body extends TSchema>(schema: Body): (body: unknown) => Static<Body> {
  const check = Compile(schema);
  // readBody has checked it against this schema.
  return (body) => readBody(check, body) as Static<Body>;
}

function sendSession(api: GraphApi, reply: FastifyReply, status: number, session: StartedSession): FastifyReply {
  const { administrator, csrfToken } = session;
  const me: contract.Me = {
    type: 'administrator',
    id: administrator.id,
    displayName: administrator.displayName,
    email: administrator.email,
    role: administrator.role,
    tenantId: api.settings.tenantId,
    csrfToken,
  };
  return reply
    .setCookie(sessionCookie, session.token, {
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure: api.publicUrl().startsWith('https:'),
      maxAge: sessionSeconds,
    })
    .status(status)
    .header('Cache-Control', 'no-store')
    .send(me);
}
