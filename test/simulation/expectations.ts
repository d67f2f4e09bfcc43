import type { Application } from './application.ts';
import { memberIds, valueAt, type Resource } from './application-resources.ts';
import {
  everyone,
  hasLeft,
  isInScope,
  type AttributeName,
  type Model,
  type ModelGroup,
  type ModelUser,
} from './model.ts';
import { managerAttribute, mappedAttributes, type Setting } from './setting.ts';

/** What the application had before, as it was then. */
export interface Planted {
  readonly type: 'Users' | 'Groups';
  readonly resource: Resource;
}

export interface Situation {
  readonly setting: Setting;
  readonly model: Model;
  readonly application: Application;
  readonly planted: readonly Planted[];
  /** Links were dropped by a reset: values and members that were exported before it are not ours to remove any more. */
  readonly linksWereDropped: boolean;
  /** Members that a group had when it was planted, or when links were dropped: by the group's id in the application. */
  readonly toleratedMembers: ReadonlyMap<string, ReadonlySet<string>>;
}

const nameOf = (one: ModelUser | ModelGroup): string => (one.kind === 'user' ? one.userPrincipalName : one.displayName);
const text = (value: unknown): string => JSON.stringify(value) ?? 'nothing';

/** Every way in which the application differs from what the directory and the rules want. Empty: it is right. */
export function problemsOf(situation: Situation): readonly string[] {
  const { model, application } = situation;
  const stores = { user: application.users, group: application.groups } as const;
  const problems: string[] = [];
  for (const one of everyone(model)) {
    const found = [...stores[one.kind].values()].filter((resource) => resource['externalId'] === one.id);
    const says = (what: string): void => void problems.push(`${one.kind} ${nameOf(one)} (${one.id}) ${what}`);
    if (found.length > 1) says(`is there ${found.length} times`);
    const [resource] = found;
    if (isInScope(model, one)) {
      if (resource === undefined) says('is missing');
      else if (one.kind === 'user') checkUser(situation, one, resource, says);
      else checkGroup(situation, one, resource, says);
    } else if (resource !== undefined) checkOutside(situation, one, resource, says);
  }
  checkStrangers(situation, problems);
  return problems;
}

/** May a value that is gone from the source still stand in the application? */
function mayLinger({ setting, linksWereDropped, planted }: Situation, resource: Resource): boolean {
  const { onClearedValue, profile } = setting.job;
  const keeps = onClearedValue === 'keep' || (onClearedValue === 'profile' && profile === 'entra');
  return keeps || linksWereDropped || planted.some((one) => one.resource.id === resource.id);
}

function checkUser(situation: Situation, user: ModelUser, resource: Resource, says: (what: string) => void): void {
  const equals = (path: string, wanted: unknown): void => {
    const value = valueAt(resource, path);
    if (value !== wanted) says(`has ${path} ${text(value)} instead of ${text(wanted)}`);
  };
  equals('userName', user.userPrincipalName);
  equals('active', true);
  for (const [name, path] of Object.entries(mappedAttributes) as [Exclude<AttributeName, 'state'>, string][]) {
    const wanted = user.attributes.get(name);
    const value = valueAt(resource, path) as string | undefined;
    if (wanted === undefined && value !== undefined && mayLinger(situation, resource)) {
      const planted = situation.planted.find((one) => one.resource.id === resource.id);
      const known = user.values.get(name)?.has(value) ?? false;
      if (!known && (planted === undefined || valueAt(planted.resource, path) !== value)) {
        says(`has ${path} ${text(value)}, which it never had`);
      }
    } else equals(path, wanted);
  }
  checkManager(situation, user, resource, says);
}

function checkManager(situation: Situation, user: ModelUser, resource: Resource, says: (what: string) => void): void {
  const { model, application, setting } = situation;
  const manager = user.managerId === undefined ? undefined : model.users.get(user.managerId);
  const value = valueAt(resource, managerAttribute) as string | undefined;
  const accountOf = (id: string): string | undefined =>
    [...application.users.values()].find((one) => one['externalId'] === id)?.id;
  // A manager in the recycle bin is not shown; one outside the scope may be known from former times.
  const wanted = manager === undefined || manager.isDeleted ? undefined : accountOf(manager.id);
  if (value === wanted) return;
  if (manager !== undefined && isInScope(model, manager)) {
    says(`has the manager ${text(value)} instead of ${text(wanted)}`);
    return;
  }
  const former = [...user.managers].map(accountOf);
  const lingers = setting.job.profile === 'entra' || situation.linksWereDropped;
  if (value !== undefined && !(lingers && (former.includes(value) || !application.users.has(value)))) {
    says(`has the manager ${text(value)}, who is none`);
  }
}

function checkGroup(situation: Situation, group: ModelGroup, resource: Resource, says: (what: string) => void): void {
  const { model, application } = situation;
  if (resource['displayName'] !== group.displayName) says(`is called ${text(resource['displayName'])}`);
  const members = new Set(memberIds(resource));
  if (members.size !== memberIds(resource).length) says('has a member twice');
  const sourceOf = new Map(
    [...application.users.values(), ...application.groups.values()].map((one) => [one.id, String(one['externalId'])]),
  );
  const there = new Set([...members].map((id) => sourceOf.get(id)));
  for (const id of group.members) {
    const member = model.users.get(id) ?? model.groups.get(id);
    if (member !== undefined && isInScope(model, member) && !there.has(id)) says(`lacks the member ${nameOf(member)}`);
  }
  const tolerated = situation.toleratedMembers.get(resource.id);
  for (const id of members) {
    const source = sourceOf.get(id);
    if (source !== undefined && group.members.has(source)) continue;
    if (tolerated?.has(id) === true) continue;
    says(`has the member ${source ?? id} (${id}), who is none`);
  }
}

/** Whoever is out of scope: disabled, or gone (`entra-provisioning.md` §3.1). */
function checkOutside(
  { model, setting, application, planted }: Situation,
  one: ModelUser | ModelGroup,
  resource: Resource,
  says: (what: string) => void,
): void {
  if (!one.wasInScope) {
    says('was never in scope and is there');
    return;
  }
  if (one.isLoose) return;
  const isPlanted = planted.some((known) => known.resource.id === resource.id);
  if (one.isPurged) says('is gone from the directory and still there');
  else if (one.kind === 'group') says('is out of scope and still there');
  else if (hasLeft(model, one) && setting.job.onLeavingScope === 'delete')
    says('has left the scope and is still there');
  else if (
    resource['active'] !== false &&
    !(isPlanted && application.mutations.every(({ id }) => id !== resource.id))
  ) {
    says('is out of scope and active');
  }
}

/** Nobody who was never in scope is changed, and nothing is there that nobody asked for. */
function checkStrangers({ model, application, planted }: Situation, problems: string[]): void {
  const inScopeNames = new Set(
    everyone(model).flatMap((one) => (one.wasInScope ? [...one.names].map((name) => name.toLowerCase()) : [])),
  );
  for (const { type, resource } of planted) {
    const name = String(resource[type === 'Users' ? 'userName' : 'displayName']);
    if (inScopeNames.has(name.toLowerCase())) continue;
    if (application.mutations.some(({ id }) => id === resource.id)) problems.push(`the stranger ${name} was changed`);
  }
  const known = new Set(everyone(model).map((one) => one.id));
  const own = new Set(planted.map((one) => one.resource.id));
  for (const resource of [...application.users.values(), ...application.groups.values()]) {
    if (own.has(resource.id) || known.has(String(resource['externalId']))) continue;
    problems.push(`${text(resource)} belongs to nobody`);
  }
}
