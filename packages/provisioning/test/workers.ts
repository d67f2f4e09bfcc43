import { expect } from 'vitest';
import { createWorker, type EnginePorts } from '../src/index.ts';
import type { World } from './world.ts';

/** A worker that runs until the test ends; errors it meets fail the test. */
export function startWorker(
  world: World,
  options: { readonly ports?: EnginePorts; readonly workerId?: string; readonly pageSize?: number } = {},
) {
  const stop = new AbortController();
  const errors: unknown[] = [];
  const running = createWorker(options.ports ?? world.ports, {
    workerId: options.workerId ?? 'worker',
    debounceMs: 10,
    pollMs: 50,
    pageSize: options.pageSize ?? 10,
    onError: (error) => errors.push(error),
  }).run(stop.signal);
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
      expect(errors).toEqual([]);
    },
  };
}

/** Ports whose target answers creates, all or those of users, only as far as they were let through. */
export function holdCreates(
  world: World,
  kind?: 'user',
): {
  readonly ports: EnginePorts;
  readonly held: number;
  letThrough(count: number): void;
} {
  const waiting: (() => void)[] = [];
  let allowed = 0;
  const pass = async (): Promise<void> => {
    if (allowed === 0) return new Promise((resolve) => waiting.push(resolve));
    allowed -= 1;
  };
  return {
    ports: {
      ...world.ports,
      targets: {
        async create() {
          const { target } = world.target;
          return {
            ...target,
            async create(type, ...rest) {
              if (kind === undefined || type.kind === kind) await pass();
              return target.create(type, ...rest);
            },
          };
        },
      },
    },
    get held() {
      return waiting.length;
    },
    letThrough(count) {
      for (const go of waiting.splice(0, count)) {
        go();
        count -= 1;
      }
      allowed += count;
    },
  };
}
