import { brandId, type AppRoleId, type ObjectId } from '@joinery/base';
import type { CenterStore } from '@joinery/store/center';
import { remember, type AttributeName, type Model, type ModelGroup, type ModelUser } from './model.ts';
import type { Random } from './random.ts';

/** Changes the directory in the store and in the model alike. */
export interface Operations {
  /** Makes one random change, and says which. */
  change(): Promise<string>;
  /** From now on everybody keeps their name. */
  stopRenaming(): void;
  /** The directory to begin with. */
  populate(users: number, groups: number): Promise<void>;
}

export interface OperationsOptions {
  readonly store: CenterStore;
  readonly servicePrincipalId: ObjectId;
  readonly model: Model;
  readonly random: Random;
  /** Does a stranger's account have the name? Nobody can take it. */
  readonly isStrangers: (name: string) => boolean;
}

const role = brandId<AppRoleId>('18d14569-c3bd-439b-9a66-3a2aee01d14f');
const optional: readonly AttributeName[] = ['jobTitle', 'mail', 'department'];
const toId = (id: string): ObjectId => brandId<ObjectId>(id);

const weights = {
  createUser: 4,
  changeAttribute: 8,
  clearAttribute: 3,
  revertAttribute: 6,
  renameUser: 3,
  takeFormerName: 2,
  blockUser: 3,
  unblockUser: 3,
  changeManager: 3,
  clearManager: 1,
  moveUser: 2,
  deleteUser: 3,
  restoreUser: 3,
  purgeUser: 2,
  createGroup: 2,
  renameGroup: 2,
  addMember: 6,
  removeMember: 5,
  toggleSecurity: 1,
  deleteGroup: 1,
  restoreGroup: 1,
  purgeGroup: 1,
  assign: 6,
  unassign: 4,
} as const;
type OperationName = keyof typeof weights;

