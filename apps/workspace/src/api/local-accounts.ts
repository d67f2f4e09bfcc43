import { readResource, userType } from '@joinery/scim';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { NewUserSchema, type NewUser } from '../contract.ts';
import type { ApiContext } from './context.ts';
import { callerOf } from './session.ts';

/** An account made by an administrator: a provisioning client finds and adopts it later, by the tenant's rules. */
export function registerLocalAccounts(app: FastifyInstance, context: ApiContext): void {
  const CreatedSchema = Type.Object({ id: Type.String(), userName: Type.String() });
  app.post<{ Body: NewUser }>(
    '/api/users',
    { schema: { body: NewUserSchema, response: { 201: CreatedSchema } } },
    async (request, reply) => {
      const { tenantId, administrator } = callerOf(request);
      const { userName, displayName, email } = request.body;
      const user = {
        userName,
        active: true,
        ...(displayName === undefined ? {} : { displayName }),
        ...(email === undefined ? {} : { emails: [{ value: email, type: 'work', primary: true }] }),
      };
      const { attributes } = readResource(userType, user, 'create');
      const actor = { credentialId: undefined, display: administrator.displayName };
      const created = await context.rules.createLocalAccount(tenantId, attributes, actor);
      context.forgetRules(tenantId);
      void reply.status(201);
      return { id: created.id, userName };
    },
  );
}
