// ResourceStore over one file. Reads look through everything, so it is for some thousand resources; a database looks through
// indexes. The duties are those of the port: `resourceStoreContract` checks them.
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { brandId, type ResourceId, type TenantId } from '@joinery/base';
import {
  evaluateElement,
  foldCase,
  uniqueness,
  unknownMembers,
  type MembersChange,
  type ResourceAttributes,
  type UniqueValue,
} from '@joinery/scim';
import type {
  ResourceChange,
  ResourceStore,
  StoredMember,
  StoredMembership,
  StoredResource,
} from '@joinery/service-provider';
import type { DurableFile } from './durable-file.ts';
import { listRows } from './list.ts';
import type { ResourceRow, State } from './state.ts';

const canBeMember = new Set(['User', 'Group']);

function displayOf({ attributes }: ResourceRow): string {
  return String(attributes['displayName'] ?? attributes['userName']);
}

function rowsOf(state: State, tenantId: TenantId): readonly ResourceRow[] {
  return Object.values(state.resources).filter((row) => row.tenantId === tenantId);
}

function find(state: State, tenantId: TenantId, type: string, id: string): ResourceRow | undefined {
  const row = Object.hasOwn(state.resources, id) ? state.resources[id] : undefined;
  return row?.tenantId === tenantId && row.type === type ? row : undefined;
}

function membersOf(state: State, { members }: ResourceRow): readonly StoredMember[] {
  return members
    .map((id) => state.resources[id])
    .filter((row) => row !== undefined)
    .map((row) => ({ id: row.id, type: row.type === 'Group' ? 'Group' : 'User', display: displayOf(row) }));
}

/** Every group that the resource is in, itself or through groups. */
function groupsOf(state: State, { tenantId, id }: ResourceRow): readonly StoredMembership[] {
  const groups = rowsOf(state, tenantId).filter(({ members }) => members.length > 0);
  const found = new Map<string, StoredMembership>();
  const climb = (memberId: string, direct: boolean): void => {
    for (const group of groups.filter(({ members }) => members.includes(memberId))) {
      if (found.has(group.id)) continue;
      found.set(group.id, { id: group.id, display: displayOf(group), direct });
      climb(group.id, false);
    }
  };
  climb(id, true);
  return [...found.values()];
}

/** A row as the port has it, with members and groups where they are asked for. */
export function toStored(
  state: State,
  row: ResourceRow,
  include: { readonly members: boolean; readonly groups: boolean },
): StoredResource {
  const { id, type, version, attributes } = row;
  return {
    id,
    type,
    version,
    created: new Date(row.created),
    lastModified: new Date(row.lastModified),
    attributes,
    ...(include.members && type === 'Group' ? { members: membersOf(state, row) } : {}),
    ...(include.groups && type === 'User' ? { groups: groupsOf(state, row) } : {}),
  };
}

const keys: ReadonlyMap<string, string> = new Map([
  ['User', 'userName'],
  ['Group', 'displayName'],
]);

/** userName, a group's displayName, and what a schema of the tenant wants unique. */
function checkUnique(state: State, wanted: ResourceRow): void {
  const key = keys.get(wanted.type);
  const own = (row: ResourceRow): string => foldCase(String(row.attributes[key ?? ''] ?? ''));
  for (const row of rowsOf(state, wanted.tenantId)) {
    if (row.type !== wanted.type || row.id === wanted.id) continue;
    if (key !== undefined && own(row) === own(wanted)) {
      throw uniqueness({ attribute: key, value: String(wanted.attributes[key]) });
    }
    const taken = wanted.unique.find((value) => row.unique.some((held) => isDeepStrictEqual(held, value)));
    if (taken !== undefined) throw uniqueness(taken);
  }
}

function existing(state: State, tenantId: TenantId, ids: readonly string[]): readonly string[] {
  const isMember = (id: string): boolean => {
    const row = Object.hasOwn(state.resources, id) ? state.resources[id] : undefined;
    return row?.tenantId === tenantId && canBeMember.has(row.type);
  };
  const unknown = ids.filter((id) => !isMember(id));
  if (unknown.length > 0) throw unknownMembers(unknown);
  return ids;
}

