/** The source attributes that the simulation changes. */
export const attributeNames = ['displayName', 'jobTitle', 'mail', 'department', 'state'] as const;
export type AttributeName = (typeof attributeNames)[number];

export interface ModelUser {
  readonly kind: 'user';
  readonly id: string;
  userPrincipalName: string;
  isEnabled: boolean;
  isDeleted: boolean;
  isPurged: boolean;
  managerId: string | undefined;
  readonly attributes: Map<AttributeName, string>;
  /** Was in scope at some moment, so that the engine may have provisioned it. */
  wasInScope: boolean;
  /** In scope before links were dropped by a reset: what became of the account outside the scope is nobody's to know. */
  isLoose: boolean;
  /** Every name, value and manager that it ever had. */
  readonly names: Set<string>;
  readonly values: Map<AttributeName, Set<string>>;
  readonly managers: Set<string>;
}

export interface ModelGroup {
  readonly kind: 'group';
  readonly id: string;
  displayName: string;
  isSecurity: boolean;
  isDeleted: boolean;
  isPurged: boolean;
  readonly members: Set<string>;
  wasInScope: boolean;
  isLoose: boolean;
  readonly names: Set<string>;
}

/** The directory and the assignments as they are, kept apart from the engine and from its stores. */
export interface Model {
  readonly users: Map<string, ModelUser>;
  readonly groups: Map<string, ModelGroup>;
  readonly assigned: Set<string>;
  readonly scope: 'assigned' | 'all';
  /** Only users whose `state` is `in`. */
  readonly isFiltered: boolean;
}

export function createModel(options: Pick<Model, 'scope' | 'isFiltered'>): Model {
  return { users: new Map(), groups: new Map(), assigned: new Set(), ...options };
}

const isHere = (one: ModelUser | ModelGroup): boolean => !one.isDeleted && !one.isPurged;

/** Assigned, or a direct member of an assigned security group (`entra-provisioning.md` §2.4). */
export function isEntitled(model: Model, one: ModelUser | ModelGroup): boolean {
  if (model.scope === 'all') return true;
  if (one.kind === 'group') return one.isSecurity && model.assigned.has(one.id);
  if (model.assigned.has(one.id)) return true;
  return [...model.groups.values()].some(
    (group) => isHere(group) && group.isSecurity && model.assigned.has(group.id) && group.members.has(one.id),
  );
}

const passes = (model: Model, one: ModelUser | ModelGroup): boolean =>
  one.kind === 'group' || !model.isFiltered || one.attributes.get('state') === 'in';

export function isInScope(model: Model, one: ModelUser | ModelGroup): boolean {
  if (!isHere(one) || (one.kind === 'user' && !one.isEnabled)) return false;
  return isEntitled(model, one) && passes(model, one);
}

/** Out of scope for another reason than a blocked sign-in (§3.1): what a switch "delete on leaving" is about. */
export function hasLeft(model: Model, one: ModelUser | ModelGroup): boolean {
  return !isHere(one) || !isEntitled(model, one) || !passes(model, one);
}

export const everyone = (model: Model): readonly (ModelUser | ModelGroup)[] => [
  ...model.users.values(),
  ...model.groups.values(),
];

/** Keeps what the checks at the end want to know of the past. Call it after each change. */
export function remember(model: Model): void {
  for (const one of everyone(model)) {
    if (isInScope(model, one)) one.wasInScope = true;
    if (one.kind === 'group') one.names.add(one.displayName);
    else {
      one.names.add(one.userPrincipalName);
      if (one.managerId !== undefined) one.managers.add(one.managerId);
      for (const [name, value] of one.attributes) {
        const values = one.values.get(name) ?? new Set();
        one.values.set(name, values.add(value));
      }
    }
  }
}

/** A reset dropped the links. */
export function forgetLinks(model: Model): void {
  for (const one of everyone(model)) if (one.wasInScope) one.isLoose = true;
}
