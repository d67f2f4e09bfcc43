import type { Clock } from '@joinery/base';
import type { ResourceStore } from '@joinery/service-provider/ports';
import type { Database } from '../database.ts';
import { createResource } from './create-resource.ts';
import { createUsers } from './create-users.ts';
import { deleteResource } from './delete-resource.ts';
import { listResources } from './list-resources.ts';
import { listMembers } from './members.ts';
import { getResource } from './read-resource.ts';
import type { ResourceCounts } from './resource-counts.ts';
import { updateResource } from './update-resource.ts';

export function createResourceStore(
  database: Database,
  counts: ResourceCounts,
  clock: Pick<Clock, 'now'>,
  newId: () => string,
): ResourceStore {
  const now = (): Date => new Date(clock.now());
  return {
    get: (tenantId, type, id, include) => getResource(database, tenantId, type, id, include),
    list: (tenantId, type, query) => listResources(database, counts, tenantId, type, query),
    async create(tenantId, type, attributes, members, actor, unique) {
      const resource = { id: newId(), at: now(), type, attributes, members, actor, unique };
      const created = await createResource(database, tenantId, resource);
      counts.noteChange(tenantId, type);
      return created;
    },
    async createUsers(tenantId, users, actor) {
      const creations = await createUsers(database, tenantId, users, { actor, newId, at: now() });
      for (const creation of creations) if ('created' in creation) counts.noteChange(tenantId, 'User');
      return creations;
    },
    listMembers: (tenantId, groupId, page) => listMembers(database, tenantId, groupId, page),
    update: (tenantId, type, id, change, include, actor) =>
      updateResource(database, tenantId, { type, id, change, include, actor, now }),
    async delete(tenantId, type, id, precondition, actor) {
      const isDeleted = await deleteResource(database, tenantId, { type, id, precondition, actor, now });
      if (isDeleted) counts.noteChange(tenantId, type);
      return isDeleted;
    },
  };
}
