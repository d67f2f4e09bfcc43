import type { TenantId } from '@joinery/base';
import type { ResourceTypeName } from '@joinery/service-provider';
import type { FastifyInstance } from 'fastify';
import { TenantSchema } from '../contract.ts';
import type { ApiContext } from './context.ts';
import { callerOf } from './session.ts';

async function countOf(context: ApiContext, tenantId: TenantId, type: ResourceTypeName): Promise<number> {
  const page = await context.resources.list(tenantId, type, {
    filter: undefined,
    sort: undefined,
    startIndex: 1,
    count: 0,
    include: { members: false, groups: false },
  });
  return page.totalResults;
}

/** The overview of automatic provisioning: Tenant URL, what was provisioned, the last request. */
export function registerTenant(app: FastifyInstance, context: ApiContext): void {
  app.get('/api/tenant', { schema: { response: { 200: TenantSchema } } }, async (request) => {
    const { tenantId } = callerOf(request);
    const [tenant, users, groups, log] = await Promise.all([
      context.tenants.findTenant(tenantId),
      countOf(context, tenantId, 'User'),
      countOf(context, tenantId, 'Group'),
      context.requestLog.list(tenantId, { before: undefined, limit: 1, failedOnly: false }),
    ]);
    const last = log.entries[0];
    return {
      id: tenantId,
      name: tenant?.name ?? '',
      tenantUrl: context.tenantUrl(),
      users,
      groups,
      lastRequest: last === undefined ? null : { at: last.at.toISOString(), status: last.status },
    };
  });
}
