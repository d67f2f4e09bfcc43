/** Lets at most `max` tasks run at once; the others wait in order, those of urgent work before all others. */
export interface Limiter {
  run<T>(task: () => Promise<T>, isUrgent?: boolean): Promise<T>;
}

/** First in, first out. Read by index: `shift` on a long array costs its length. */
interface Queue {
  readonly waiting: (() => void)[];
  next: number;
}

function takeFirst(queue: Queue): (() => void) | undefined {
  const first = queue.waiting[queue.next];
  if (first === undefined) return undefined;
  queue.next += 1;
  if (queue.next === queue.waiting.length) {
    queue.waiting.length = 0;
    queue.next = 0;
  }
  return first;
}

export function createLimiter(max: number): Limiter {
  let running = 0;
  const urgent: Queue = { waiting: [], next: 0 };
  const ordinary: Queue = { waiting: [], next: 0 };

  function release(): void {
    const start = takeFirst(urgent) ?? takeFirst(ordinary);
    if (start === undefined) running -= 1;
    else start();
  }

  return {
    async run(task, isUrgent = false) {
      if (running < max) running += 1;
      else {
        const { waiting } = isUrgent ? urgent : ordinary;
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
      try {
        return await task();
      } finally {
        release();
      }
    },
  };
}
