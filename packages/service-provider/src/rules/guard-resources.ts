import type { Clock, TenantId } from '@joinery/base';
import { foldCase, forbidden, ScimError, type ResourceAttributes } from '@joinery/scim';
import type {
  Actor,
  Creation,
  EffectiveRules,
  ResourceChange,
  ResourceStore,
  RulesStore,
  StoredResource,
} from '../ports.ts';
import { changesSignIn, checkDomains, checkProtected, isProtected } from './account-rules.ts';

const tenantsMax = 10_000;
const nothing = { members: false, groups: false };

/** A resource store that keeps a tenant's rules, and how to make it read them again. */
export interface GuardedResources {
  readonly resources: ResourceStore;
  /** After a change of the rules in this process; others notice after `ttlMs`. */
  forgetRules(tenantId: TenantId): void;
}

/** Every method of the port, the optional ones too. */
type Guarded = { readonly [Method in keyof Required<ResourceStore>]: ResourceStore[Method] };

function isRoleGroup(rules: EffectiveRules, group: { readonly id: string; readonly name: string }): boolean {
  const name = foldCase(group.name);
  return rules.roleGroups.some(
    (entry) => !entry.scimMayWrite && (entry.group === group.id || foldCase(entry.group) === name),
  );
}

function roleGroupRefusal(name: string): ScimError {
  const detail = `The group '${name}' grants a role in the tenant, so its name and members are not written by SCIM.`;
  return forbidden({ detail });
}

function refusalOf(check: () => void): Error | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
}

/**
 * Puts the rules of a tenant in front of every write, whichever endpoint or batch it comes from. Refusals are 403
 * `scim.forbidden` with a detail that names the rule. Written out method by method, optional ones too, so that a new write
 * of the port does not compile until it is thought about here.
 */
export function guardResources(
  store: ResourceStore,
  rulesStore: RulesStore,
  options: { readonly clock: Pick<Clock, 'now'>; readonly ttlMs: number },
): GuardedResources {
  const known = new Map<TenantId, { readonly rules: Promise<EffectiveRules>; readonly until: number }>();

  function rulesOf(tenantId: TenantId): Promise<EffectiveRules> {
    const now = options.clock.now();
    const entry = known.get(tenantId);
    if (entry !== undefined && entry.until > now) return entry.rules;
    if (known.size >= tenantsMax) known.delete(known.keys().next().value ?? tenantId);
    const rules = rulesStore.get(tenantId);
    known.set(tenantId, { rules, until: now + options.ttlMs });
    // A failure is told to those who wait, and not kept.
    rules.catch(() => known.delete(tenantId));
    return rules;
  }

  /** A group inside a role group hands its members the role, so it counts as one. */
  async function refuseRoleGroup(rules: EffectiveRules, tenantId: TenantId, id: string): Promise<void> {
    if (rules.roleGroups.every(({ scimMayWrite }) => scimMayWrite)) return;
    const group = await store.get(tenantId, 'Group', id, nothing);
    if (group === undefined) return;
    const own = { id: group.id, name: String(group.attributes['displayName'] ?? '') };
    const role = [own, ...(await rulesStore.groupsAbove(tenantId, id))].find((one) => isRoleGroup(rules, one));
    if (role !== undefined) throw roleGroupRefusal(role.name);
  }

  /** A name that the rules reserve for a role group is not to be had by naming a group so. */
  function refuseRoleName(rules: EffectiveRules, name: unknown, id: string): void {
    if (typeof name === 'string' && isRoleGroup(rules, { id, name })) throw roleGroupRefusal(name);
  }

  function checkAccount(rules: EffectiveRules, current: StoredResource, change: ResourceChange, isNew: boolean): void {
    const { attributes } = change;
    if (attributes === undefined) return;
    if (isProtected(rules, current.id, current.attributes)) checkProtected(current.id, current.attributes, attributes);
    checkDomains(rules, attributes, current.attributes);
    if (isNew && changesSignIn(current.attributes, attributes)) {
      const detail = `The account ${current.id} was not made by SCIM: its first change must leave userName and e-mail addresses as they are.`;
      throw forbidden({ attribute: 'userName', detail });
    }
  }

  const guarded: Guarded = {
    get: (...given) => store.get(...given),
    list: (...given) => store.list(...given),
    async create(tenantId, type, attributes, members, actor, unique) {
      const rules = await rulesOf(tenantId);
      if (type === 'User') checkDomains(rules, attributes, undefined);
      else if (type === 'Group') refuseRoleName(rules, attributes['displayName'], '');
      return store.create(tenantId, type, attributes, members, actor, unique);
    },
    async update(tenantId, type, id, change, include, actor) {
      const rules = await rulesOf(tenantId);
      if (type === 'Group') await refuseRoleGroup(rules, tenantId, id);
      const asked = type === 'User' && rules.hasLocalAccounts && (await rulesStore.isUnadopted(tenantId, id));
      const isNew = asked && rules.keepsSignInNameOnAdoption;
      const checked = (current: StoredResource): ResourceChange | undefined => {
        const wanted = change(current);
        if (wanted === undefined) return undefined;
        if (type === 'User') checkAccount(rules, current, wanted, isNew);
        else if (type === 'Group') refuseRoleName(rules, wanted.attributes?.['displayName'], id);
        return wanted;
      };
      const written = await store.update(tenantId, type, id, checked, include, actor);
      // Afterwards: a failure in between leaves the account as one that is written to for the first time.
      if (asked && written?.changed === true) await rulesStore.noteAdoption(tenantId, id);
      return written;
    },
    async delete(tenantId, type, id, precondition, actor) {
      const rules = await rulesOf(tenantId);
      if (type === 'Group') await refuseRoleGroup(rules, tenantId, id);
      else if (type === 'User') await refuseDeletion(rules, tenantId, id);
      return store.delete(tenantId, type, id, precondition, actor);
    },
    createUsers: store.createUsers === undefined ? undefined : createUsers,
    listMembers: store.listMembers?.bind(store),
  };

  /** Those that a rule refuses are answered so in their places; the others go to the store together. */
  async function createUsers(
    tenantId: TenantId,
    users: readonly ResourceAttributes[],
    actor: Actor,
  ): Promise<readonly Creation[]> {
    const rules = await rulesOf(tenantId);
    const refusals = users.map((attributes) => refusalOf(() => checkDomains(rules, attributes, undefined)));
    const allowed = users.filter((_user, index) => refusals[index] === undefined);
    const made = [...((await store.createUsers?.(tenantId, allowed, actor)) ?? [])];
    return refusals.map((failure) => {
      const creation = failure === undefined ? made.shift() : { failure };
      if (creation === undefined) throw new Error('invariant broken: a creation without an outcome');
      return creation;
    });
  }

  async function refuseDeletion(rules: EffectiveRules, tenantId: TenantId, id: string): Promise<void> {
    if (rules.protectedAccounts.length === 0 && (!rules.protectsOwner || rules.owner === undefined)) return;
    const user = await store.get(tenantId, 'User', id, nothing);
    if (user === undefined || !isProtected(rules, user.id, user.attributes)) return;
    throw forbidden({ detail: `The account ${id} is protected in the tenant and cannot be deleted.` });
  }

  const { createUsers: create, listMembers: list, ...rest } = guarded;
  const resources: ResourceStore = {
    ...rest,
    ...(create === undefined ? {} : { createUsers: create }),
    ...(list === undefined ? {} : { listMembers: list }),
  };
  return { resources, forgetRules: (tenantId) => void known.delete(tenantId) };
}
