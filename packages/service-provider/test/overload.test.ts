import { expect, test } from 'vitest';
import { aService, tenantA, tenantB } from './service.ts';

test('one noisy tenant, whose requests all hang, does not hold up a quiet one', async () => {
  const service = await aService({
    admission: { tenantInWorkMax: 4, tenantWaitingMax: 90, inWorkMax: 8, waitingMax: 100 },
  });
  const release = Promise.withResolvers<void>();
  const create = service.resources.create.bind(service.resources);
  let inStore = 0;
  service.resources.create = async (tenantId, ...given) => {
    if (tenantId === tenantA) {
      inStore += 1;
      await release.promise;
    }
    return create(tenantId, ...given);
  };
  let noisyServed = 0;
  const flood = Array.from({ length: 100 }, async (_, n) => {
    const answer = await service.send('POST', '/Users', { body: { userName: `noisy-${n}` } });
    if (answer.status === 201) noisyServed += 1;
    return answer;
  });
  const token = await service.newToken({ tenantId: tenantB });
  for (let n = 0; n < 20; n++) {
    const answer = await service.send('POST', '/Users', { token, body: { userName: `quiet-${n}` } });
    expect(answer.status).toBe(201);
  }
  expect([noisyServed, inStore]).toEqual([0, 4]);

  release.resolve();
  const answers = await Promise.all(flood);
  const refused = answers.filter(({ status }) => status === 429);
  // Four in work, ninety waiting, and the rest refused.
  expect([noisyServed, refused.length]).toEqual([94, 6]);
  for (const { headers } of refused) expect(headers.get('retry-after')).toBe('1');
});
