import { JoineryError } from '@joinery/base';

/** A caller of one of our public HTTP APIs: JSON in, JSON out, errors with what the API said. */
export interface Api {
  call<T = unknown>(method: string, path: string, body?: unknown): Promise<T>;
}

/** Headers are asked for at each call, since a sign-in adds to them. */
export function createApi(baseUrl: string, headers: () => Record<string, string>): Api {
  return {
    async call<T>(method: string, path: string, body?: unknown): Promise<T> {
      const response = await fetch(`${baseUrl}${path}`, {
        method,
        headers: {
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers(),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (!response.ok) {
        throw new JoineryError({
          code: 'cli.api_failed',
          message: `${method} ${path} answered ${response.status}: ${text.slice(0, 500)}`,
          detail: { status: response.status },
        });
      }
      // The caller names the shape that the API's contract promises.
      return (text === '' ? undefined : JSON.parse(text)) as T;
    },
  };
}

/** Runs `work` over the values with at most `limit` at a time; the first failure stops taking new ones. */
export async function forEachConcurrently<T>(
  values: readonly T[],
  limit: number,
  work: (value: T, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lanes = Array.from({ length: Math.min(limit, values.length) }, async () => {
    while (next < values.length) {
      const index = next++;
      const value = values[index];
      if (value !== undefined) await work(value, index);
    }
  });
  await Promise.all(lanes);
}
