import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { importSource, systemClock } from '@joinery/admin-center';
import { createCsvSource } from '@joinery/connector-csv';
import { openEmbedded, type EmbeddedServer } from '@joinery/store';
import { createCenterStore } from '@joinery/store/center';
import { administrator, startWorkspace, type Half } from '../halves.ts';
import { freePort, startJoinery, temporaryFolder, until, type JoineryProcess } from '../processes.ts';

/** A process of the admin center that is started again whenever it ends, as a service manager does. */
interface Kept extends AsyncDisposable {
  readonly url: string;
  kill9(): Promise<void>;
}

/** What can be killed. `backend` is one connection's process of PostgreSQL: the others end with it. */
export const victims = ['api', 'worker', 'database', 'backend', 'workspace database'] as const;
export type Victim = (typeof victims)[number];

/** An admin center as three processes on a PostgreSQL server, and a workspace with its own. */
export interface Installation extends AsyncDisposable {
  readonly apiUrl: string;
  readonly workspace: Half;
  /** Brings the users and groups of CSV files into the center's directory. */
  importFiles(users: string, groups: string): Promise<void>;
  /** SIGKILL. `chance` in [0, 1) chooses between several of a kind. */
  kill(victim: Victim, chance: number): Promise<void>;
  /** Processes that ended without being killed, after they had been ready, with the end of what they printed. */
  readonly endedByThemselves: readonly string[];
  /** Rejects when a process can't be started any more. */
  readonly failed: Promise<never>;
}

const databaseName = 'killed';
const secretKey = Buffer.alloc(32, 7);
const restartMs = 200;
/** In a row: without a database for a while, a process fails to start a few times. */
const failedStartsMax = 30;
const saidCharacters = 2_000;

/** False: the process ended before it was ready, as it does without a database. */
async function becomesReady(url: string, { child }: JoineryProcess): Promise<boolean> {
  while (child.exitCode === null && child.signalCode === null) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.ok === true) return true;
    await new Promise((next) => setTimeout(next, restartMs));
  }
  return false;
}

async function keepRunning(
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  watch: { readonly ended: (said: string) => void; readonly failed: (error: Error) => void },
): Promise<Kept> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let isEnding = false;
  let failedStarts = 0;
  let killed: JoineryProcess | undefined;
  let current = launch();

  function launch(): JoineryProcess {
    const started = startJoinery(['center', '--port', String(port), '--public-url', url, ...args], { ...env });
    const readiness = becomesReady(url, started);
    void started.ended.then(async (code) => {
      if (isEnding) return;
      const said = `${name} (${code}): ${started.stderr().slice(-saidCharacters)}`;
      const isReady = await readiness;
      failedStarts = isReady || killed === started ? 0 : failedStarts + 1;
      if (isReady && killed !== started) watch.ended(said);
      if (failedStarts > failedStartsMax) return watch.failed(new Error(`a process does not start: ${said}`));
      await new Promise((next) => setTimeout(next, restartMs));
      if (!isEnding) current = launch();
    });
    return started;
  }

  await until(`${name} to be ready`, async () => (await fetch(`${url}/readyz`)).ok || undefined, 120_000);
  return {
    url,
    async kill9() {
      killed = current;
      await current.kill9();
    },
    async [Symbol.asyncDispose]() {
      isEnding = true;
      await current[Symbol.asyncDispose]();
    },
  };
}

async function childrenOf(pid: number): Promise<readonly number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return text.split(' ').map(Number).filter(Boolean);
}

function killPid(pid: number | undefined): void {
  try {
    if (pid !== undefined && pid > 1) process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone already, killed shortly before.
  }
}

/** The server itself, or where the system tells (Linux) one of its children. */
async function killPostgres(pid: number | undefined, chance: number | undefined): Promise<void> {
  if (pid === undefined) return;
  const children = chance === undefined ? [] : await childrenOf(pid);
  killPid(children[Math.floor((chance ?? 0) * children.length)] ?? pid);
}

async function pidIn(folder: string): Promise<number | undefined> {
  const text = await readFile(join(folder, 'cluster', 'data', 'postmaster.pid'), 'utf8').catch(() => '');
  return Number(text.split('\n')[0]) || undefined;
}

async function importFiles(
  server: EmbeddedServer,
  folder: string,
  texts: { readonly users: string; readonly groups: string },
): Promise<void> {
  const files = { users: join(folder, 'users.csv'), groups: join(folder, 'groups.csv') };
  await writeFile(files.users, texts.users);
  await writeFile(files.groups, texts.groups);
  const database = await server.database(databaseName);
  const source = createCsvSource(files);
  try {
    const store = createCenterStore(database, { secretKey, clock: systemClock, newId: randomUUID });
    const { rejectedCount } = await importSource(source, store.imports, { source: 'csv', departures: false });
    if (rejectedCount > 0) throw new Error(`${rejectedCount} rows were rejected`);
  } finally {
    await source.close();
    await database.close();
  }
}

export async function startInstallation(): Promise<Installation> {
  const stack = new AsyncDisposableStack();
  const endedByThemselves: string[] = [];
  const { promise: failed, reject } = Promise.withResolvers<never>();
  failed.catch(() => {});
  const watch = { ended: (said: string) => void endedByThemselves.push(said), failed: reject };
  try {
    const folder = stack.use(await temporaryFolder());
    const server: EmbeddedServer = await openEmbedded({ directory: folder.path, name: 'center' });
    stack.defer(() => server.stop());
    await (await server.database(databaseName)).close();
    const databaseUrl = new URL(server.url);
    databaseUrl.pathname = `/${databaseName}`;
    const workspace = stack.use(await startWorkspace(['--data', folder.path]));
    const args = ['--database', databaseUrl.href, '--allow-target', `127.0.0.1:${workspace.port}`];
    const env = {
      JOINERY_SECRET_KEY: secretKey.toString('base64'),
      JOINERY_ADMIN_EMAIL: administrator.email,
      JOINERY_ADMIN_PASSWORD: administrator.password,
    };
    const start = async (name: string, role: string): Promise<Kept> =>
      stack.use(await keepRunning(name, [...args, '--role', role], env, watch));
    const api = await start('api', 'api');
    const workers = [await start('worker 1', 'worker'), await start('worker 2', 'worker')];
    const kept = stack.move();
    return {
      apiUrl: api.url,
      workspace,
      endedByThemselves,
      failed,
      importFiles: (users, groups) => importFiles(server, folder.path, { users, groups }),
      async kill(victim, chance) {
        if (victim === 'api') await api.kill9();
        else if (victim === 'worker') await workers[Math.floor(chance * workers.length)]?.kill9();
        else if (victim === 'workspace database')
          await killPostgres(await pidIn(join(folder.path, 'workspace')), undefined);
        else await killPostgres(await server.pid(), victim === 'backend' ? chance : undefined);
      },
      [Symbol.asyncDispose]: () => kept.disposeAsync(),
    };
  } finally {
    await stack.disposeAsync();
  }
}
