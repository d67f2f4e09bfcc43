import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, chown, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbedded, type EmbeddedServer } from '@joinery/store';

export const isRoot = process.getuid?.() === 0;
export const nobody = 65_534;

export interface TestFolder extends AsyncDisposable {
  readonly path: string;
  /** Runs before the folder is removed. */
  defer(work: () => Promise<unknown>): void;
}

/** A data folder in the temp folder that any user may enter, unless `isClosed`. */
export async function aFolder(options: { owner?: number; isClosed?: boolean } = {}): Promise<TestFolder> {
  const path = await mkdtemp(join(tmpdir(), 'joinery-embedded-'));
  await chmod(path, options.isClosed === true ? 0o700 : 0o755);
  if (options.owner !== undefined) await chown(path, options.owner, options.owner);
  const deferred: (() => Promise<unknown>)[] = [];
  return {
    path,
    defer: (work) => void deferred.push(work),
    async [Symbol.asyncDispose]() {
      for (const work of deferred.toReversed()) await work().catch(() => {});
      await stopLeftOver(path);
      await rm(path, { recursive: true, force: true });
    },
  };
}

async function stopLeftOver(directory: string): Promise<void> {
  const pid = await postmasterPid(directory);
  if (pid === undefined) return;
  try {
    process.kill(pid, 'SIGQUIT');
  } catch {
    // Ended already.
  }
}

export async function postmasterPid(
  directory: string,
  home = join(directory, 'workspace'),
): Promise<number | undefined> {
  const text = await readFile(join(home, 'cluster', 'data', 'postmaster.pid'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : Number(text.split('\n')[0]);
}

export async function open(folder: TestFolder, options: { attach?: boolean } = {}): Promise<EmbeddedServer> {
  const server = await openEmbedded({ directory: folder.path, name: 'workspace', ...options });
  folder.defer(() => server.stop());
  return server;
}

export interface Owner {
  readonly child: ChildProcess;
  /** The next line that begins with the word, without it; lines before it are passed over. Fails when the process ends. */
  next(word: string): Promise<string>;
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts `owner.ts` on the folder. */
export function spawnOwner(folder: TestFolder, options: { uid?: number; attach?: boolean } = {}): Owner {
  const script = join(import.meta.dirname, 'owner.ts');
  const args = [
    '--disable-warning=ExperimentalWarning',
    script,
    folder.path,
    ...(options.attach === true ? ['attach'] : []),
  ];
  const child = spawn(process.execPath, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
  });
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  folder.defer(kill);
  return {
    child,
    async next(word) {
      for (;;) {
        const { value, done } = await lines.next();
        if (done === true) throw new Error(`the process ended before it printed "${word}"`);
        if (value.startsWith(`${word} `) || value === word) return value.slice(word.length + 1);
        if (value.startsWith('failed ')) throw new Error(value);
      }
    },
    kill,
    async stop() {
      child.stdin!.write('stop\n');
      await ended;
    },
  };
}

export async function numbersIn(server: EmbeddedServer): Promise<number> {
  const database = await server.database('numbers');
  try {
    const [row] = await database.query<{ count: bigint }>({ text: 'select count(*) from number' });
    return Number(row?.count);
  } finally {
    await database.close();
  }
}
