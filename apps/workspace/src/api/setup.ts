import type { FastifyInstance } from 'fastify';
import { SessionSchema, SetupSchema, type Setup } from '../contract.ts';
import { setupLinkSpent, tooManySignIns } from '../errors.ts';
import { hashPassword } from '../password.ts';
import { hashSecret } from '../secret.ts';
import type { ApiContext } from './context.ts';
import { openSession } from './session.ts';

/** The page behind `/setup?token=…` sends here. The link works once; the new administrator is signed in. */
export function registerSetup(app: FastifyInstance, context: ApiContext): void {
  app.post<{ Body: Setup }>(
    '/api/setup',
    { schema: { body: SetupSchema, response: { 201: SessionSchema } } },
    async (request, reply) => {
      const { token, email, password, displayName } = request.body;
      const wait = context.attemptsByAddress.waitSeconds(request.ip, context.clock.now());
      if (wait > 0) throw tooManySignIns(wait);
      // Before the link is spent: a weak or failing hash must not burn it.
      const passwordHash = await hashPassword(password);
      const now = new Date(context.clock.now());
      const tenantId = await context.tenants.takeSetupToken(hashSecret(token), now);
      if (tenantId === undefined) {
        context.attemptsByAddress.fail(request.ip, context.clock.now());
        throw setupLinkSpent();
      }
      const administrator = await context.tenants.createAdministrator(tenantId, {
        email: email.trim(),
        displayName: displayName ?? email.trim(),
        passwordHash,
      });
      void reply.status(201);
      return openSession(context, reply, administrator);
    },
  );
}
