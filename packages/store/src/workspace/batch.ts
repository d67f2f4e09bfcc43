/** Gathers what need not be durable at once, and writes it at most a second later. */
export interface Batch<T> {
  add(entry: T): void;
  /** Writes what is there; resolves when it is stored, or given up after a failure. */
  flush(): Promise<void>;
}

const delayMs = 1_000;
const flushAt = 500;
/** While the database is away no more than this is kept; the oldest go first. */
const keptMax = 10_000;

export function createBatch<T>(write: (entries: readonly T[]) => Promise<void>): Batch<T> {
  let waiting: T[] = [];
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    writing = writing.then(writeWaiting);
    return writing;
  }

  async function writeWaiting(): Promise<void> {
    const entries = waiting;
    waiting = [];
    if (entries.length === 0) return;
    try {
      await write(entries);
    } catch {
      // Kept for the next flush; requests are answered meanwhile.
      waiting = [...entries, ...waiting].slice(-keptMax);
      schedule();
    }
  }

  function schedule(): void {
    timer ??= setTimeout(() => void flush(), delayMs).unref();
  }

  return {
    add(entry) {
      waiting.push(entry);
      if (waiting.length > keptMax) waiting.shift();
      if (waiting.length === flushAt) void flush();
      else schedule();
    },
    async flush() {
      await flush();
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
