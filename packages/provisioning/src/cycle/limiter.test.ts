import { expect, test } from 'vitest';
import { createLimiter } from './limiter.ts';

test('urgent work goes before what waits already, each kind in order', async () => {
  const limiter = createLimiter(1);
  const began: string[] = [];
  let finish = (): void => {};
  const first = limiter.run(() => new Promise<void>((resolve) => (finish = resolve)));
  const note = (name: string, isUrgent?: boolean) => limiter.run(async () => void began.push(name), isUrgent);
  const others = [note('a'), note('b'), note('urgent 1', true), note('urgent 2', true)];
  finish();
  await Promise.all([first, ...others]);
  expect(began).toEqual(['urgent 1', 'urgent 2', 'a', 'b']);
});

test('no more than the limit run at once, and a failure frees its place', async () => {
  const limiter = createLimiter(2);
  let running = 0;
  let most = 0;
  const results = await Promise.allSettled(
    Array.from({ length: 6 }, (_, index) =>
      limiter.run(async () => {
        running += 1;
        most = Math.max(most, running);
        await Promise.resolve();
        running -= 1;
        if (index === 0) throw new Error('refused');
      }),
    ),
  );
  expect(most).toBe(2);
  expect(results.map((result) => result.status)).toEqual(['rejected', ...Array.from({ length: 5 }, () => 'fulfilled')]);
});
