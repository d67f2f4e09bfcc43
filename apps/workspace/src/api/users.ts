import type { Json } from '@joinery/base';
import { userType } from '@joinery/scim';
import type { StoredResource } from '@joinery/service-provider';
import type { FastifyInstance } from 'fastify';
import { PageQuerySchema, UserListSchema, type PageQuery, type User } from '../contract.ts';
import type { ApiContext } from './context.ts';
import { limitDefault, nextCursor, searchFilter, startIndexOf } from './page.ts';
import { callerOf } from './session.ts';

export function textOf(value: Json | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

export function presentUser(user: StoredResource): User {
  const { attributes } = user;
  return {
    id: user.id,
    userName: textOf(attributes['userName']) ?? '',
    displayName: textOf(attributes['displayName']),
    externalId: textOf(attributes['externalId']),
    title: textOf(attributes['title']),
    active: attributes['active'] !== false,
    managedBy: 'scim',
    created: user.created.toISOString(),
    lastModified: user.lastModified.toISOString(),
  };
}

const searched = ['userName', 'displayName', 'name.givenName', 'name.familyName', 'externalId'];

export function registerUsers(app: FastifyInstance, context: ApiContext): void {
  app.get<{ Querystring: PageQuery }>(
    '/api/users',
    { schema: { querystring: PageQuerySchema, response: { 200: UserListSchema } } },
    async (request) => {
      const { search, cursor, limit } = request.query;
      const startIndex = startIndexOf(cursor);
      const page = await context.resources.list(callerOf(request).tenantId, 'User', {
        filter: searchFilter(userType, searched, search),
        sort: undefined,
        startIndex,
        count: limit ?? limitDefault,
        include: { members: false, groups: false },
      });
      return {
        users: page.resources.map(presentUser),
        total: page.totalResults,
        next: nextCursor(startIndex, page.resources.length, page.totalResults),
      };
    },
  );
}
