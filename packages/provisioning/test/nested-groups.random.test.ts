import { brandId, type AppRoleId, type ObjectId } from '@joinery/base';
import { modelError } from '@joinery/testkit';
import { expect, test } from 'vitest';
import { createWorld, names, type World } from './world.ts';

const role = brandId<AppRoleId>('18d14569-c3bd-439b-9a66-3a2aee01d14f');

interface ModelGroup {
  readonly members: Set<ObjectId>;
  isDeleted: boolean;
  isSecurity: boolean;
  /** Undefined: not assigned. */
  assignment: { readonly id: string; includesNested: boolean } | undefined;
}

/** What the directory holds, and what should follow from it, said anew in a few lines of its own. */
function createModel(users: readonly ObjectId[]) {
  const groups = new Map<ObjectId, ModelGroup>();
  const passesOn = (group: ModelGroup | undefined): boolean =>
    group !== undefined && !group.isDeleted && group.isSecurity;

  /** Users inside a group, at any depth or directly. */
  function usersOf(id: ObjectId, deep: boolean): ReadonlySet<ObjectId> {
    const found = new Set<ObjectId>();
    for (const member of groups.get(id)!.members) {
      if (!groups.has(member)) found.add(member);
      else if (deep && passesOn(groups.get(member))) for (const user of usersOf(member, true)) found.add(user);
    }
    return found;
  }

  /** Assigned groups that give access and are provisioned, with the users they give it to. */
  function entitled(): ReadonlyMap<ObjectId, ReadonlySet<ObjectId>> {
    return new Map(
      [...groups].flatMap(([id, group]) =>
        group.assignment !== undefined && passesOn(group) ? [[id, usersOf(id, group.assignment.includesNested)]] : [],
      ),
    );
  }

  return {
    users,
    groups,
    /** Who has access. */
    active: (): ReadonlySet<ObjectId> => new Set([...entitled().values()].flatMap((some) => [...some])),
    /** Provisioned groups with their members: their users, and provisioned groups that they hold directly. */
    exported(): ReadonlyMap<ObjectId, ReadonlySet<ObjectId>> {
      const provisioned = entitled();
      return new Map(
        [...provisioned].map(([id, some]) => [
          id,
          new Set([...some, ...[...groups.get(id)!.members].filter((member) => provisioned.has(member))]),
        ]),
      );
    },
  };
}

type Model = ReturnType<typeof createModel>;

function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** One change of the directory, and of the model when the directory took it. */
async function change(world: World, model: Model, random: (below: number) => number): Promise<void> {
  const { directory, applications } = world.store;
  const ids = [...model.groups.keys()];
  const id = ids[random(ids.length)]!;
  const group = model.groups.get(id)!;
  const objects = [...model.users, ...ids];
  const other = objects[random(objects.length)]!;
  switch (random(8)) {
    case 0:
    case 1:
    case 2: {
      if (group.isDeleted || model.groups.get(other)?.isDeleted === true || other === id) return;
      if (group.members.delete(other)) return directory.removeMembers(id, [other]);
      await directory.addMembers(id, [other]).then(
        () => group.members.add(other),
        (error: { code: string }) => expect(error.code).toBe('directory.cycle'),
      );
      return;
    }
    case 3: {
      group.isDeleted = !group.isDeleted;
      if (group.isDeleted) await directory.deleteGroup(id);
      else await directory.restore(id);
      return;
    }
    case 4: {
      if (group.isDeleted) return;
      group.isSecurity = !group.isSecurity;
      await directory.updateGroup(id, { securityEnabled: group.isSecurity });
      return;
    }
    case 5: {
      if (group.assignment === undefined) return;
      const { assignment } = group;
      if (group.isDeleted) return;
      assignment.includesNested = !assignment.includesNested;
      await applications.includeNestedGroups(world.servicePrincipalId, assignment.id, assignment.includesNested);
      return;
    }
    default: {
      if (group.isDeleted) return;
      if (group.assignment !== undefined) {
        await applications.unassign(world.servicePrincipalId, group.assignment.id);
        group.assignment = undefined;
        return;
      }
      const includesNestedGroups = random(3) > 0;
      const made = await applications.assign(world.servicePrincipalId, id, role, { includesNestedGroups });
      group.assignment = { id: made.id, includesNested: includesNestedGroups };
    }
  }
}

/** What the target holds, by ids of the directory. */
function held(world: World) {
  const sourceOf = (targetId: string): string => String(world.target.objects.get(targetId)?.values.get('externalId'));
  const objects = [...world.target.objects.values()];
  const users = objects.filter((object) => object.kind === 'user' && object.values.get('active') === true);
  const groups = objects.filter((object) => object.kind === 'group');
  return {
    active: users.map((user) => sourceOf(user.id)).toSorted(),
    groups: groups
      .map((group) => [sourceOf(group.id), [...group.members].map(sourceOf).toSorted()])
      .toSorted(([left], [right]) => String(left).localeCompare(String(right))),
  };
}

function expected(model: Model): ReturnType<typeof held> {
  return {
    active: [...model.active()].toSorted(),
    groups: [...model.exported()]
      .map(([id, members]) => [id, [...members].toSorted()])
      .toSorted(([left], [right]) => String(left).localeCompare(String(right))),
  };
}

test.each([1, 2, 3])(
  'access and members follow any change of a nesting, cycle by cycle (seed %i)',
  async (seed) => {
    const random = randomOf(seed);
    await using world = await createWorld();
    const model = createModel(await world.users(names('user', 8)));
    for (const name of names('Group ', 6)) {
      const id = await world.group(name, []);
      model.groups.set(id, { members: new Set(), isDeleted: false, isSecurity: true, assignment: undefined });
    }
    await world.cycle();
    for (let round = 0; round < 25; round += 1) {
      const changes = 1 + random(6);
      for (let count = 0; count < changes; count += 1) await change(world, model, random);
      if (random(4) === 0) {
        // A cycle that can't go on: what it was planned with is due again.
        world.target.fault = () => modelError('Unauthorized', { scope: 'job', status: 401 });
        await world.cycle();
        world.target.fault = undefined;
        for (let count = random(3); count > 0; count -= 1) await change(world, model, random);
      }
      const cycle = await world.cycle();
      expect(cycle.counts.failed, `round ${round}`).toBe(0);
      expect(held(world), `round ${round}`).toEqual(expected(model));
    }
    // And an initial cycle finds nothing to do.
    await world.store.jobs.restart(world.jobId, ['Watermark']);
    world.target.takeRequests();
    await world.cycle();
    expect(held(world)).toEqual(expected(model));
    const { list: _, ...written } = world.target.takeRequests();
    expect(written).toEqual({});
  },
  180_000,
);
