import { brandId, type ObjectId } from '@joinery/base';
import type { DirectoryGroup, GroupChange } from '@joinery/directory/ports';
import { modified, type ModifiedProperty } from '../audit.ts';
import * as contract from '../contract/index.ts';
import { readDirectoryQuery } from '../odata/directory-filter.ts';
import { readQueryOptions } from '../odata/query-options.ts';
import { presentEntity, presentPage } from '../present/collection.ts';
import { presentGroup } from '../present/directory-object.ts';
import { created, noContent, ok, route, routeWithBody, type Call, type Route } from '../route.ts';
import { findGroup } from './find.ts';
import { presentOnly, readAttributes, readReference } from './object-body.ts';

const category = 'GroupManagement';

/** @see https://learn.microsoft.com/graph/api/resources/group */
export const groupRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/groups',
    leastRole: 'Reports Reader',
    audit: 'none',
    async run(call) {
      const { query, options } = readDirectoryQuery(call.query);
      const page = await call.api.directory.listGroups(query);
      return presentPage(call, 'groups', {
        ...page,
        value: page.objects.map((group) => presentGroup(group, options.select)),
      });
    },
  }),
  routeWithBody({
    method: 'POST',
    path: '/groups',
    leastRole: 'Global Administrator',
    audit: { activity: 'Add group', category },
    body: contract.NewGroup,
    async run(call) {
      const { body } = call;
      call.audit.target({ id: '', displayName: body.displayName, type: 'Group' });
      const attributes = presentOnly(readAttributes('group', body));
      const members = body['members@odata.bind']?.map(readReference) ?? [];
      const [group] = await call.api.directory.createGroups([
        {
          displayName: body.displayName,
          securityEnabled: body.securityEnabled ?? true,
          attributes,
          memberIds: members,
        },
      ]);
      if (!group) throw new Error('invariant broken: createGroups answered no group');
      auditGroup(call, group, [
        ...[...attributes].map(([name, value]) => modified(name, null, value)),
        ...members.map((id) => modified('members', null, id)),
      ]);
      return created(presentEntity(call, 'groups', presentGroup(group)), `${call.url}/${group.id}`);
    },
  }),
  route({
    method: 'GET',
    path: '/groups/:id',
    leastRole: 'Reports Reader',
    audit: 'none',
    async run(call) {
      const { select } = readQueryOptions(call.query, ['$select']);
      return ok(presentEntity(call, 'groups', presentGroup(await findGroup(call), select)));
    },
  }),
  routeWithBody({
    method: 'PATCH',
    path: '/groups/:id',
    leastRole: 'Global Administrator',
    audit: { activity: 'Update group', category },
    body: contract.GroupChange,
    async run(call) {
      const group = await findGroup(call);
      const memberIds = call.body['members@odata.bind']?.map(readReference) ?? [];
      const attributes = readAttributes('group', call.body);
      const change: GroupChange = {
        ...(call.body.displayName === undefined ? {} : { displayName: call.body.displayName }),
        ...(call.body.securityEnabled === undefined ? {} : { securityEnabled: call.body.securityEnabled }),
        ...(attributes.size === 0 ? {} : { attributes }),
      };
      auditGroup(call, group, [
        ...describeChange(group, change),
        ...memberIds.map((id) => modified('members', null, id)),
      ]);
      if (memberIds.length > 0) await call.api.directory.addMembers(group.id, memberIds);
      if (Object.keys(change).length > 0) await call.api.directory.updateGroup(group.id, change);
      return noContent;
    },
  }),
  route({
    method: 'DELETE',
    path: '/groups/:id',
    leastRole: 'Global Administrator',
    audit: { activity: 'Delete group', category },
    async run(call) {
      const group = await findGroup(call);
      auditGroup(call, group);
      await call.api.directory.deleteGroup(group.id);
      return noContent;
    },
  }),
];

export function auditGroup(
  call: Call<unknown>,
  group: DirectoryGroup,
  modifiedProperties: readonly ModifiedProperty[] = [],
): void {
  call.audit.target({ id: group.id, displayName: group.displayName, type: 'Group', modifiedProperties });
}

function describeChange(group: DirectoryGroup, change: GroupChange): readonly ModifiedProperty[] {
  const properties = [...(change.attributes ?? [])].map(([name, value]) =>
    modified(name, group.attributes.get(name), value),
  );
  if (change.displayName !== undefined) {
    properties.push(modified('displayName', group.displayName, change.displayName));
  }
  if (change.securityEnabled !== undefined) {
    properties.push(modified('securityEnabled', group.securityEnabled, change.securityEnabled));
  }
  return properties;
}

export const toObjectId = (text: string): ObjectId => brandId<ObjectId>(text.toLowerCase());
