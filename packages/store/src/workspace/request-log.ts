import { brandId, type CredentialId, type TenantId } from '@joinery/base';
import type { RequestLog, RequestLogEntry } from '@joinery/service-provider/ports';
import type { Database } from '../database.ts';
import { createBatch } from './batch.ts';
import { dropOldPartitions, ensurePartitions } from './partitions.ts';

/** Which entries a list has; what is left out does not matter. */
export interface RequestFilter {
  readonly method?: string | undefined;
  /** Of one of these credentials. */
  readonly credentialIds?: readonly string[] | undefined;
  readonly status?: { readonly from: number; readonly to: number } | undefined;
  readonly since?: Date | undefined;
  /** Before this time. */
  readonly until?: Date | undefined;
}

/** The log with the filters of a console; a filter that few entries pass reads on until a page is full. */
export interface WorkspaceRequestLog extends RequestLog {
  list(tenantId: TenantId, page: Parameters<RequestLog['list']>[1] & RequestFilter): ReturnType<RequestLog['list']>;
}

export interface BatchedRequestLog extends WorkspaceRequestLog {
  flush(): Promise<void>;
}

interface WaitingEntry {
  readonly tenantId: TenantId;
  readonly entry: RequestLogEntry;
}

interface LogRow {
  readonly id: bigint;
  readonly at: Date;
  readonly request_id: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly duration_ms: number;
  readonly credential_id: string | null;
  readonly error_code: string | null;
  readonly error_detail: string | null;
  readonly tolerated: readonly string[];
  readonly operations: NonNullable<RequestLogEntry['operations']> | null;
}

const keptDays = 30;
const limitMax = 1_000;
const dayMs = 86_400_000;
const textMax = 4_000;

/** NUL cannot be stored; a path or message may hold anything a client sent. */
function storable(text: string): string {
  return text.replaceAll('\0', '\u{fffd}').toWellFormed().slice(0, textMax);
}

function toJson({ tenantId, entry }: WaitingEntry): Record<string, unknown> {
  return {
    tenant_id: tenantId,
    at: entry.at.toISOString(),
    request_id: storable(entry.requestId),
    method: storable(entry.method),
    path: storable(entry.path),
    status: entry.status,
    duration_ms: entry.durationMs,
    credential_id: entry.credentialId ?? null,
    error_code: entry.errorCode ?? null,
    error_detail: entry.errorDetail === undefined ? null : storable(entry.errorDetail),
    tolerated: entry.tolerated.map(storable),
    operations: entry.operations?.map(({ path, ...rest }) => ({ ...rest, path: storable(path) })) ?? null,
  };
}

function toEntry(row: LogRow): RequestLogEntry & { readonly id: string } {
  return {
    id: `${row.at.getTime()}-${row.id}`,
    at: row.at,
    requestId: row.request_id,
    method: row.method,
    path: row.path,
    status: row.status,
    durationMs: row.duration_ms,
    credentialId: row.credential_id === null ? undefined : brandId<CredentialId>(row.credential_id),
    errorCode: row.error_code ?? undefined,
    errorDetail: row.error_detail ?? undefined,
    tolerated: row.tolerated,
    ...(row.operations === null ? {} : { operations: row.operations }),
  };
}

/** Where a page ends: time and number of its last entry. */
function readPosition(text: string | undefined): { at: Date; id: string } | undefined {
  const match = /^(\d{1,15})-(\d{1,18})$/.exec(text ?? '');
  return match === null ? undefined : { at: new Date(Number(match[1])), id: match[2] ?? '0' };
}

export function createRequestLog(database: Database): BatchedRequestLog {
  let maintainedDay = -1;

  /** Partitions for the days of the entries and the next two; once a day the ones past their time are dropped. */
  async function maintain(entries: readonly WaitingEntry[]): Promise<void> {
    const days = new Set(entries.map(({ entry }) => Math.floor(entry.at.getTime() / dayMs)));
    const newest = Math.max(...days);
    await ensurePartitions(database, 'request_log', [...days, newest + 1, newest + 2]);
    if (newest <= maintainedDay) return;
    maintainedDay = newest;
    await dropOldPartitions(database, 'request_log', newest - keptDays);
  }

  const batch = createBatch<WaitingEntry>(async (entries) => {
    await maintain(entries);
    await database.query({
      name: 'workspace-log-requests',
      text: `insert into request_log (tenant_id, at, request_id, method, path, status, duration_ms, credential_id,
          error_code, error_detail, tolerated, operations)
        select e.tenant_id, e.at, e.request_id, e.method, e.path, e.status, e.duration_ms, e.credential_id,
          e.error_code, e.error_detail, e.tolerated, e.operations
        from jsonb_to_recordset($1::jsonb) as e (tenant_id uuid, at timestamptz, request_id text, method text, path text,
          status smallint, duration_ms real, credential_id uuid, error_code text, error_detail text, tolerated text[], operations jsonb)`,
      values: [JSON.stringify(entries.map(toJson))],
    });
  });

  return {
    append: (tenantId, entry) => batch.add({ tenantId, entry }),
    async list(tenantId, page) {
      const position = readPosition(page.before);
      const limit = Math.min(Math.max(page.limit, 1), limitMax);
      const { method, credentialIds, status, since, until } = page;
      const rows = await database.query<LogRow>({
        name: `workspace-list-requests${page.failedOnly ? '-failed' : ''}`,
        text: `select l.id, l.at, l.request_id, l.method, l.path, l.status, l.duration_ms, l.credential_id, l.error_code,
            l.error_detail, l.tolerated, l.operations
          from request_log l
          where l.tenant_id = $1 and (l.at, l.id) < (coalesce($2, 'infinity'::timestamptz), coalesce($3::bigint, 0))
            ${page.failedOnly ? 'and l.status >= 400' : ''}
            and ($5::text is null or l.method = $5) and ($6::uuid[] is null or l.credential_id = any($6))
            and l.status between $7 and $8
            and l.at >= coalesce($9, '-infinity'::timestamptz) and l.at < coalesce($10, 'infinity'::timestamptz)
          order by l.at desc, l.id desc
          limit $4`,
        values: [
          tenantId,
          position?.at ?? null,
          position?.id ?? null,
          limit + 1,
          method ?? null,
          credentialIds ?? null,
          status?.from ?? 0,
          status?.to ?? 999,
          since ?? null,
          until ?? null,
        ],
      });
      const entries = rows.slice(0, limit).map(toEntry);
      return { entries, next: rows.length > limit ? entries.at(-1)?.id : undefined };
    },
    flush: () => batch.flush(),
  };
}
