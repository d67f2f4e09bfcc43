import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { connectDatabase, type Database } from './database.ts';
import { openEmbedded } from './embedded/supervisor.ts';
import { migrate, type StoreName } from './migrate.ts';
import { databaseName, type OpenStore } from './open-store.ts';

/**
 * A throw-away copy of an embedded store, for work that must leave no trace: what is written to it is gone after `stop`,
 * and the store itself is not changed. A folder without a store gives an empty one and stays as it is.
 * Throws what `openStore` throws.
 */
export async function openScratchCopy(options: {
  readonly directory: string;
  readonly name: StoreName;
}): Promise<OpenStore> {
  const { name } = options;
  const folder = join(resolve(options.directory), name);
  if (existsSync(join(folder, 'cluster')) || existsSync(join(folder, 'location')))
    return copyOf(options.directory, name);
  const temporary = await mkdtemp(join(tmpdir(), 'joinery-scratch-'));
  // Root's PostgreSQL runs as another user, who must pass through.
  await chmod(temporary, 0o711);
  const remove = (): Promise<void> => rm(temporary, { recursive: true, force: true, maxRetries: 5 });
  try {
    const server = await openEmbedded({ directory: temporary, name });
    const database = await server.database(databaseName);
    await migrate(database, name);
    return { database, stop: () => server.stop().then(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function copyOf(directory: string, name: StoreName): Promise<OpenStore> {
  const server = await openEmbedded({ directory, name });
  const copy = `${databaseName}_scratch_${process.pid}`;
  const maintenance = connectDatabase(server.url, { max: 1 });
  let database: Database | undefined;
  const stop = async (): Promise<void> => {
    await database?.close();
    await maintenance.query({ text: `drop database if exists ${copy} with (force)` });
    await maintenance.close();
    await server.stop();
  };
  try {
    // Copies that a killed process left behind.
    const left = await maintenance.query<{ datname: string }>({
      text: `select datname from pg_database where datname like $1`,
      values: [`${databaseName}\\_scratch\\_%`],
    });
    for (const { datname } of left)
      await maintenance.query({ text: `drop database if exists "${datname}" with (force)` });
    const [source] = await maintenance.query<{ datname: string }>({
      text: 'select datname from pg_database where datname = $1',
      values: [databaseName],
    });
    await maintenance.query({
      text: `create database ${copy}${source === undefined ? '' : ` template ${databaseName}`}`,
    });
    const url = new URL(server.url);
    url.pathname = `/${copy}`;
    database = connectDatabase(url.href);
    await migrate(database, name);
    return { database, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
