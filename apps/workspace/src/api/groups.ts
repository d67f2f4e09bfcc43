import { groupType, readFilter, userType } from '@joinery/scim';
import type { StoredMember, StoredResource } from '@joinery/service-provider';
import type { FastifyInstance } from 'fastify';
import {
  GroupListSchema,
  MemberListSchema,
  PageQuerySchema,
  type Group,
  type Member,
  type PageQuery,
} from '../contract.ts';
import { notFound } from '../errors.ts';
import type { ApiContext } from './context.ts';
import { limitDefault, nextCursor, searchFilter, startIndexOf } from './page.ts';
import { callerOf, type Caller } from './session.ts';
import { textOf } from './users.ts';

const nothing = { members: false, groups: false };

function presentGroup(group: StoredResource): Group {
  return {
    id: group.id,
    displayName: textOf(group.attributes['displayName']) ?? '',
    externalId: textOf(group.attributes['externalId']),
    managedBy: 'scim',
    created: group.created.toISOString(),
    lastModified: group.lastModified.toISOString(),
  };
}

/** The users among the members of one page, for their state and last change. */
async function usersOf(context: ApiContext, caller: Caller, members: readonly StoredMember[]) {
  const ids = members.filter((member) => member.type === 'User').map((member) => member.id);
  if (ids.length === 0) return new Map<string, StoredResource>();
  const page = await context.resources.list(caller.tenantId, 'User', {
    filter: readFilter(ids.map((id) => `id eq ${JSON.stringify(id)}`).join(' or '), userType),
    sort: undefined,
    startIndex: 1,
    count: ids.length,
    include: nothing,
  });
  return new Map<string, StoredResource>(page.resources.map((user) => [user.id, user]));
}

function presentMember(member: StoredMember, user: StoredResource | undefined): Member {
  return {
    id: member.id,
    type: member.type,
    display: member.display,
    active: user === undefined ? null : user.attributes['active'] !== false,
    managedBy: 'scim',
    lastModified: user?.lastModified.toISOString() ?? null,
  };
}

export function registerGroups(app: FastifyInstance, context: ApiContext): void {
  app.get<{ Querystring: PageQuery }>(
    '/api/groups',
    { schema: { querystring: PageQuerySchema, response: { 200: GroupListSchema } } },
    async (request) => {
      const { search, cursor, limit } = request.query;
      const startIndex = startIndexOf(cursor);
      const page = await context.resources.list(callerOf(request).tenantId, 'Group', {
        filter: searchFilter(groupType, ['displayName', 'externalId'], search),
        sort: undefined,
        startIndex,
        count: limit ?? limitDefault,
        include: nothing,
      });
      return {
        groups: page.resources.map(presentGroup),
        total: page.totalResults,
        next: nextCursor(startIndex, page.resources.length, page.totalResults),
      };
    },
  );

  app.get<{ Params: { id: string }; Querystring: PageQuery }>(
    '/api/groups/:id/members',
    { schema: { querystring: PageQuerySchema, response: { 200: MemberListSchema } } },
    async (request) => {
      const caller = callerOf(request);
      const { cursor, limit } = request.query;
      const include = { members: true, groups: false };
      const group = await context.resources.get(caller.tenantId, 'Group', request.params.id, include);
      if (group === undefined) throw notFound('A group of this id');
      const startIndex = startIndexOf(cursor);
      const all = group.members ?? [];
      const members = all.slice(startIndex - 1, startIndex - 1 + (limit ?? limitDefault));
      const users = await usersOf(context, caller, members);
      return {
        group: presentGroup(group),
        members: members.map((member) => presentMember(member, users.get(member.id))),
        total: all.length,
        next: nextCursor(startIndex, members.length, all.length),
      };
    },
  );
}
