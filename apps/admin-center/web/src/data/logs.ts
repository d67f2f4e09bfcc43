import type { ProvisioningLogEntry } from '@joinery/graph-api/contract';
import { queryOptions } from '@tanstack/react-query';
import { api } from './api.ts';
import { pagesOf, quoteText } from './collection.ts';
import { saveFile } from './files.ts';

export interface LogChoice {
  readonly search: string;
  /** `24h`, `7d`, `30d`, or '' for any time. */
  readonly date: string;
  readonly status: string;
  readonly action: string;
  readonly cycle: string;
  readonly servicePrincipalId: string | undefined;
}

const hours: ReadonlyMap<string, number> = new Map([
  ['24h', 24],
  ['7d', 168],
  ['30d', 720],
]);

/** Graph's `$filter` for the choices, undefined for none. */
export function logFilter(choice: LogChoice, now: number): string | undefined {
  const span = hours.get(choice.date);
  const clauses = [
    choice.servicePrincipalId === undefined ? '' : `servicePrincipal/id eq ${quoteText(choice.servicePrincipalId)}`,
    span === undefined ? '' : `activityDateTime ge ${new Date(now - span * 3_600_000).toISOString()}`,
    choice.status === '' ? '' : `provisioningStatusInfo/status eq ${quoteText(choice.status)}`,
    choice.action === '' ? '' : `provisioningAction eq ${quoteText(choice.action)}`,
    choice.cycle === '' ? '' : `cycleId eq ${quoteText(choice.cycle)}`,
    choice.search === '' ? '' : `startswith(sourceIdentity/displayName,${quoteText(choice.search)})`,
  ].filter((clause) => clause !== '');
  return clauses.length === 0 ? undefined : clauses.join(' and ');
}

export const logEntryQuery = (id: string) =>
  queryOptions({
    queryKey: ['log-entry', id],
    queryFn: () => api.get<ProvisioningLogEntry>(`/v1.0/auditLogs/provisioning/${id}`),
    staleTime: Number.POSITIVE_INFINITY,
  });

export type LogFormat = 'csv' | 'json';

const rowsMax = 10_000;
const rowsPerRequest = 500;

/** Saves the newest rows of a filter as a file of the reader's. */
export async function downloadLog(filter: string | undefined, format: LogFormat): Promise<void> {
  const load = pagesOf<ProvisioningLogEntry>('/v1.0/auditLogs/provisioning', { $filter: filter, $top: rowsPerRequest });
  const signal = new AbortController().signal;
  const rows: ProvisioningLogEntry[] = [];
  let cursor: string | undefined;
  do {
    const page = await load(cursor, signal);
    rows.push(...page.rows);
    cursor = page.next;
  } while (cursor !== undefined && rows.length < rowsMax);
  const text = format === 'json' ? JSON.stringify(rows, null, 2) : logCsv(rows);
  const type = format === 'json' ? 'application/json' : 'text/csv;charset=utf-8';
  saveFile(`provisioning-logs.${format}`, type, text);
}

const csvColumns: readonly (readonly [string, (entry: ProvisioningLogEntry) => string])[] = [
  ['id', (entry) => entry.id],
  ['activityDateTime', (entry) => entry.activityDateTime],
  ['provisioningAction', (entry) => entry.provisioningAction],
  ['status', (entry) => entry.provisioningStatusInfo.status],
  ['identity', (entry) => entry.sourceIdentity.displayName],
  ['identityType', (entry) => entry.sourceIdentity.identityType],
  ['sourceId', (entry) => entry.sourceIdentity.id],
  ['targetId', (entry) => entry.targetIdentity.id],
  ['application', (entry) => entry.servicePrincipal.displayName],
  ['errorCode', (entry) => entry.provisioningStatusInfo.errorInformation?.errorCode ?? ''],
  ['reason', (entry) => entry.provisioningStatusInfo.errorInformation?.reason ?? ''],
  ['cycleId', (entry) => entry.cycleId],
  ['changeId', (entry) => entry.changeId],
  ['jobId', (entry) => entry.jobId],
  ['durationInMilliseconds', (entry) => String(entry.durationInMilliseconds)],
];

/**
 * RFC 4180, with a mark for spreadsheets that they read UTF-8. A value that a spreadsheet would run as a formula gets an
 * apostrophe in front (OWASP, CSV injection).
 */
export function logCsv(rows: readonly ProvisioningLogEntry[]): string {
  const lines = rows.map((entry) => csvColumns.map(([, value]) => csvField(value(entry))).join(','));
  return `\uFEFF${[csvColumns.map(([name]) => name).join(','), ...lines].join('\r\n')}\r\n`;
}

function csvField(value: string): string {
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
