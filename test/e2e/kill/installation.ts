import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openEmbedded, type EmbeddedServer } from '@joinery/store';
import { administrator, startWorkspace, type Half } from '../halves.ts';
import { freePort, ready, startJoinery, temporaryFolder, type JoineryProcess } from '../processes.ts';

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
  /** SIGKILL. `chance` in [0, 1) chooses between several of a kind. */
  kill(victim: Victim, chance: number): Promise<void>;
  /** Processes that ended without being killed, after they had been ready, with the end of what they printed. */
  readonly endedByThemselves: readonly string[];
}

const restartMs = 200;
const saidCharacters = 2_000;

async function keepRunning(
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  endedByThemselves: string[],
): Promise<Kept> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let isEnding = false;
  let killed: JoineryProcess | undefined;
  let current: JoineryProcess;

  function launch(): JoineryProcess {
    const started = startJoinery(['center', '--port', String(port), '--public-url', url, ...args], { ...env });
    let wasReady = false;
    void ready(url, started).then(
      () => (wasReady = true),
      // It ended while it started, as it does without a database; the next one is started below.
      () => {},
    );
    void started.ended.then(async (code) => {
      if (isEnding) return;
      if (wasReady && killed !== started)
        endedByThemselves.push(`${name} (${code}): ${started.stderr().slice(-saidCharacters)}`);
      await new Promise((next) => setTimeout(next, restartMs));
      if (!isEnding) current = launch();
    });
    return started;
  }

  current = launch();
  await ready(url, current);
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

export async function startInstallation(): Promise<Installation> {
  const stack = new AsyncDisposableStack();
  const endedByThemselves: string[] = [];
  try {
    const folder = stack.use(await temporaryFolder());
    const server: EmbeddedServer = await openEmbedded({ directory: folder.path, name: 'center' });
    stack.defer(() => server.stop());
    await (await server.database('killed')).close();
    const databaseUrl = new URL(server.url);
    databaseUrl.pathname = '/killed';
    const workspace = stack.use(await startWorkspace(['--data', folder.path]));
    const args = ['--database', databaseUrl.href, '--allow-target', `127.0.0.1:${workspace.port}`];
    const env = {
      JOINERY_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
      JOINERY_ADMIN_EMAIL: administrator.email,
      JOINERY_ADMIN_PASSWORD: administrator.password,
    };
    const start = async (name: string, role: string): Promise<Kept> =>
      stack.use(await keepRunning(name, [...args, '--role', role], env, endedByThemselves));
    const api = await start('api', 'api');
    const workers = [await start('worker 1', 'worker'), await start('worker 2', 'worker')];
    const kept = stack.move();
    return {
      apiUrl: api.url,
      workspace,
      endedByThemselves,
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
