import { expect, test } from 'vitest';
import { createWorld, names } from './world.ts';

// entra-provisioning.md §7.1, §7.3: match by query, POST without manager and members, references afterwards.
test('profile entra asks, creates bare objects, checks the manager and then adds members', async () => {
  await using world = await createWorld({ template: 'scim', settings: { profile: 'entra' } });
  const [boss] = await world.users(['boss']);
  const staff = await world.users(names('staff', 3), () => ({ managerId: boss! }));
  const group = await world.group('Team', [boss!, ...staff]);
  await world.assign(group);
  const cycle = await world.cycle();
  expect(cycle.counts).toMatchObject({ created: 5, updated: 0, failed: 0 });
  // 4 users and 1 group: a query and a POST each; 3 managers: a check and a PATCH each; one PATCH of members.
  expect(world.target.takeRequests()).toEqual({ find: 5, create: 5, check: 3, update: 3, members: 1 });
  // References follow the objects; among themselves they have no order.
  const methods = world.target.requests.map((request) => request.method);
  expect(methods.indexOf('members')).toBeGreaterThan(methods.lastIndexOf('create'));
  expect(world.target.find1('group', 'displayName', 'Team')!.members.size).toBe(4);

  // A changed user is read by id before the difference is sent.
  await world.store.directory.updateUser(staff[0]!, { attributes: new Map([['jobTitle', 'Engineer']]) });
  await world.cycle();
  expect(world.target.takeRequests()).toEqual({ get: 1, update: 1 });
  // Drift of a mapped attribute is healed when the user changes.
  world.target.find1('user', 'userName', 'staff0@contoso.example')!.values.set('title', 'Drifted');
  await world.store.directory.updateUser(staff[0]!, { attributes: new Map([['mobilePhone', '123']]) });
  await world.cycle();
  expect(world.target.find1('user', 'userName', 'staff0@contoso.example')!.values.get('title')).toBe('Engineer');
});