function changeMembers(state: State, row: ResourceRow, change: MembersChange): ResourceRow {
  const ids = (members: readonly { readonly value: string }[]): readonly string[] =>
    existing(
      state,
      row.tenantId,
      members.map(({ value }) => value),
    );
  const next = (): Iterable<string> => {
    switch (change.kind) {
      case 'add':
        return [...row.members, ...ids(change.members)];
      case 'replace':
        return ids(change.members);
      case 'remove':
        return row.members.filter((id) => !change.memberIds.includes(id));
      case 'remove-where':
        return membersOf(state, row)
          .filter(({ id, type, display }) => !evaluateElement(change.filter, { value: id, type, display }))
          .map(({ id }) => id);
      case 'clear':
        return [];
    }
  };
  return { ...row, members: [...new Set(next())].toSorted() };
}

function withRow(state: State, row: ResourceRow): State {
  return { ...state, resources: { ...state.resources, [row.id]: row } };
}

function touched(row: ResourceRow): ResourceRow {
  return { ...row, version: row.version + 1, lastModified: new Date().toISOString() };
}

function applyChange(state: State, before: ResourceRow, wanted: ResourceChange): ResourceRow {
  const { attributes, unique, members = [] } = wanted;
  const changed = attributes === undefined ? before : { ...before, attributes, unique: unique ?? [] };
  return members.reduce((row, change) => changeMembers(state, row, change), changed);
}

function newRow(
  tenantId: TenantId,
  type: string,
  attributes: ResourceAttributes,
  unique: readonly UniqueValue[],
): ResourceRow {
  const now = new Date().toISOString();
  const id = brandId<ResourceId>(randomUUID());
  return { id, tenantId, type, version: 1, created: now, lastModified: now, attributes, members: [], unique };
}

export function createResources(file: DurableFile<State>): ResourceStore {
  return {
    async get(tenantId, type, id, include) {
      const row = find(file.current, tenantId, type, id);
      return row === undefined ? undefined : toStored(file.current, row, include);
    },
    async list(tenantId, type, query) {
      return listRows(
        file.current,
        rowsOf(file.current, tenantId).filter((row) => row.type === type),
        query,
      );
    },
    create(tenantId, type, attributes, members, _actor, unique = []) {
      return file.change((state) => {
        const empty = newRow(tenantId, type, attributes, unique);
        const row = members.length === 0 ? empty : changeMembers(state, empty, { kind: 'add', members });
        checkUnique(state, row);
        const next = withRow(state, row);
        return { state: next, result: toStored(next, row, { members: false, groups: false }) };
      });
    },
    update(tenantId, type, id, change, include, _actor) {
      return file.change<Awaited<ReturnType<ResourceStore['update']>>>((state) => {
        const before = find(state, tenantId, type, id);
        if (before === undefined) return { state, result: undefined };
        const wanted = change(toStored(state, before, { members: false, groups: include.groups }));
        const after = wanted === undefined ? before : applyChange(state, before, wanted);
        if (isDeepStrictEqual(after, before)) {
          return { state, result: { resource: toStored(state, before, include), changed: false } };
        }
        checkUnique(state, after);
        const row = touched(after);
        const next = withRow(state, row);
        return { state: next, result: { resource: toStored(next, row, include), changed: true } };
      });
    },
    delete(tenantId, type, id, precondition, _actor) {
      return file.change((state) => {
        const row = find(state, tenantId, type, id);
        if (row === undefined) return { state, result: false };
        precondition?.(row.version);
        const left = Object.values(state.resources)
          .filter((other) => other.id !== id)
          .map((other) =>
            other.members.includes(id)
              ? touched({ ...other, members: other.members.filter((member) => member !== id) })
              : other,
          );
        return {
          state: { ...state, resources: Object.fromEntries(left.map((each) => [each.id, each])) },
          result: true,
        };
      });
    },
  };
}
