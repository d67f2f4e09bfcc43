/** Processes of a benchmark: what is measured runs in a process of its own, started here and asked over IPC. */
import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

export interface Usage {
  /** User and system time of the process so far, milliseconds. */
  readonly cpuMs: number;
  readonly rssBytes: number;
}

export function ownUsage(): Usage {
  const { user, system } = process.cpuUsage();
  return { cpuMs: (user + system) / 1000, rssBytes: process.memoryUsage.rss() };
}

export interface Program<Ready> extends AsyncDisposable {
  /** What the program said when it was ready. */
  readonly ready: Ready;
  readonly pid: number;
  usage(): Promise<Usage>;
  /** Asks the program to do something that it knows by name. */
  ask<Answer>(name: string, argument?: unknown): Promise<Answer>;
  stop(): Promise<void>;
}

type Work = Readonly<Record<string, (argument: never) => unknown>>;
interface Question {
  readonly id: number;
  readonly name: string;
  readonly argument?: unknown;
}
interface Reply {
  readonly id?: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** Starts `file` (below `bench/`) with `options`, and resolves when it calls `serveProgram`. */
export async function startProgram<Ready>(
  file: string,
  options: unknown,
  flags: readonly string[] = [],
): Promise<Program<Ready>> {
  const child: ChildProcess = fork(join(import.meta.dirname, '..', file), [JSON.stringify(options)], {
    // As `tools/launch.mjs` starts a server.
    execArgv: ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=8', ...flags],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  let ids = 0;
  const ended = new Promise<void>((done) => child.on('exit', () => done()));
  const ready = await new Promise<Ready>((resolve, reject) => {
    child.on('message', ({ id, value, error }: Reply) => {
      if (id === undefined) return resolve(value as Ready);
      const asked = waiting.get(id);
      waiting.delete(id);
      if (error === undefined) asked?.resolve(value as never);
      else asked?.reject(new Error(error));
    });
    child.on('error', reject);
    child.on('exit', (code) => {
      const failure = new Error(`${file} ended with ${code}`);
      reject(failure);
      for (const asked of waiting.values()) asked.reject(failure);
    });
  });
  const ask = <Answer>(name: string, argument?: unknown): Promise<Answer> => {
    ids += 1;
    const id = ids;
    return new Promise<Answer>((resolve, reject) => {
      waiting.set(id, { resolve: resolve as (value: never) => void, reject });
      child.send({ id, name, argument } satisfies Question);
    });
  };
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.disconnect();
    await ended;
  };
  return { ready, pid: child.pid ?? 0, usage: () => ask<Usage>('usage'), ask, stop, [Symbol.asyncDispose]: stop };
}

/** The options that `startProgram` was given; the caller knows their shape. */
export function programOptions<Options>(): Options {
  return JSON.parse(process.argv[2] ?? 'null') as Options;
}

/** The other end: tells that the program is ready, answers questions, and calls `stop` when the benchmark is over. */
export function serveProgram(ready: unknown, work: Work, stop: () => Promise<void>): void {
  const all: Work = { usage: ownUsage, ...work };
  process.on('message', (question: Question) => {
    const { id, name, argument } = question;
    Promise.resolve()
      .then(() => {
        const one = all[name];
        if (one === undefined) throw new Error(`the program cannot ${name}`);
        return one(argument as never);
      })
      .then(
        (value) => process.send?.({ id, value }),
        (error: unknown) =>
          process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
      );
  });
  process.on('disconnect', () => {
    void stop().finally(() => process.exit(0));
  });
  process.send?.({ value: ready });
}
