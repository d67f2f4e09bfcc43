import type { TenantRules } from '@joinery/service-provider';
import type { FastifyInstance } from 'fastify';
import { RulesSchema, type Rules } from '../contract.ts';
import type { ApiContext } from './context.ts';
import { callerOf } from './session.ts';

function presentRules(rules: TenantRules): Rules {
  return {
    verifiedDomains: [...rules.verifiedDomains],
    protectedAccounts: [...rules.protectedAccounts],
    protectsOwner: rules.protectsOwner,
    keepsSignInNameOnAdoption: rules.keepsSignInNameOnAdoption,
    roleGroups: rules.roleGroups.map((entry) => ({ ...entry })),
  };
}

/** What provisioning clients must leave alone. A PUT replaces the whole set, and holds for the next request. */
export function registerRules(app: FastifyInstance, context: ApiContext): void {
  app.get('/api/rules', { schema: { response: { 200: RulesSchema } } }, async (request) =>
    presentRules(await context.rules.get(callerOf(request).tenantId)),
  );

  app.put<{ Body: Rules }>(
    '/api/rules',
    { schema: { body: RulesSchema, response: { 200: RulesSchema } } },
    async (request) => {
      const { tenantId } = callerOf(request);
      const verifiedDomains = [...new Set(request.body.verifiedDomains.map((domain) => domain.toLowerCase()))];
      await context.rules.set(tenantId, { ...request.body, verifiedDomains });
      context.forgetRules(tenantId);
      return presentRules(await context.rules.get(tenantId));
    },
  );
}
