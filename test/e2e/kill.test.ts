import { expect, test } from 'vitest';
import { runKilledCycle } from './kill/killed-cycle.ts';
import { victims } from './kill/installation.ts';

// `npm run soak -- kill` does the same with 20,000 users and 50 kills. A failing seed replays the order of the victims and at
// which share of the work they die; what else happens at that moment is the machine's.

test('kill -9 of worker, API and databases in one initial cycle of 2,000 users loses, doubles and touches nobody', async () => {
  const options = { users: 2_000, kills: victims.length, seed: 11, requestsPerSecond: 200 };
  const { problems, kills, cycle } = await runKilledCycle(options);
  expect(problems).toEqual([]);
  expect([...kills.keys()].toSorted()).toEqual([...victims].toSorted());
  expect(cycle).toMatchObject({ kind: 'initial', state: 'succeeded', counts: { failed: 0 } });
}, 900_000);
