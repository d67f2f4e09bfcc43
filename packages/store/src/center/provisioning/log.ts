import { brandId, type CycleId, type JobId, type ObjectId } from '@joinery/base';
import type { Exchange } from '@joinery/connector-kit/ports';
import type { ProvisioningLog, ProvisioningLogEntry } from '@joinery/provisioning/ports';
import type { StoreContext } from './context.ts';
import { compileLogFilter } from './log-filter.ts';

interface LogRow {
  readonly at: Date;
  readonly id: string;
  readonly job_id: string;
  readonly cycle_id: string | null;
  readonly change_id: string;
  readonly service_principal_id: string;
  readonly action: ProvisioningLogEntry['action'];
  readonly outcome: ProvisioningLogEntry['outcome'];
  readonly duration_ms: number;
  readonly source_id: string;
  readonly source_name: string;
  readonly source_type: ProvisioningLogEntry['source']['type'];
  readonly target_id: string;
  readonly target_name: string;
  readonly target_type: string;
  readonly reason: string;
  readonly error: NonNullable<ProvisioningLogEntry['error']> | null;
  readonly steps: ProvisioningLogEntry['steps'];
  readonly modified_properties: ProvisioningLogEntry['modifiedProperties'];
}

/** All but the exchanges, which are long. */
const columns = `at, id, job_id, cycle_id, change_id, service_principal_id, action, outcome, duration_ms, source_id,
  source_name, source_type, target_id, target_name, target_type, reason, error, steps, modified_properties`;

/** JSON has no undefined: what an exchange lacks is not there. */
type StoredExchange = Omit<Exchange, 'requestBody' | 'status' | 'responseBody' | 'failure'> &
  Partial<Pick<Exchange, 'requestBody' | 'status' | 'responseBody' | 'failure'>>;

function toExchange(stored: StoredExchange): Exchange {
  const { requestBody, status, responseBody, failure, ...rest } = stored;
  return { ...rest, requestBody, status, responseBody, failure };
}

function toEntry(row: LogRow): ProvisioningLogEntry {
  return {
    id: row.id,
    at: row.at,
    jobId: brandId<JobId>(row.job_id),
    cycleId: row.cycle_id === null ? undefined : brandId<CycleId>(row.cycle_id),
    changeId: row.change_id,
    servicePrincipalId: brandId<ObjectId>(row.service_principal_id),
    action: row.action,
    outcome: row.outcome,
    durationMs: row.duration_ms,
    source: { id: row.source_id, displayName: row.source_name, type: row.source_type },
    target: { id: row.target_id, displayName: row.target_name, type: row.target_type },
    reason: row.reason,
    error: row.error ?? undefined,
    steps: row.steps,
    modifiedProperties: row.modified_properties,
  };
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const token = /^(\d{1,15})\.([0-9a-f-]{36})$/;

/** Where a page ended: the time in milliseconds and the id of its last row. */
function parseToken(text: string | undefined): { readonly at: Date; readonly id: string } | undefined {
  const found = text === undefined ? null : token.exec(text);
  return found?.[1] === undefined || found[2] === undefined
    ? undefined
    : { at: new Date(Number(found[1])), id: found[2] };
}

export function createProvisioningLog({ database }: StoreContext): ProvisioningLog {
  return {
    async list({ filter, descending, top, skipToken }) {
      const values: unknown[] = [top + 1];
      const conditions: string[] = [];
      if (filter !== undefined) conditions.push(compileLogFilter(filter, values));
      const after = parseToken(skipToken);
      if (after !== undefined) {
        values.push(after.at, after.id);
        const places = `($${values.length - 1}::timestamptz, $${values.length}::uuid)`;
        conditions.push(`(l.at, l.id) ${descending ? '<' : '>'} ${places}`);
      }
      const order = descending ? 'desc' : 'asc';
      const rows = await database.query<LogRow>({
        text: `select ${columns} from provisioning_log l
          ${conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`}
          order by l.at ${order}, l.id ${order} limit $1`,
        values,
      });
      const entries = rows.slice(0, top).map(toEntry);
      const last = entries.at(-1);
      const next = rows.length > top && last !== undefined ? `${last.at.getTime()}.${last.id}` : undefined;
      return { entries, next };
    },
    async get(id) {
      if (!uuid.test(id)) return undefined;
      const [row] = await database.query<LogRow>({
        text: `select ${columns} from provisioning_log where id = $1 limit 1`,
        values: [id],
      });
      return row && toEntry(row);
    },
    async listExchanges(id) {
      if (!uuid.test(id)) return undefined;
      const [row] = await database.query<{ exchanges: readonly StoredExchange[] | null }>({
        text: 'select exchanges from provisioning_log where id = $1 limit 1',
        values: [id],
      });
      return row && (row.exchanges ?? []).map(toExchange);
    },
  };
}
