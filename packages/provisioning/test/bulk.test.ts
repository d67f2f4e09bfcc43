import { expect, test } from 'vitest';
import { createWorld, names } from './world.ts';

test('a target that takes bulk requests gets a page in one, and each object its own answer', async () => {
  await using world = await createWorld({ target: { bulkMax: 100 } });
  const users = await world.users(names('user', 250));
  const groups = [];
  for (const name of names('group', 5)) groups.push(await world.group(name, users.slice(0, 50)));
  await world.assign(...users, ...groups);
  // One user is there already, unseen by matching: the bulk answers a conflict for it alone.
  world.target.fault = (request) => {
    if (request.method === 'bulk' && world.target.count('user') === 0) {
      world.target.plant('user', { userName: 'user7@contoso.example' });
    }
    return undefined;
  };
  const cycle = await world.cycle();
  expect(cycle.counts).toMatchObject({ created: 254, updated: 1, failed: 0 });
  expect(world.target.count('user')).toBe(250);
  const requests = world.target.takeRequests();
  expect(requests).toMatchObject({ list: 2, find: 1 });
  // Three pages of users, one of groups, one update after the conflict.
  expect(requests['bulk']).toBeLessThanOrEqual(6);
  expect(world.target.find1('group', 'displayName', 'group3')!.members.size).toBe(50);
});
