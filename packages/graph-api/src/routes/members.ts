import { isGuid } from '@joinery/directory/ports';
import { modified } from '../audit.ts';
import * as contract from '../contract/index.ts';
import { notFound } from '../errors.ts';
import { readDirectoryQuery } from '../odata/directory-filter.ts';
import { presentPage } from '../present/collection.ts';
import { presentDirectoryObject } from '../present/directory-object.ts';
import { noContent, route, routeWithBody, type Route } from '../route.ts';
import { findGroup } from './find.ts';
import { auditGroup, toObjectId } from './groups.ts';
import { readReference } from './object-body.ts';

const category = 'GroupManagement';

/** Memberships, one by one. @see https://learn.microsoft.com/graph/api/group-post-members */
export const memberRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/groups/:id/members',
    leastRole: 'Reports Reader',
    audit: 'none',
    async run(call) {
      const { query, options } = readDirectoryQuery(call.query);
      const group = await findGroup(call);
      const page = await call.api.directory.listMembers(group.id, query);
      const value = page.objects.map((member) => presentDirectoryObject(member, options.select));
      return presentPage(call, 'directoryObjects', { ...page, value });
    },
  }),
  routeWithBody({
    method: 'POST',
    path: '/groups/:id/members/$ref',
    leastRole: 'Global Administrator',
    audit: { activity: 'Add member to group', category },
    body: contract.Reference,
    async run(call) {
      const group = await findGroup(call);
      const memberId = readReference(call.body['@odata.id']);
      auditGroup(call, group, [modified('members', null, memberId)]);
      await call.api.directory.addMembers(group.id, [memberId]);
      return noContent;
    },
  }),
  route({
    method: 'DELETE',
    path: '/groups/:id/members/:memberId/$ref',
    leastRole: 'Global Administrator',
    audit: { activity: 'Remove member from group', category },
    async run(call) {
      const group = await findGroup(call);
      const memberId = call.param('memberId');
      if (!isGuid(memberId)) throw notFound('member', memberId);
      auditGroup(call, group, [modified('members', memberId, null)]);
      const { objects } = await call.api.directory.listMembers(group.id, {
        filter: { kind: 'compare', attribute: 'id', operator: 'eq', value: memberId },
        top: 1,
        count: false,
      });
      if (objects.length === 0) throw notFound('member', memberId);
      await call.api.directory.removeMembers(group.id, [toObjectId(memberId)]);
      return noContent;
    },
  }),
  route({
    method: 'GET',
    path: '/groups/:id/memberOf',
    leastRole: 'Reports Reader',
    audit: 'none',
    async run(call) {
      const { query, options } = readDirectoryQuery(call.query);
      const group = await findGroup(call);
      const page = await call.api.directory.listMemberOf(group.id, query);
      const value = page.objects.map((parent) => presentDirectoryObject(parent, options.select));
      return presentPage(call, 'directoryObjects', { ...page, value });
    },
  }),
];
