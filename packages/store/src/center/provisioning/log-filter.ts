import type { LogAttribute, LogFilter } from '@joinery/provisioning/ports';

type Kind = 'text' | 'uuid' | 'time' | 'application';

const columns: Readonly<Record<LogAttribute, { readonly column: string; readonly kind: Kind }>> = {
  id: { column: 'l.id', kind: 'uuid' },
  activityDateTime: { column: 'l.at', kind: 'time' },
  jobId: { column: 'l.job_id', kind: 'text' },
  cycleId: { column: 'l.cycle_id', kind: 'uuid' },
  changeId: { column: 'l.change_id', kind: 'uuid' },
  provisioningAction: { column: 'l.action', kind: 'text' },
  'provisioningStatusInfo/status': { column: 'l.outcome', kind: 'text' },
  'servicePrincipal/id': { column: 'l.service_principal_id', kind: 'uuid' },
  'servicePrincipal/displayName': { column: 'a.display_name', kind: 'application' },
  'sourceIdentity/id': { column: 'l.source_id', kind: 'text' },
  'sourceIdentity/displayName': { column: 'l.source_name', kind: 'text' },
  'targetIdentity/id': { column: 'l.target_id', kind: 'text' },
  'targetIdentity/displayName': { column: 'l.target_name', kind: 'text' },
};

const operators = { eq: '=', gt: '>', ge: '>=', lt: '<', le: '<=' } as const;

/** Equality of a UUID is compared as one, so that an index serves it; everything else as text. */
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function compileComparison(filter: Extract<LogFilter, { kind: 'compare' }>, values: unknown[]): string {
  const { column, kind } = columns[filter.attribute];
  const place = (value: unknown): string => `$${values.push(value)}`;
  if (kind === 'time') {
    const time = new Date(filter.value);
    // A time that is none selects nothing; the API has refused it before.
    if (Number.isNaN(time.getTime()) || !(filter.operator in operators)) return 'false';
    return `${column} ${operators[filter.operator as keyof typeof operators]} ${place(time)}::timestamptz`;
  }
  let condition: string;
  if (filter.operator === 'contains') condition = `strpos(${column}::text, ${place(filter.value)}) > 0`;
  else if (filter.operator === 'startswith') condition = `starts_with(${column}::text, ${place(filter.value)})`;
  else if (kind === 'uuid' && filter.operator === 'eq') {
    condition = uuid.test(filter.value) ? `${column} = ${place(filter.value)}::uuid` : 'false';
  } else condition = `${column}::text ${operators[filter.operator]} ${place(filter.value)}`;
  if (kind !== 'application') return condition;
  return `exists (select 1 from application a where a.service_principal_id = l.service_principal_id and ${condition})`;
}

/** A checked filter as a condition over `provisioning_log l`; its values are appended. Comparison is case-sensitive, as in Graph. */
export function compileLogFilter(filter: LogFilter, values: unknown[]): string {
  if (filter.kind === 'compare') return compileComparison(filter, values);
  if (filter.operands.length === 0) return filter.kind === 'and' ? 'true' : 'false';
  return `(${filter.operands.map((operand) => compileLogFilter(operand, values)).join(` ${filter.kind} `)})`;
}
