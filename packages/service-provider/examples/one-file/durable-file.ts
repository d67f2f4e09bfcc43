import { open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A value in a JSON file. What `change` has answered is on disk. */
export interface DurableFile<State> {
  readonly current: State;
  /**
   * Gives `work` the state and stores what it answers as `state`, one change after another. When `work` throws, or the disk
   * does, the state stays what it was.
   */
  change<T>(work: (state: State) => { readonly state: State; readonly result: T }): Promise<T>;
}

/** Written beside the file, flushed, and renamed over it: after a crash the file is the old one or the new one, whole. */
async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.new`;
  const file = await open(temporary, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Opens the file, or begins with `empty` where there is none. One process at a time. */
export async function openDurableFile<State>(path: string, empty: State): Promise<DurableFile<State>> {
  const text = await readText(path);
  let current = text === undefined ? empty : (JSON.parse(text) as State);
  let last: Promise<unknown> = Promise.resolve();

  async function run<T>(work: (state: State) => { readonly state: State; readonly result: T }): Promise<T> {
    const { state, result } = work(current);
    if (state !== current) await replaceFile(path, JSON.stringify(state));
    current = state;
    return result;
  }

  return {
    get current() {
      return current;
    },
    change(work) {
      const done = last.then(() => run(work));
      last = done.catch(() => {});
      return done;
    },
  };
}