export function createOperations(options: OperationsOptions): Operations {
  const { model, random } = options;
  const { directory, applications } = options.store;
  let serial = 0;
  let keepsNames = false;
  const fresh = (prefix: string): string => `${prefix}${(serial += 1)}`;

  const users = (test: (user: ModelUser) => boolean): readonly ModelUser[] =>
    [...model.users.values()].filter((user) => !user.isPurged && test(user));
  const groups = (test: (group: ModelGroup) => boolean): readonly ModelGroup[] =>
    [...model.groups.values()].filter((group) => !group.isPurged && test(group));
  const present = (one: ModelUser | ModelGroup): boolean => !one.isDeleted;
  const anyOf = <T>(list: readonly T[]): T | undefined => (list.length === 0 ? undefined : random.pick(list));

  async function createUser(): Promise<string> {
    const attributes = new Map<AttributeName, string>([
      ['displayName', fresh('User ')],
      ['state', random.chance(0.8) ? 'in' : 'out'],
    ]);
    for (const name of optional) if (random.chance(0.6)) attributes.set(name, fresh(`${name}-`));
    const manager = random.chance(0.3) ? anyOf(users(present)) : undefined;
    const userPrincipalName = `${fresh('u')}@contoso.example`;
    const isEnabled = random.chance(0.9);
    const [made] = await directory.createUsers([
      {
        userPrincipalName,
        accountEnabled: isEnabled,
        attributes,
        ...(manager === undefined ? {} : { managerId: toId(manager.id) }),
      },
    ]);
    const id = made!.id;
    model.users.set(id, {
      kind: 'user',
      id,
      userPrincipalName,
      isEnabled,
      isDeleted: false,
      isPurged: false,
      managerId: manager?.id,
      attributes,
      wasInScope: false,
      isLoose: false,
      names: new Set(),
      values: new Map(),
      managers: new Set(),
    });
    if (random.chance(0.7)) await assign(id);
    return id;
  }

  async function createGroup(): Promise<string> {
    const displayName = fresh('Group ');
    const isSecurity = random.chance(0.9);
    const members = [...users(present), ...groups(present)].filter(() => random.chance(0.3)).map((one) => one.id);
    const [made] = await directory.createGroups([
      { displayName, securityEnabled: isSecurity, attributes: new Map(), memberIds: members.map(toId) },
    ]);
    const id = made!.id;
    model.groups.set(id, {
      kind: 'group',
      id,
      displayName,
      isSecurity,
      isDeleted: false,
      isPurged: false,
      members: new Set(members),
      wasInScope: false,
      isLoose: false,
      names: new Set(),
    });
    if (random.chance(0.6)) await assign(id);
    return id;
  }

  async function assign(id: string): Promise<void> {
    if (model.assigned.has(id)) return;
    await applications.assign(options.servicePrincipalId, toId(id), role);
    model.assigned.add(id);
  }

  async function unassign(id: string): Promise<void> {
    const { objects } = await applications.listAssignmentsOf(toId(id), { top: 10, count: false });
    for (const one of objects) await applications.unassign(options.servicePrincipalId, one.id);
    model.assigned.delete(id);
  }

  async function setAttribute(user: ModelUser, name: AttributeName, value: string | null): Promise<void> {
    await directory.updateUser(toId(user.id), { attributes: new Map([[name, value]]) });
    if (value === null) user.attributes.delete(name);
    else user.attributes.set(name, value);
  }

  async function rename(user: ModelUser, userPrincipalName: string): Promise<void> {
    await directory.updateUser(toId(user.id), { userPrincipalName });
    user.userPrincipalName = userPrincipalName;
  }

  /** In a group that comes earlier: a group never gets into itself. */
  function possibleMembers(group: ModelGroup): readonly string[] {
    const order = [...model.groups.keys()];
    const earlier = groups(present).filter((one) => order.indexOf(one.id) < order.indexOf(group.id));
    return [...users(present), ...earlier].map((one) => one.id).filter((id) => !group.members.has(id));
  }

  /** What is purged is no manager and no member any more. */
  function forget(id: string): void {
    model.assigned.delete(id);
    for (const group of model.groups.values()) group.members.delete(id);
    for (const user of model.users.values()) if (user.managerId === id) user.managerId = undefined;
  }

  type Change = () => Promise<string | undefined>;
  const onUser =
    (test: (user: ModelUser) => boolean, work: (user: ModelUser) => Promise<unknown>): Change =>
    async () => {
      const user = anyOf(users(test));
      if (user === undefined) return undefined;
      await work(user);
      return user.id;
    };
  const onGroup =
    (test: (group: ModelGroup) => boolean, work: (group: ModelGroup) => Promise<unknown>): Change =>
    async () => {
      const group = anyOf(groups(test));
      if (group === undefined) return undefined;
      await work(group);
      return group.id;
    };

  const changes: Readonly<Record<OperationName, Change>> = {
    createUser,
    createGroup,
    changeAttribute: onUser(present, (user) => {
      const name = random.pick(['displayName', ...optional] as const);
      return setAttribute(user, name, fresh(`${name}-`));
    }),
    clearAttribute: onUser(present, (user) => setAttribute(user, random.pick(optional), null)),
    // A value that it had before: what was sent meanwhile must not stand.
    revertAttribute: onUser(present, async (user) => {
      const name = random.pick(optional);
      const value = anyOf([...(user.values.get(name) ?? [])]);
      if (value !== undefined) await setAttribute(user, name, value);
    }),
    moveUser: onUser(present, (user) =>
      setAttribute(user, 'state', user.attributes.get('state') === 'in' ? 'out' : 'in'),
    ),
    renameUser: onUser(present, (user) => rename(user, `${fresh('u')}@contoso.example`)),
    // Their own, or of somebody whose account is due to be deleted: a disabled account keeps its name for good.
    takeFormerName: onUser(present, async (user) => {
      const all = [...model.users.values()];
      const taken = new Set(all.filter((one) => !one.isPurged).map((one) => one.userPrincipalName));
      const former = all.filter((one) => one.isPurged || one === user).flatMap((one) => [...one.names]);
      const free = anyOf(former.filter((name) => !taken.has(name) && !options.isStrangers(name)));
      if (free !== undefined) await rename(user, free);
    }),
    blockUser: onUser(
      (user) => present(user) && user.isEnabled,
      async (user) => {
        await directory.updateUser(toId(user.id), { accountEnabled: false });
        user.isEnabled = false;
      },
    ),
    unblockUser: onUser(
      (user) => present(user) && !user.isEnabled,
      async (user) => {
        await directory.updateUser(toId(user.id), { accountEnabled: true });
        user.isEnabled = true;
      },
    ),
    changeManager: onUser(present, async (user) => {
      const manager = random.pick(users(present));
      await directory.updateUser(toId(user.id), { managerId: toId(manager.id) });
      user.managerId = manager.id;
    }),
    clearManager: onUser(
      (user) => present(user) && user.managerId !== undefined,
      async (user) => {
        await directory.updateUser(toId(user.id), { managerId: null });
        user.managerId = undefined;
      },
    ),
    deleteUser: onUser(present, async (user) => {
      await directory.deleteUser(toId(user.id));
      user.isDeleted = true;
    }),
    restoreUser: onUser(
      (user) => user.isDeleted,
      async (user) => {
        await directory.restore(toId(user.id));
        user.isDeleted = false;
      },
    ),
    purgeUser: onUser(
      (user) => user.isDeleted,
      async (user) => {
        await directory.purge(toId(user.id));
        user.isPurged = true;
        forget(user.id);
      },
    ),
    renameGroup: onGroup(present, async (group) => {
      const displayName = fresh('Group ');
      await directory.updateGroup(toId(group.id), { displayName });
      group.displayName = displayName;
    }),
    toggleSecurity: onGroup(present, async (group) => {
      await directory.updateGroup(toId(group.id), { securityEnabled: !group.isSecurity });
      group.isSecurity = !group.isSecurity;
    }),
    addMember: onGroup(present, async (group) => {
      const ids = possibleMembers(group).filter(() => random.chance(0.3));
      await directory.addMembers(toId(group.id), ids.map(toId));
      for (const id of ids) group.members.add(id);
    }),
    removeMember: onGroup(present, async (group) => {
      const ids = [...group.members].filter(() => random.chance(0.4));
      await directory.removeMembers(toId(group.id), ids.map(toId));
      for (const id of ids) group.members.delete(id);
    }),
    deleteGroup: onGroup(present, async (group) => {
      await directory.deleteGroup(toId(group.id));
      group.isDeleted = true;
    }),
    restoreGroup: onGroup(
      (group) => group.isDeleted,
      async (group) => {
        await directory.restore(toId(group.id));
        group.isDeleted = false;
      },
    ),
    purgeGroup: onGroup(
      (group) => group.isDeleted,
      async (group) => {
        await directory.purge(toId(group.id));
        group.isPurged = true;
        group.members.clear();
        forget(group.id);
      },
    ),
    async assign() {
      const one = anyOf([...users(present), ...groups(present)].filter(({ id }) => !model.assigned.has(id)));
      if (one !== undefined) await assign(one.id);
      return one?.id;
    },
    async unassign() {
      const id = anyOf(
        [...model.assigned].filter((one) => !(model.users.get(one) ?? model.groups.get(one))?.isDeleted),
      );
      if (id !== undefined) await unassign(id);
      return id;
    },
  };

  return {
    async change() {
      const name = random.weighted(weights);
      if (keepsNames && /^rename|Name$/.test(name)) return `${name}: not any more`;
      const about = await changes[name]();
      remember(model);
      return about === undefined ? `${name}: nobody` : `${name} ${about}`;
    },
    stopRenaming() {
      keepsNames = true;
    },
    async populate(userCount, groupCount) {
      for (let index = 0; index < userCount; index += 1) await createUser();
      for (let index = 0; index < groupCount; index += 1) await createGroup();
      remember(model);
    },
  };
}
