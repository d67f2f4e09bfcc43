import pg from 'pg';
import { StoreError, translateError } from './errors.ts';
import { openListener } from './listener.ts';

export interface Statement {
  readonly text: string;
  readonly values?: readonly unknown[];
  /** Named statements are prepared once per connection: for the hot paths, with constant text only. */
  readonly name?: string;
}

/** One connection, inside or outside a transaction. */
export interface Session {
  query<Row extends object>(statement: Statement): Promise<readonly Row[]>;
}

/** A pool of connections to one PostgreSQL database. `query` takes any free connection. */
export interface Database extends Session {
  readonly url: string;
  /** Runs `work` in one transaction (READ COMMITTED); rolls back when it throws. Never nested. */
  transaction<T>(work: (session: Session) => Promise<T>): Promise<T>;
  /**
   * LISTEN on a channel over a connection of its own that reconnects; returns the function that ends it. After a
   * reconnection the listener gets one empty payload, since notifications may have been missed.
   */
  listen(channel: string, listener: (payload: string) => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** Connections of the pool at most; default 10. */
  readonly max?: number;
  /** Server settings of every connection, by name. */
  readonly settings?: Readonly<Record<string, string>>;
}

const connectTimeoutMs = 10_000;
const idleTimeoutMs = 30_000;
const statementTimeoutMs = 120_000;
const idleInTransactionTimeoutMs = 60_000;
const poolMax = 10;

/** bigint and count(*) as JavaScript bigint: sequences and counters never lose digits. Local, so that other users of pg keep their own. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === pg.types.builtins.INT8 && format !== 'binary'
      ? BigInt
      : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
};

/** `user@host:port/database`, without the password: for messages. */
export function describeUrl(url: string): string {
  try {
    const parsed = new URL(url);
    return `${parsed.hostname}:${parsed.port === '' ? '5432' : parsed.port}${parsed.pathname}`;
  } catch {
    return 'the configured address';
  }
}

/** The startup parameter `options`: spaces and backslashes of a value are escaped. */
function printSettings(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value.replaceAll(/[\\ ]/g, '\\$&')}`)
    .join(' ');
}

function toConfig({ text, values, name }: Statement): pg.QueryConfig {
  return {
    text,
    ...(values === undefined ? {} : { values: values as unknown[] }),
    ...(name === undefined ? {} : { name }),
  };
}

/** A text of several statements answers with the rows of the last. */
function rowsOf<Row>(result: pg.QueryResult | pg.QueryResult[]): readonly Row[] {
  const last = Array.isArray(result) ? result.at(-1) : result;
  return (last?.rows ?? []) as readonly Row[];
}

function checkUrl(url: string): void {
  if (/^postgres(ql)?:\/\//.test(url) && URL.canParse(url)) return;
  throw new StoreError({
    code: 'store.unavailable',
    message: 'The database URL is not of the form postgresql://USER:PASSWORD@HOST:PORT/DATABASE.',
    retry: 'after-change',
  });
}

/**
 * Opens a pool over `url`; connections are made when needed, so an unreachable server shows at the first query.
 * Throws `store.unavailable`, `store.authentication_failed`, `store.database_missing`; errors of a statement stay
 * the driver's own, with their SQLSTATE in `code`.
 */
export function connectDatabase(url: string, options: DatabaseOptions = {}): Database {
  checkUrl(url);
  const place = describeUrl(url);
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max ?? poolMax,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: idleTimeoutMs,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: idleInTransactionTimeoutMs,
    keepAlive: true,
    ...(options.settings === undefined ? {} : { options: printSettings(options.settings) }),
    fallback_application_name: 'joinery',
    types,
  });
  // A connection that breaks while idle is dropped by the pool; one that breaks in use fails its query, which reports it.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));

  const listeners = new Set<() => Promise<void>>();
  let closed: Promise<void> | undefined;

  async function run<Row>(client: pg.Pool | pg.ClientBase, statement: Statement): Promise<readonly Row[]> {
    try {
      return rowsOf<Row>(await client.query(toConfig(statement)));
    } catch (error) {
      throw translateError(error, place);
    }
  }

  async function transaction<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const client = await pool.connect().catch((error: unknown) => {
      throw translateError(error, place);
    });
    let broken = false;
    try {
      await run(client, { text: 'begin' });
      const result = await work({ query: (statement) => run(client, statement) });
      await run(client, { text: 'commit' });
      return result;
    } catch (error) {
      // The first error is the one to report; a connection that cannot roll back is thrown away.
      await client.query('rollback').catch(() => {
        broken = true;
      });
      throw error;
    } finally {
      client.release(broken);
    }
  }

  return {
    url,
    query: (statement) => run(pool, statement),
    transaction,
    async listen(channel, listener) {
      const end = await openListener({ connectionString: url, keepAlive: true }, place, channel, listener);
      const endOnce = async (): Promise<void> => {
        if (listeners.delete(endOnce)) await end();
      };
      listeners.add(endOnce);
      return endOnce;
    },
    close() {
      closed ??= Promise.all([...listeners].map((end) => end())).then(() => pool.end());
      return closed;
    },
  };
}
