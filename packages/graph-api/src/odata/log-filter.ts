import type { LogAttribute, LogFilter } from '@joinery/provisioning/ports';
import { badRequest } from '../errors.ts';
import type { ODataFilter, ODataValue } from './filter.ts';

const attributes: ReadonlySet<string> = new Set<LogAttribute>([
  'id',
  'activityDateTime',
  'jobId',
  'cycleId',
  'changeId',
  'provisioningAction',
  'provisioningStatusInfo/status',
  'servicePrincipal/id',
  'servicePrincipal/displayName',
  'sourceIdentity/id',
  'sourceIdentity/displayName',
  'targetIdentity/id',
  'targetIdentity/displayName',
]);

/** Names of the beta version, and short spellings of `any` lambdas in the documentation's examples. */
const aliases: ReadonlyMap<string, LogAttribute> = new Map([
  ['action', 'provisioningAction'],
  ['statusInfo/status', 'provisioningStatusInfo/status'],
]);

type ComparedBy = Extract<LogFilter, { kind: 'compare' }>['operator'];

/** A `$filter` of `auditLogs/provisioning`: `eq gt ge lt le contains startswith` with `and` and `or`. Throws `graph.bad_request`. */
export function toLogFilter(filter: ODataFilter): LogFilter {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return { kind: filter.kind, operands: filter.operands.map(toLogFilter) };
    case 'compare':
      if (filter.operator === 'ne') throw badRequest('$filter: ne is not supported for provisioning logs.');
      return compare(filter.path, filter.operator, filter.value);
    case 'call':
      if (filter.name === 'endswith') throw badRequest('$filter: endswith is not supported for provisioning logs.');
      return compare(filter.path, filter.name, filter.value);
    case 'in': {
      const operands = filter.values.map((value) => compare(filter.path, 'eq', value));
      return { kind: 'or', operands };
    }
    case 'not':
    case 'any':
      throw badRequest(`$filter: ${filter.kind} is not supported for provisioning logs.`);
  }
}

function compare(path: string, operator: ComparedBy, value: ODataValue): LogFilter {
  const attribute = aliases.get(path) ?? path;
  if (!attributes.has(attribute)) {
    throw badRequest(`$filter: "${path.slice(0, 100)}" is not a property that provisioning logs can be filtered by.`);
  }
  if (value.kind !== 'string' && value.kind !== 'bare')
    throw badRequest(`$filter: ${path} must be compared with text.`);
  if (attribute === 'activityDateTime' && Number.isNaN(Date.parse(value.text))) {
    throw badRequest(`$filter: "${value.text.slice(0, 50)}" is not a date and time of ISO 8601.`);
  }
  // The set above holds exactly the members of LogAttribute.
  return { kind: 'compare', attribute: attribute as LogAttribute, operator, value: value.text };
}
