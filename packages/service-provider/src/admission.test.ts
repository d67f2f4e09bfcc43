import { brandId, type TenantId } from '@joinery/base';
import { describe, expect, test } from 'vitest';
import { Admission } from './admission.ts';

const noisy = brandId<TenantId>('018f0000-0000-7000-8000-00000000000a');
const quiet = brandId<TenantId>('018f0000-0000-7000-8000-00000000000b');
const limits = { tenantInWorkMax: 2, tenantWaitingMax: 5, inWorkMax: 3, waitingMax: 6 };

/** Lets every promise that can go on do so. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function entering(admission: Admission) {
  const started: string[] = [];
  const leaves = new Map<string, () => void>();
  const enter = async (tenantId: TenantId, name: string): Promise<void> => {
    const leave = await admission.enter(tenantId);
    started.push(name);
    leaves.set(name, leave);
  };
  return { started, enter, leave: (name: string) => leaves.get(name)!() };
}

describe('admission', () => {
  test('a tenant has at most its own places, and a quiet one starts at once beside it', async () => {
    const { started, enter } = entering(new Admission(limits));
    for (let n = 0; n < 5; n++) void enter(noisy, `noisy ${n}`);
    void enter(quiet, 'quiet');
    await settled();
    expect(started).toEqual(['noisy 0', 'noisy 1', 'quiet']);
  });

  test('places that become free go to the tenants in turn', async () => {
    const { started, enter, leave } = entering(new Admission({ ...limits, tenantInWorkMax: 3, inWorkMax: 1 }));
    for (let n = 0; n < 4; n++) void enter(noisy, `noisy ${n}`);
    for (let n = 0; n < 2; n++) void enter(quiet, `quiet ${n}`);
    await settled();
    for (let n = 0; n < 6; n++) {
      leave(started.at(-1)!);
      await settled();
    }
    expect(started).toEqual(['noisy 0', 'noisy 1', 'quiet 0', 'noisy 2', 'quiet 1', 'noisy 3']);
  });

  test('beyond its queue a tenant is told 429, and 503 when all queues together are full', async () => {
    const admission = new Admission(limits);
    const { enter } = entering(admission);
    for (let n = 0; n < 7; n++) void enter(noisy, `noisy ${n}`);
    await settled();
    await expect(admission.enter(noisy)).rejects.toMatchObject({ status: 429, retryAfterSeconds: 1 });
    void enter(quiet, 'in work');
    void enter(quiet, 'waits');
    await settled();
    expect([admission.inWork, admission.waiting]).toEqual([3, 6]);
    await expect(admission.enter(quiet)).rejects.toMatchObject({ status: 503, retryAfterSeconds: 1 });
  });

  test('nothing is kept of tenants whose requests have ended, and ending twice counts once', async () => {
    const admission = new Admission(limits);
    const { started, enter, leave } = entering(admission);
    for (let n = 0; n < 4; n++) void enter(noisy, `${n}`);
    await settled();
    for (const name of ['0', '0', '1']) leave(name);
    await settled();
    expect(started).toHaveLength(4);
    for (const name of ['2', '3']) leave(name);
    expect([admission.inWork, admission.waiting]).toEqual([0, 0]);
  });
});
