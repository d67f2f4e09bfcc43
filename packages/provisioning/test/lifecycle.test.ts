import { describe, expect, test } from 'vitest';
import { createWorld, names } from './world.ts';

describe('the initial cycle', () => {
  test('creates 200 users and 12 groups with their members, and the second cycle sends nothing', async () => {
    await using world = await createWorld();
    const users = await world.users(names('user', 200));
    const groups = [];
    for (let index = 0; index < 12; index += 1) {
      groups.push(
        await world.group(
          `Group ${index}`,
          users.filter((_, place) => place % 12 === index),
        ),
      );
    }
    await world.assign(...groups);

    const cycle = await world.cycle();

    expect(cycle).toMatchObject({
      kind: 'initial',
      state: 'succeeded',
      counts: { objects: { users: 200, groups: 12 }, created: 212, updated: 0, skipped: 0, failed: 0 },
    });
    expect(world.target.count('user')).toBe(200);
    expect(world.target.count('group')).toBe(12);
    const first = world.target.find1('group', 'displayName', 'Group 0')!;
    const members = [...first.members].map((id) => world.target.objects.get(id)?.values.get('userName'));
    expect(members.toSorted()).toEqual(
      users.flatMap((_, place) => (place % 12 === 0 ? [`user${place}@contoso.example`] : [])).toSorted(),
    );
    expect(world.target.find1('user', 'userName', 'user7@contoso.example')!.values.get('active')).toBe(true);
    // Two lists tell that the target is empty; members travel with the group.
    expect(world.target.takeRequests()).toEqual({ list: 2, create: 212 });
    expect(cycle.counts.requests).toBe(214);

    const second = await world.cycle();
    expect(second).toMatchObject({ kind: 'incremental', state: 'succeeded', counts: { requests: 0, created: 0 } });
    expect(world.target.takeRequests()).toEqual({});
  });
});
