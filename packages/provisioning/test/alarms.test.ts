import { describe, expect, test } from 'vitest';
import { modelError, waitFor } from '@joinery/testkit';
import { createWorker, raiseAlarms } from '../src/index.ts';
import { createWorld, type World } from './world.ts';

const minuteMs = 60_000;
const intervalMs = 40 * minuteMs;
const notified = { notification: { enabled: true, emails: ['it@contoso.example'] } };

const subjects = async (world: World) =>
  (await world.database.query<{ subject: string }>({ text: 'select subject from mail order by created_at, id' })).map(
    (mail) => mail.subject,
  );
const activities = async (world: World) =>
  (await world.store.auditLog.list({ top: 20 })).entries.map((entry) => entry.activity).toReversed();
const status = (world: World) => world.store.jobs.status(world.jobId);

describe('the alarm about a job that does not run', () => {
  test('comes after two intervals without a sign of life, once, and ends with the next sign', async () => {
    await using world = await createWorld({ settings: notified });
    await world.assign(...(await world.users(['ann'])));
    await world.store.jobs.start(world.jobId);
    await world.cycle();
    // Due in 40 minutes, and overdue 80 minutes after that.
    world.clock.advance(3 * intervalMs);
    expect(await raiseAlarms(world.ports)).toEqual([]);
    world.clock.advance(minuteMs);
    expect(await Promise.all([raiseAlarms(world.ports), raiseAlarms(world.ports)])).toContainEqual([world.jobId]);
    expect(await raiseAlarms(world.ports)).toEqual([]);
    expect(await subjects(world)).toEqual(['Provisioning does not run']);
    expect(await activities(world)).toEqual(['Provisioning overdue']);
    expect((await status(world)).overdueSince?.getTime()).toBe(world.clock.now());

    await world.store.cycles.heartbeat([world.jobId], new Date(world.clock.now()));
    expect((await status(world)).overdueSince).toBeUndefined();
    world.clock.advance(3 * intervalMs);
    expect(await raiseAlarms(world.ports)).toEqual([world.jobId]);
  });

  test('does not come while a long cycle is worked on, nor for a job that is paused', async () => {
    await using world = await createWorld({ settings: notified });
    await world.assign(...(await world.users(['ann'])));
    await world.store.jobs.start(world.jobId);
    await world.cycle();
    for (let hour = 0; hour < 8; hour += 1) {
      world.clock.advance(60 * minuteMs);
      await world.store.cycles.checkIn(world.jobId, { workerId: 'worker', everyMs: 1_000, pausedUntil: undefined });
      expect(await raiseAlarms(world.ports)).toEqual([]);
    }
    await world.store.jobs.pause(world.jobId);
    world.clock.advance(24 * 60 * minuteMs);
    expect(await raiseAlarms(world.ports)).toEqual([]);
    expect(await subjects(world)).toEqual([]);
  });
});

test('a check that finds nothing to do is seen as one', async () => {
  await using world = await createWorld();
  await world.assign(...(await world.users(['ann'])));
  await world.store.jobs.start(world.jobId);
  const stop = new AbortController();
  const running = createWorker(world.ports, { workerId: 'worker', debounceMs: 10, pollMs: 50 }).run(stop.signal);
  await waitFor(async () => (await status(world)).last);
  const cycle = (await status(world)).last!;
  world.clock.advance(minuteMs);
  await world.users(['stranger']);
  const checked = await waitFor(async () => {
    const now = await status(world);
    return now.lastCheck !== undefined && now.lastCheck > cycle.ended! && now;
  });
  stop.abort();
  await running;
  expect(checked.last!.id).toBe(cycle.id);
});

test('the audit log tells when a quarantine began, why, and when it was lifted', async () => {
  await using world = await createWorld();
  const [ann] = await world.users(['ann']);
  await world.assign(ann!);
  await world.store.jobs.start(world.jobId);
  world.target.fault = () => modelError('Unauthorized', { scope: 'job', status: 401 });
  await world.cycle();
  await world.cycle();
  world.target.fault = undefined;
  await world.cycle();
  expect(await activities(world)).toEqual(['Quarantine', 'Quarantine lifted']);
  const [lifted, began] = (await world.store.auditLog.list({ top: 2 })).entries;
  expect(began).toMatchObject({
    category: 'ProvisioningManagement',
    initiatedBy: { type: 'service' },
    targets: [{ id: world.servicePrincipalId, type: 'ServicePrincipal' }, { id: world.jobId }],
  });
  expect(began!.targets[0]!.modifiedProperties).toContainEqual({
    displayName: 'QuarantineReason',
    oldValue: null,
    newValue: '"EncounteredQuarantineException"',
  });
  expect(lifted!.targets.map(({ id }) => id)).toContain(world.jobId);
  await world.store.directory.updateUser(ann!, { attributes: new Map([['city', 'Oslo']]) });
  // A restart that clears the quarantine, and a probe that succeeds, lift it too.
  world.target.fault = () => modelError('Unauthorized', { scope: 'job', status: 401 });
  await world.cycle();
  await world.store.jobs.restart(world.jobId, ['QuarantineState']);
  await world.cycle();
  await world.store.cycles.probeSucceeded(world.jobId, new Date(world.clock.now()));
  expect(await activities(world)).toEqual([
    'Quarantine',
    'Quarantine lifted',
    'Quarantine',
    'Quarantine lifted',
    'Quarantine',
    'Quarantine lifted',
  ]);
});
