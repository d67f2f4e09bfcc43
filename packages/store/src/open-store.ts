import { connectDatabase, describeUrl, type Database } from './database.ts';
import { openEmbedded, type EmbeddedServer } from './embedded/supervisor.ts';
import { StoreError } from './errors.ts';
import { migrate, type StoreName } from './migrate.ts';

export interface StoreOptions {
  readonly name: StoreName;
  /** The operator's data folder, for the embedded server. Exactly one of `directory` and `databaseUrl`. */
  readonly directory?: string;
  /** A PostgreSQL server, version 15 or newer; any number of processes may share it. */
  readonly databaseUrl?: string;
  /** With `directory`: use the server that runs there already, see `EmbeddedOptions.attach`. */
  readonly attach?: boolean;
  /** Connections of the pool at most. */
  readonly max?: number;
  readonly onNotice?: (message: string) => void;
}

export interface OpenStore {
  readonly database: Database;
  /** Closes the database; stops the embedded server when this process owns it. */
  stop(): Promise<void>;
}

/**
 * Settings of every connection to a half's database. The workspace's statements are prepared while its tables are empty, when
 * a full scan looks cheapest, and such a plan would be kept while the tables grow, until statistics are collected next.
 * All its statements have an index, so full scans are taken only where nothing else is possible.
 */
export const sessionSettings: Readonly<Record<StoreName, Readonly<Record<string, string>>>> = {
  center: { jit: 'off' },
  workspace: { jit: 'off', enable_seqscan: 'off' },
};

const oldestVersion = 15;
export const databaseName = 'joinery';

/**
 * Opens the database of one half and brings its schema to this program's version. Throws `StoreError`: those of
 * `openEmbedded`, `connectDatabase` and `migrate`, and `store.version_unsupported`.
 */
export async function openStore(options: StoreOptions): Promise<OpenStore> {
  const settings = sessionSettings[options.name];
  const poolOptions = { settings, ...(options.max === undefined ? {} : { max: options.max }) };
  let server: EmbeddedServer | undefined;
  let database: Database;
  if (options.databaseUrl !== undefined) {
    database = connectDatabase(options.databaseUrl, poolOptions);
  } else if (options.directory !== undefined) {
    const { directory, name, attach, onNotice } = options;
    server = await openEmbedded({
      directory,
      name,
      ...(attach === undefined ? {} : { attach }),
      ...(onNotice === undefined ? {} : { onNotice }),
    });
    database = await server.database(databaseName, poolOptions);
  } else {
    throw new Error('invariant broken: openStore needs a directory or a database URL');
  }
  const stop = async (): Promise<void> => {
    await database.close();
    await server?.stop();
  };
  try {
    await checkVersion(database);
    await migrate(database, options.name);
  } catch (error) {
    await stop();
    throw error;
  }
  return { database, stop };
}

async function checkVersion(database: Database): Promise<void> {
  const [row] = await database.query<{ version: number; text: string }>({
    text: `select current_setting('server_version_num')::int / 10000 as version, current_setting('server_version') as text`,
  });
  if (row !== undefined && row.version >= oldestVersion) return;
  throw new StoreError({
    code: 'store.version_unsupported',
    message: `The server at ${describeUrl(database.url)} is PostgreSQL ${row?.text ?? 'of unknown version'}; version ${oldestVersion} or newer is needed.`,
    retry: 'after-change',
  });
}
