import { groupType } from '@joinery/scim';
import type { StoredResource } from '@joinery/service-provider';
import type { ListedMember } from '@joinery/store/workspace';
import type { FastifyInstance } from 'fastify';
import {
  GroupDetailsSchema,
  GroupListSchema,
  MemberListSchema,
  PageQuerySchema,
  type Group,
  type Member,
  type PageQuery,
} from '../contract.ts';
import { invalidInput, notFound } from '../errors.ts';
import type { ApiContext } from './context.ts';
import { limitDefault, nextCursor, searchFilter, startIndexOf } from './page.ts';
import { callerOf, type Caller } from './session.ts';
import { textOf } from './users.ts';

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

function presentMember(member: ListedMember, unadopted: ReadonlySet<string>): Member {
  return {
    id: member.id,
    type: member.type,
    display: member.display,
    active: member.active ?? null,
    managedBy: unadopted.has(member.id) ? 'workspace' : 'scim',
    lastModified: member.lastModified.toISOString(),
  };
}

/** Never with its members, of which there may be 100,000. */
async function getGroup(context: ApiContext, caller: Caller, id: string): Promise<StoredResource> {
  const include = { members: false, groups: false };
  const group = await context.resources.get(caller.tenantId, 'Group', id, include);
  if (group === undefined) throw notFound('A group of this id');
  return group;
}

function memberCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined || cursor === '') return undefined;
  if (!/^[0-9a-f-]{36}$/.test(cursor)) {
    throw invalidInput('The cursor is not one of this list; start again without it.');
  }
  return cursor;
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
        include: { members: false, groups: false },
      });
      return {
        groups: page.resources.map(presentGroup),
        total: page.totalResults,
        next: nextCursor(startIndex, page.resources.length, page.totalResults),
      };
    },
  );

  app.get<{ Params: { id: string } }>(
    '/api/groups/:id',
    { schema: { response: { 200: GroupDetailsSchema } } },
    async (request) => {
      const caller = callerOf(request);
      const group = await getGroup(context, caller, request.params.id);
      const { total } = await context.groupMembers.list(caller.tenantId, group.id, { after: undefined, limit: 1 });
      return { ...presentGroup(group), version: group.version, members: total, attributes: group.attributes };
    },
  );

  app.get<{ Params: { id: string }; Querystring: PageQuery }>(
    '/api/groups/:id/members',
    { schema: { querystring: PageQuerySchema, response: { 200: MemberListSchema } } },
    async (request) => {
      const caller = callerOf(request);
      const { cursor, limit } = request.query;
      const after = memberCursor(cursor);
      const group = await getGroup(context, caller, request.params.id);
      const page = await context.groupMembers.list(caller.tenantId, group.id, { after, limit: limit ?? limitDefault });
      const unadopted = await context.rules.unadoptedOf(
        caller.tenantId,
        page.members.map(({ id }) => id),
      );
      return {
        group: presentGroup(group),
        members: page.members.map((member) => presentMember(member, unadopted)),
        total: page.total,
        next: page.next ?? null,
      };
    },
  );
}
