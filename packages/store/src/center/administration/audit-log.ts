import type { AuditEntry, AuditLog, AuditTarget } from '@joinery/graph-api/ports';
import type { Database } from '../../database.ts';
import { isUuid, toPosition } from './values.ts';

interface AuditRow {
  readonly sequence: bigint;
  readonly id: string;
  readonly at: Date;
  readonly activity: string;
  readonly category: string;
  readonly outcome: AuditEntry['outcome'];
  readonly reason: string;
  readonly initiated_by: AuditEntry['initiatedBy'];
  readonly targets: readonly AuditTarget[];
}

const columns = 'sequence, id, at, activity, category, outcome, reason, initiated_by, targets';

function toEntry(row: AuditRow): AuditEntry {
  return {
    id: row.id,
    at: row.at,
    activity: row.activity,
    category: row.category,
    outcome: row.outcome,
    reason: row.reason,
    initiatedBy: row.initiated_by,
    targets: row.targets,
  };
}

/** The audit log over PostgreSQL: rows are added and, after the time to keep them, removed; never changed. */
export function createAuditLog(database: Database): AuditLog {
  return {
    async append({ activity, category, outcome, reason, initiatedBy, targets }) {
      await database.query({
        text: `insert into directory_audit (activity, category, outcome, reason, initiated_by, targets, target_ids)
               values ($1, $2, $3, $4, $5, $6, $7)`,
        values: [
          activity,
          category,
          outcome,
          reason,
          JSON.stringify(initiatedBy),
          JSON.stringify(targets),
          targets.map(({ id }) => id),
        ],
      });
    },

    async list({ activity, category, targetId, from, to, top, skipToken }) {
      const rows = await database.query<AuditRow>({
        text: `select ${columns} from directory_audit
                where ($1::bigint is null or sequence < $1)
                  and ($2::text is null or activity = $2)
                  and ($3::text is null or category = $3)
                  and ($4::text is null or target_ids @> array[$4::text])
                  and ($5::timestamptz is null or at >= $5)
                  and ($6::timestamptz is null or at <= $6)
                order by sequence desc limit $7`,
        values: [
          toPosition(skipToken) ?? null,
          activity ?? null,
          category ?? null,
          targetId ?? null,
          from ?? null,
          to ?? null,
          top + 1,
        ],
      });
      const entries = rows.slice(0, top);
      const last = entries.at(-1);
      return {
        entries: entries.map(toEntry),
        next: rows.length > top && last !== undefined ? String(last.sequence) : undefined,
      };
    },

    async get(id) {
      if (!isUuid(id)) return undefined;
      const [row] = await database.query<AuditRow>({
        text: `select ${columns} from directory_audit where id = $1`,
        values: [id],
      });
      return row && toEntry(row);
    },

    async deleteBefore(time) {
      const rows = await database.query({
        text: 'delete from directory_audit where at < $1 returning 1',
        values: [time],
      });
      return rows.length;
    },
  };
}
