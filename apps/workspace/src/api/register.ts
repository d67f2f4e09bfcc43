import cookie from '@fastify/cookie';
import type { FastifyInstance } from 'fastify';
import { notFound } from '../errors.ts';
import { auditChanges, registerAudit } from './audit.ts';
import type { ApiContext } from './context.ts';
import { registerChanges } from './changes.ts';
import { registerEvents } from './events.ts';
import { registerGroups } from './groups.ts';
import { registerLocalAccounts } from './local-accounts.ts';
import { registerOAuth } from './oauth.ts';
import { sendProblem } from './problem.ts';
import { registerRequests } from './requests.ts';
import { registerRules } from './rules.ts';
import { registerSchemas } from './schemas.ts';
import { registerSession, registerSignIn, requireSession } from './session.ts';
import { registerSetup } from './setup.ts';
import { registerTenant } from './tenant.ts';
import { registerTokens } from './tokens.ts';
import { registerUsers } from './users.ts';
import { registerWebhooks } from './webhooks.ts';

/** The management API. Only sign-in and set-up work without a session; every other route stands behind it. */
export async function registerApi(app: FastifyInstance, context: ApiContext): Promise<void> {
  await app.register(cookie);
  // Without it a form of another site could post JSON as text/plain.
  app.removeContentTypeParser('text/plain');
  app.setErrorHandler((error: Error, request, reply) => sendProblem(error, request, reply));
  app.setNotFoundHandler((request, reply) =>
    sendProblem(notFound(`${request.method} ${request.url.split('?')[0]}`), request, reply),
  );
  app.addHook('onSend', async (_request, reply) => {
    void reply.header('x-content-type-options', 'nosniff');
    if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store');
  });
  registerSignIn(app, context);
  registerSetup(app, context);
  await app.register((signedIn) => {
    requireSession(signedIn, context);
    auditChanges(signedIn, context);
    registerSession(signedIn, context);
    registerTenant(signedIn, context);
    registerTokens(signedIn, context);
    registerOAuth(signedIn, context);
    registerLocalAccounts(signedIn, context);
    registerRules(signedIn, context);
    registerSchemas(signedIn, context);
    registerAudit(signedIn, context);
    registerChanges(signedIn, context);
    registerWebhooks(signedIn, context);
    registerUsers(signedIn, context);
    registerGroups(signedIn, context);
    registerRequests(signedIn, context);
    registerEvents(signedIn, context);
    return Promise.resolve();
  });
}
