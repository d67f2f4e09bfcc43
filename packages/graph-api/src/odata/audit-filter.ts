import { badRequest } from '../errors.ts';
import type { AuditLog } from '../ports.ts';
import type { ODataFilter, ODataValue } from './filter.ts';

type AuditQuery = Pick<Parameters<AuditLog['list']>[0], 'activity' | 'category' | 'targetId' | 'from' | 'to'>;

/**
 * A `$filter` of `auditLogs/directoryAudits`: comparisons joined by `and` on activityDisplayName, category,
 * activityDateTime, and `targetResources/any(t:t/id eq '…')`. Throws `graph.bad_request`.
 */
export function toAuditQuery(filter: ODataFilter | undefined): AuditQuery {
  if (filter === undefined) return {};
  if (filter.kind === 'and') {
    return filter.operands.map(toAuditQuery).reduce((all, one) => ({ ...all, ...one }), {});
  }
  if (filter.kind === 'any' && filter.path === 'targetResources' && filter.operand.kind === 'compare') {
    const { path, operator, value } = filter.operand;
    if (path === `${filter.variable}/id` && operator === 'eq') return { targetId: toText(value) };
  }
  if (filter.kind === 'compare') {
    const { path, operator, value } = filter;
    if (path === 'activityDisplayName' && operator === 'eq') return { activity: toText(value) };
    if (path === 'category' && operator === 'eq') return { category: toText(value) };
    if (path === 'activityDateTime' && (operator === 'ge' || operator === 'gt')) return { from: toDate(value) };
    if (path === 'activityDateTime' && (operator === 'le' || operator === 'lt')) return { to: toDate(value) };
  }
  throw badRequest(
    "$filter: audit logs can be filtered by activityDisplayName eq, category eq, activityDateTime ge/le and targetResources/any(t:t/id eq '…'), joined by and.",
  );
}

function toText(value: ODataValue): string {
  if (value.kind === 'string' || value.kind === 'bare') return value.text;
  throw badRequest('$filter: audit logs are compared with text.');
}

function toDate(value: ODataValue): Date {
  const date = new Date(toText(value));
  if (Number.isNaN(date.getTime())) throw badRequest('$filter: activityDateTime needs a date and time of ISO 8601.');
  return date;
}
