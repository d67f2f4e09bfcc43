import type { ObjectId } from '@joinery/base';
import { expect, test } from 'vitest';
import { active, clause, everyone } from './scoped.ts';
import { createWorld, names, type World } from './world.ts';

// Whatever changes among groups and managers, incremental cycles come to what the filter says of the directory as it is.

interface Group {
  readonly id: ObjectId;
  name: string;
  isDeleted: boolean;
  readonly members: Set<ObjectId>;
}

interface User {
  readonly id: ObjectId;
  readonly name: string;
  department: string;
  manager: User | undefined;
}

/** What the directory holds, kept beside it. */
interface Model {
  readonly users: readonly User[];
  readonly groups: Group[];
}

type Random = (limit: number) => number;

/** Numbers of a fixed sequence (mulberry32), below `limit`. */
function sequence(seed: number): Random {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}

function pick<T>(next: Random, list: readonly T[]): T | undefined {
  return list[next(list.length)];
}

const groupNames = ['Pilot', 'Team', 'Unit', 'Staff'];

async function newGroup(world: World, next: Random): Promise<Group> {
  const name = pick(next, groupNames)!;
  return { id: await world.group(name, []), name, isDeleted: false, members: new Set() };
}

async function fill(world: World, next: Random): Promise<Model> {
  const made = names('u', 10);
  const ids = await world.users(made, () => ({ attributes: { department: 'IT' } }));
  const users = ids.map((id, index): User => ({ id, name: made[index]!, department: 'IT', manager: undefined }));
  const groups: Group[] = [];
  while (groups.length < 6) groups.push(await newGroup(world, next));
  return { users, groups };
}

/** Is the one in the other at any depth? Groups in the recycle bin count for `all` only. */
function holds({ groups }: Model, group: Group, id: ObjectId, all: boolean): boolean {
  if (group.isDeleted && !all) return false;
  const nested = groups.filter((one) => group.members.has(one.id));
  return group.members.has(id) || nested.some((one) => holds({ users: [], groups }, one, id, all));
}

type Operation = (world: World, model: Model, next: Random) => Promise<unknown>;

const addUser: Operation = async ({ store }, { users, groups }, next) => {
  const [group, user] = [pick(next, groups)!, pick(next, users)!];
  if (group.isDeleted || group.members.has(user.id)) return;
  group.members.add(user.id);
  await store.directory.addMembers(group.id, [user.id]);
};

const nest: Operation = async ({ store }, model, next) => {
  const [group, nested] = [pick(next, model.groups)!, pick(next, model.groups)!];
  const closesCycle = nested.id === group.id || holds(model, nested, group.id, true);
  if (group.isDeleted || nested.isDeleted || closesCycle) return;
  group.members.add(nested.id);
  await store.directory.addMembers(group.id, [nested.id]);
};

const removeMember: Operation = async ({ store }, { groups }, next) => {
  const group = pick(next, groups)!;
  const member = pick(next, [...group.members]);
  if (group.isDeleted || member === undefined) return;
  group.members.delete(member);
  await store.directory.removeMembers(group.id, [member]);
};

const rename: Operation = async ({ store }, { groups }, next) => {
  const group = pick(next, groups)!;
  if (group.isDeleted) return;
  group.name = pick(next, groupNames)!;
  await store.directory.updateGroup(group.id, { displayName: group.name });
};

/** Into the recycle bin, back, or away for good; then there is another one. */
const moveGroup: Operation = async (world, { groups }, next) => {
  const { directory } = world.store;
  const group = pick(next, groups)!;
  if (!group.isDeleted) await directory.deleteGroup(group.id);
  else if (next(2) === 0) await directory.restore(group.id);
  else {
    await directory.purge(group.id);
    for (const other of groups) other.members.delete(group.id);
    groups.splice(groups.indexOf(group), 1, await newGroup(world, next));
    return;
  }
  group.isDeleted = !group.isDeleted;
};

const changeManager: Operation = async ({ store }, { users }, next) => {
  const user = pick(next, users)!;
  user.manager = next(4) === 0 ? undefined : pick(next, users);
  await store.directory.updateUser(user.id, { managerId: user.manager?.id ?? null });
};

const changeDepartment: Operation = async ({ store }, { users }, next) => {
  const user = pick(next, users)!;
  user.department = user.department === 'IT' ? 'Sales' : 'IT';
  await store.directory.updateUser(user.id, { attributes: new Map([['department', user.department]]) });
};

const operations = [
  addUser,
  nest,
  nest,
  removeMember,
  rename,
  moveGroup,
  changeManager,
  changeDepartment,
  changeDepartment,
];

/** Who is in a group Pilot at any depth, or reports to somebody in Sales. */
function expected(model: Model): readonly string[] {
  const pilots = model.groups.filter((group) => group.name === 'Pilot');
  const passes = (user: User): boolean =>
    user.manager?.department === 'Sales' || pilots.some((group) => holds(model, group, user.id, false));
  return model.users
    .filter(passes)
    .map((user) => user.name)
    .toSorted();
}

test.each([1, 2, 3, 4])('random changes of groups and managers, seed %i', async (seed) => {
  const clauses = [
    clause('transitiveMemberOf.displayName', 'EQUALS', 'Pilot'),
    clause('manager.department', 'EQUALS', 'Sales'),
  ];
  await using world = await createWorld(everyone(...clauses));
  const next = sequence(seed);
  const model = await fill(world, next);
  await world.cycle();
  for (let round = 0; round < 25; round += 1) {
    const changes = 1 + next(4);
    for (let index = 0; index < changes; index += 1) await pick(next, operations)!(world, model, next);
    expect((await world.cycle()).kind).toBe('incremental');
    expect(active(world), `round ${round}`).toEqual(expected(model));
  }
});
