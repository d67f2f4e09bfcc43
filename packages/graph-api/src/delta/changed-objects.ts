import type { ObjectId } from '@joinery/base';
import type { DirectoryChange, DirectoryObject, DirectoryQuery } from '@joinery/directory/ports';
import type { GraphApi } from '../api.ts';
import { odataType, presentGroup, presentUser } from '../present/directory-object.ts';

export interface ChangedMember {
  readonly id: ObjectId;
  readonly removed: boolean;
}

/** The objects of one kind that a piece of the change feed concerns, each once, with the last state of its members. */
export function collectChanges(
  changes: readonly DirectoryChange[],
  kind: 'user' | 'group',
): ReadonlyMap<ObjectId, readonly ChangedMember[]> {
  const collected = new Map<ObjectId, Map<ObjectId, ChangedMember>>();
  for (const change of changes) {
    const concerns = change.kind === kind || (kind === 'group' && change.kind === 'member');
    if (!concerns) continue;
    const members = collected.get(change.objectId) ?? new Map<ObjectId, ChangedMember>();
    collected.set(change.objectId, members);
    if (change.kind === 'member') {
      members.set(change.memberId, { id: change.memberId, removed: change.change === 'removed' });
    }
  }
  return new Map([...collected].map(([id, members]) => [id, [...members.values()]]));
}

/**
 * Graph's form of changed objects: whole objects, `@removed` with reason `changed` for the recycle bin and `deleted` for
 * what is gone, `members@delta` for groups.
 * @see https://learn.microsoft.com/graph/delta-query-overview
 */
export async function presentChanges(
  api: GraphApi,
  kind: 'user' | 'group',
  collected: ReadonlyMap<ObjectId, readonly ChangedMember[]>,
  select: readonly string[] | undefined,
): Promise<readonly object[]> {
  const ids = [...collected.keys()];
  const present = await findObjects(api, kind, ids);
  const deleted = await findDeleted(
    api,
    kind,
    ids.filter((id) => !present.has(id)),
  );
  const memberKinds = await findKinds(
    api,
    [...collected.values()].flat().map(({ id }) => id),
  );
  return ids.map((id) => {
    const object = present.get(id);
    if (!object) return { id, '@removed': { reason: deleted.has(id) ? 'changed' : 'deleted' } };
    const shown = object.kind === 'user' ? presentUser(object, select) : presentGroup(object, select);
    const members = collected.get(id) ?? [];
    return {
      ...shown,
      ...(members.length === 0 ? {} : { 'members@delta': members.map((member) => presentMember(member, memberKinds)) }),
    };
  });
}

export function presentMember(
  { id, removed }: ChangedMember,
  kinds: ReadonlyMap<ObjectId, 'user' | 'group'>,
): Record<string, unknown> {
  const kind = kinds.get(id);
  return {
    '@odata.type': kind ? odataType(kind) : '#microsoft.graph.directoryObject',
    id,
    ...(removed ? { '@removed': { reason: 'deleted' } } : {}),
  };
}

const idsPerQuery = 500;

async function inBatches<T>(
  ids: readonly ObjectId[],
  read: (query: DirectoryQuery) => Promise<readonly T[]>,
): Promise<T[]> {
  const found: T[] = [];
  for (let from = 0; from < ids.length; from += idsPerQuery) {
    const values = ids.slice(from, from + idsPerQuery);
    found.push(...(await read({ filter: { kind: 'in', attribute: 'id', values }, top: values.length, count: false })));
  }
  return found;
}

async function findObjects(api: GraphApi, kind: 'user' | 'group', ids: readonly ObjectId[]) {
  const objects = await inBatches<DirectoryObject>(ids, async (query) =>
    kind === 'user' ? (await api.directory.listUsers(query)).objects : (await api.directory.listGroups(query)).objects,
  );
  return new Map(objects.map((object) => [object.id, object]));
}

async function findDeleted(api: GraphApi, kind: 'user' | 'group', ids: readonly ObjectId[]) {
  const objects = await inBatches(ids, async (query) => (await api.directory.listDeleted(kind, query)).objects);
  return new Set(objects.map((object) => object.id));
}

async function findKinds(api: GraphApi, ids: readonly ObjectId[]): Promise<ReadonlyMap<ObjectId, 'user' | 'group'>> {
  const unique = [...new Set(ids)];
  const users = await findObjects(api, 'user', unique);
  const groups = await findObjects(
    api,
    'group',
    unique.filter((id) => !users.has(id)),
  );
  return new Map([...users, ...groups].map(([id, object]) => [id, object.kind]));
}
