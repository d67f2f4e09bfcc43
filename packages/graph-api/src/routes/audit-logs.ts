import { badRequest, notFound } from '../errors.ts';
import { toAuditQuery } from '../odata/audit-filter.ts';
import { toLogFilter } from '../odata/log-filter.ts';
import { readQueryOptions, type QueryOptions } from '../odata/query-options.ts';
import { presentAuditEntry } from '../present/audit-entry.ts';
import { presentEntity, presentPage } from '../present/collection.ts';
import { presentLogEntry, type LogContext } from '../present/log-entry.ts';
import { ok, route, type Call, type Route } from '../route.ts';

const supported = ['$filter', '$orderby', '$top', '$skiptoken'] as const;

export const auditLogRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/auditLogs/provisioning',
    leastRole: 'Reports Reader',
    audit: 'none',
    async run(call) {
      const options = readQueryOptions(call.query, supported);
      const page = await call.api.provisioningLog.list({
        ...(options.filter === undefined ? {} : { filter: toLogFilter(options.filter) }),
        descending: isDescending(options),
        top: options.top,
        ...(options.skipToken === undefined ? {} : { skipToken: options.skipToken }),
      });
      const context = await logContext(
        call,
        page.entries.map((entry) => entry.servicePrincipalId),
      );
      const value = page.entries.map((entry) => presentLogEntry(entry, context));
      return presentPage(call, 'auditLogs/provisioning', { value, next: page.next });
    },
  }),
  route({
    method: 'GET',
    path: '/auditLogs/provisioning/:id',
    leastRole: 'Reports Reader',
    audit: 'none',
    async run(call) {
      const entry = await call.api.provisioningLog.get(call.param('id'));
      if (!entry) throw notFound('provisioning log entry', call.param('id'));
      const context = await logContext(call, [entry.servicePrincipalId]);
      return ok(presentEntity(call, 'auditLogs/provisioning', presentLogEntry(entry, context)));
    },
  }),
  route({
    method: 'GET',
    path: '/auditLogs/directoryAudits',
    leastRole: 'Reports Reader',
    audit: 'none',
    async run(call) {
      const options = readQueryOptions(call.query, supported);
      if (!isDescending(options)) throw badRequest('$orderby: audit logs are sorted by activityDateTime desc only.');
      const page = await call.api.auditLog.list({
        ...toAuditQuery(options.filter),
        top: options.top,
        ...(options.skipToken === undefined ? {} : { skipToken: options.skipToken }),
      });
      return presentPage(call, 'auditLogs/directoryAudits', {
        value: page.entries.map(presentAuditEntry),
        next: page.next,
      });
    },
  }),
  route({
    method: 'GET',
    path: '/auditLogs/directoryAudits/:id',
    leastRole: 'Reports Reader',
    audit: 'none',
    async run(call) {
      const entry = await call.api.auditLog.get(call.param('id'));
      if (!entry) throw notFound('audit log entry', call.param('id'));
      return ok(presentEntity(call, 'auditLogs/directoryAudits', presentAuditEntry(entry)));
    },
  }),
];

/** Newest first unless asked otherwise. */
function isDescending({ orderBy }: QueryOptions): boolean {
  if (!orderBy) return true;
  if (orderBy.property !== 'activityDateTime') throw badRequest('$orderby: logs are sorted by activityDateTime only.');
  return orderBy.descending;
}

async function logContext(call: Call<unknown>, servicePrincipalIds: readonly string[]): Promise<LogContext> {
  const names = new Map<string, string>();
  for (const id of new Set(servicePrincipalIds)) {
    const application = await call.api.applications.getByServicePrincipal(id);
    if (application) names.set(id, application.displayName);
  }
  return { tenantId: call.api.settings.tenantId, applicationNames: names };
}
