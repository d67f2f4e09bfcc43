import type { PreviewOperationFilter } from '@joinery/provisioning/ports';
import { badRequest } from '../errors.ts';
import type { ODataFilter, ODataValue } from './filter.ts';

const actions = ['create', 'update', 'disable', 'delete', 'skip'] as const;
const outcomes = ['done', 'failed', 'changed', 'skipped'] as const;

/**
 * A `$filter` of a preview's operations: comparisons joined by `and` on action, objectType, reason, objectId, failed and
 * applied/outcome, and `contains(displayName,'…')`. Throws `graph.bad_request`.
 */
export function toPreviewFilter(filter: ODataFilter | undefined): PreviewOperationFilter {
  if (filter === undefined) return {};
  if (filter.kind === 'and') {
    return filter.operands.map(toPreviewFilter).reduce((all, one) => ({ ...all, ...one }), {});
  }
  if (filter.kind === 'call' && filter.name === 'contains' && filter.path === 'displayName') {
    return { displayNameContains: toText(filter.value) };
  }
  if (filter.kind === 'compare' && filter.operator === 'eq') {
    const { path, value } = filter;
    if (path === 'action') return { action: oneOf(actions, value, path) };
    if (path === 'objectType') return { kind: oneOf(['User', 'Group'], value, path) === 'User' ? 'user' : 'group' };
    if (path === 'reason') return { reason: toText(value) };
    if (path === 'objectId') return { sourceId: toText(value) };
    if (path === 'failed' && value.kind === 'boolean') return { failed: value.value };
    if (path === 'applied/outcome') return { applied: oneOf(outcomes, value, path) };
  }
  throw badRequest(
    "$filter: operations can be filtered by action eq, objectType eq, reason eq, objectId eq, failed eq true, applied/outcome eq and contains(displayName,'…'), joined by and.",
  );
}

function toText(value: ODataValue): string {
  if (value.kind === 'string' || value.kind === 'bare') return value.text;
  throw badRequest('$filter: this property is compared with text.');
}

function oneOf<T extends string>(allowed: readonly T[], value: ODataValue, path: string): T {
  const found = allowed.find((one) => one === toText(value));
  if (found === undefined) throw badRequest(`$filter: ${path} is one of ${allowed.join(', ')}.`);
  return found;
}
