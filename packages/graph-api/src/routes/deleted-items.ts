import type { DirectoryObject } from '@joinery/directory/ports';
import type { AuditActivity } from '../route.ts';
import { notFound } from '../errors.ts';
import { readDirectoryQuery } from '../odata/directory-filter.ts';
import { readQueryOptions } from '../odata/query-options.ts';
import { presentEntity, presentPage } from '../present/collection.ts';
import { presentDirectoryObject } from '../present/directory-object.ts';
import { noContent, ok, route, type Call, type Route } from '../route.ts';

/** The recycle bin. @see https://learn.microsoft.com/graph/api/directory-deleteditems-list */
export const deletedItemRoutes: readonly Route[] = [
  ...(['user', 'group'] as const).map((kind) =>
    route({
      method: 'GET',
      path: `/directory/deletedItems/microsoft.graph.${kind}`,
      leastRole: 'Reports Reader',
      audit: 'none',
      async run(call) {
        const { query, options } = readDirectoryQuery(call.query);
        const page = await call.api.directory.listDeleted(kind, query);
        const select = options.select ?? deletedDefaults[kind];
        const value = page.objects.map((object) => presentDirectoryObject(object, select));
        return presentPage(call, `${kind}s`, { ...page, value });
      },
    }),
  ),
  route({
    method: 'GET',
    path: '/directory/deletedItems/:id',
    leastRole: 'Reports Reader',
    audit: 'none',
    async run(call) {
      const { select } = readQueryOptions(call.query, ['$select']);
      const object = await findDeleted(call);
      const shown = presentDirectoryObject(object, select ?? deletedDefaults[object.kind]);
      return ok(presentEntity(call, 'directoryObjects', shown));
    },
  }),
  route({
    method: 'POST',
    path: '/directory/deletedItems/:id/restore',
    leastRole: 'Global Administrator',
    audit: { activity: 'Restore user', category: 'UserManagement' },
    async run(call) {
      const object = await findDeleted(call);
      auditObject(call, object, 'Restore');
      const restored = await call.api.directory.restore(object.id);
      return ok(presentEntity(call, 'directoryObjects', presentDirectoryObject(restored)));
    },
  }),
  route({
    method: 'DELETE',
    path: '/directory/deletedItems/:id',
    leastRole: 'Global Administrator',
    audit: { activity: 'Hard delete user', category: 'UserManagement' },
    async run(call) {
      const object = await findDeleted(call);
      auditObject(call, object, 'Hard delete');
      await call.api.directory.purge(object.id);
      return noContent;
    },
  }),
];

const deletedDefaults = {
  user: ['id', 'displayName', 'userPrincipalName', 'mail', 'jobTitle', 'deletedDateTime'],
  group: ['id', 'displayName', 'description', 'mail', 'securityEnabled', 'deletedDateTime'],
} as const;

async function findDeleted(call: Call<unknown>): Promise<DirectoryObject> {
  const object = await call.api.directory.getDeleted(call.param('id'));
  if (!object) throw notFound('deleted item', call.param('id'));
  return object;
}

function auditObject(call: Call<unknown>, object: DirectoryObject, verb: 'Restore' | 'Hard delete'): void {
  const activity: AuditActivity =
    object.kind === 'user'
      ? { activity: `${verb} user`, category: 'UserManagement' }
      : { activity: `${verb} group`, category: 'GroupManagement' };
  call.audit.as(activity);
  call.audit.target({
    id: object.id,
    displayName: object.kind === 'user' ? object.userPrincipalName : object.displayName,
    type: object.kind === 'user' ? 'User' : 'Group',
  });
}
