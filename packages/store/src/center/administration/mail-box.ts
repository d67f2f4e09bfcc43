import type { KeptMail, MailBox } from '@joinery/graph-api/ports';
import type { Database } from '../../database.ts';
import { isUuid } from './values.ts';

/** The outbox, as the sender of mails uses it. */
export interface Outbox extends MailBox {
  get(id: string): Promise<KeptMail | undefined>;
  /** Ids of mails that were not sent yet, oldest first, made after the time. */
  listUnsent(madeAfter: Date, limit: number): Promise<readonly string[]>;
  countUnsent(): Promise<number>;
  markSent(id: string, at: Date): Promise<void>;
  markFailed(id: string, error: string): Promise<void>;
  /** Calls back with the id of each mail that is added. Returns the unsubscriber. */
  subscribe(listener: (id: string) => void): Promise<() => Promise<void>>;
  deleteBefore(time: Date): Promise<number>;
}

interface MailRow {
  readonly id: string;
  readonly to_addresses: readonly string[];
  readonly subject: string;
  readonly body: string;
  readonly created_at: Date;
  readonly sent_at: Date | null;
  readonly attempts: number;
  readonly error: string | null;
}

const columns = 'id, to_addresses, subject, body, created_at, sent_at, attempts, error';

function toMail(row: MailRow): KeptMail {
  return {
    id: row.id,
    to: row.to_addresses,
    subject: row.subject,
    text: row.body,
    createdDateTime: row.created_at,
    sentDateTime: row.sent_at ?? undefined,
    attempts: row.attempts,
    error: row.error ?? undefined,
  };
}

/** The table `mail` that the engine writes in the transactions that cause notifications. */
export function createOutbox(database: Database): Outbox {
  return {
    async list({ top, skipToken }) {
      const after = parseToken(skipToken);
      const rows = await database.query<MailRow>({
        text: `select ${columns} from mail
                where $1::uuid is null or (created_at, id) < ((select created_at from mail where id = $1), $1)
                order by created_at desc, id desc limit $2`,
        values: [after ?? null, top + 1],
      });
      const mails = rows.slice(0, top).map(toMail);
      return { mails, next: rows.length > top ? mails.at(-1)?.id : undefined };
    },

    async get(id) {
      const [row] = await database.query<MailRow>({ text: `select ${columns} from mail where id = $1`, values: [id] });
      return row && toMail(row);
    },

    async listUnsent(madeAfter, limit) {
      const rows = await database.query<{ id: string }>({
        text: `select id from mail where sent_at is null and created_at > $1 order by created_at, id limit $2`,
        values: [madeAfter, limit],
      });
      return rows.map(({ id }) => id);
    },

    async countUnsent() {
      const [row] = await database.query<{ count: bigint }>({
        text: 'select count(*) from mail where sent_at is null',
      });
      return Number(row?.count ?? 0n);
    },

    async markSent(id, at) {
      await database.query({
        text: 'update mail set sent_at = $2, attempts = attempts + 1, error = null where id = $1',
        values: [id, at],
      });
    },

    async markFailed(id, error) {
      await database.query({
        text: 'update mail set attempts = attempts + 1, error = $2 where id = $1',
        values: [id, error],
      });
    },

    subscribe: (listener) => database.listen('mail_added', listener),

    async deleteBefore(time) {
      const rows = await database.query({ text: 'delete from mail where created_at < $1 returning 1', values: [time] });
      return rows.length;
    },
  };
}

function parseToken(skipToken: string | undefined): string | undefined {
  return skipToken !== undefined && isUuid(skipToken) ? skipToken : undefined;
}
