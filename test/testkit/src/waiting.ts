import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 20;

/** Polls until `condition` answers something truthy, and answers that; fails at the deadline with the last error. */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  deadlineMs = 45_000,
): Promise<Exclude<T, undefined | null | false | 0 | ''>> {
  let lastError: unknown;
  for (const until = Date.now() + deadlineMs; ; await sleep(pollMs)) {
    try {
      const value = await condition();
      if (value) return value as Exclude<T, undefined | null | false | 0 | ''>;
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    if (Date.now() > until) break;
  }
  throw new Error(`The condition was not met within ${deadlineMs} ms.`, { cause: lastError });
}

/** A TCP port on loopback that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
