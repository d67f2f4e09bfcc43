/** A PostgreSQL server of the benchmark's own, with fsync on, and databases cloned from a migrated one. */
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectDatabase, migrate, openEmbedded, type StoreName } from '@joinery/store';

export interface BenchServer extends AsyncDisposable {
  /** `version()` without the compiler. */
  readonly version: string;
  /** URL of a new migrated database of a half. */
  newDatabase(half: StoreName): Promise<string>;
  /** A copy of a database, which nobody may be connected to. */
  copyDatabase(url: string): Promise<string>;
  /** CPU of all the server's processes so far, milliseconds, those that ended too; undefined where the system has no /proc. */
  cpuMs(): number | undefined;
}

interface ProcessTimes {
  readonly parent: number;
  readonly ownMs: number;
  /** Of children that ended and were waited for. */
  readonly childrenMs: number;
}

const msPerTick = 10;

function timesOf(pid: string): ProcessTimes | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [parent = 0, own = 0, ownSystem = 0, children = 0, childrenSystem = 0] = [1, 11, 12, 13, 14].map(
      (index) => fields[index] ?? 0,
    );
    return { parent, ownMs: (own + ownSystem) * msPerTick, childrenMs: (children + childrenSystem) * msPerTick };
  } catch {
    // The process ended in between.
    return undefined;
  }
}

function cpuOfTree(root: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  let sum = 0;
  for (const entry of readdirSync('/proc')) {
    const times = /^\d+$/.test(entry) ? timesOf(entry) : undefined;
    if (times === undefined) continue;
    if (Number(entry) === root) sum += times.ownMs + times.childrenMs;
    else if (times.parent === root) sum += times.ownMs;
  }
  return sum;
}

function withName(url: string, name: string): string {
  const made = new URL(url);
  made.pathname = `/${name}`;
  return made.toString();
}

async function statement<Row extends object>(url: string, text: string): Promise<readonly Row[]> {
  const database = connectDatabase(url, { max: 1 });
  try {
    return await database.query<Row>({ text });
  } finally {
    await database.close();
  }
}

export async function startPostgres(): Promise<BenchServer> {
  const directory = await mkdtemp(join(tmpdir(), 'joinery-bench-'));
  // Root's server runs as another user, who must pass through.
  await chmod(directory, 0o755);
  const server = await openEmbedded({ directory, name: 'workspace' });
  const [row] = await statement<{ version: string }>(server.url, `select split_part(version(), ' on ', 1) as version`);
  const [fsync] = await statement<{ fsync: string }>(server.url, `select current_setting('fsync') as fsync`);
  if (fsync?.fsync !== 'on') throw new Error('the server runs without fsync, so its figures mean nothing');
  const pid = await server.pid();
  const stop = async (): Promise<void> => {
    await server.stop();
    await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void stop().finally(() => process.exit(1)));
  }
  const newName = (): string => `bench_${randomBytes(5).toString('hex')}`;
  return {
    version: row?.version ?? 'PostgreSQL',
    async newDatabase(half) {
      const name = newName();
      await statement(server.url, `create database ${name}`);
      const url = withName(server.url, name);
      const database = connectDatabase(url, { max: 1 });
      await migrate(database, half).finally(() => database.close());
      return url;
    },
    async copyDatabase(url) {
      const name = newName();
      await statement(
        server.url,
        `create database ${name} template ${new URL(url).pathname.slice(1)} strategy file_copy`,
      );
      return withName(server.url, name);
    },
    cpuMs: () => (pid === undefined ? undefined : cpuOfTree(pid)),
    [Symbol.asyncDispose]: stop,
  };
}
