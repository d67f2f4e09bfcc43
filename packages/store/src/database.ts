import pg from 'pg';

// bigint and count(*) as JavaScript bigint: sequences and counters never lose digits.
pg.types.setTypeParser(pg.types.builtins.INT8, (text) => BigInt(text));

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
  /** LISTEN on a channel over a connection of its own that reconnects; returns the function that ends it. */
  listen(channel: string, listener: (payload: string) => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}
