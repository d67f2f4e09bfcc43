import type { Json } from '@joinery/base';
import { userType } from '@joinery/scim';
import type { StoredResource } from '@joinery/service-provider';
import type { FastifyInstance } from 'fastify';
import { UserDetailsSchema, UserListSchema, UserQuerySchema, type User, type UserQuery } from '../contract.ts';
import { notFound } from '../errors.ts';
import type { ApiContext } from './context.ts';
import { limitDefault, nextCursor, searchFilter, startIndexOf } from './page.ts';
import { callerOf } from './session.ts';

export function textOf(value: Json | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

/** `unadopted`: ids of accounts that no provisioning client has written. */
function presentUser(user: StoredResource, unadopted: ReadonlySet<string>): User {
  const { attributes } = user;
  return {
    id: user.id,
    userName: textOf(attributes['userName']) ?? '',
    displayName: textOf(attributes['displayName']),
    externalId: textOf(attributes['externalId']),
    title: textOf(attributes['title']),
    active: attributes['active'] !== false,
    managedBy: unadopted.has(user.id) ? 'workspace' : 'scim',
    created: user.created.toISOString(),
    lastModified: user.lastModified.toISOString(),
  };
}

const searched = ['userName', 'displayName', 'name.givenName', 'name.familyName', 'externalId'];

/** A user without `active` is active. */
function stateFilter(active: boolean | undefined): string | undefined {
  if (active === undefined) return undefined;
  return active ? 'not (active eq false)' : 'active eq false';
}

export function registerUsers(app: FastifyInstance, context: ApiContext): void {
  app.get<{ Querystring: UserQuery }>(
    '/api/users',
    { schema: { querystring: UserQuerySchema, response: { 200: UserListSchema } } },
    async (request) => {
      const { search, active, cursor, limit } = request.query;
      const startIndex = startIndexOf(cursor);
      const { tenantId } = callerOf(request);
      const page = await context.resources.list(tenantId, 'User', {
        filter: searchFilter(userType, searched, search, stateFilter(active)),
        sort: undefined,
        startIndex,
        count: limit ?? limitDefault,
        include: { members: false, groups: false },
      });
      const unadopted = await context.rules.unadoptedOf(
        tenantId,
        page.resources.map(({ id }) => id),
      );
      return {
        users: page.resources.map((user) => presentUser(user, unadopted)),
        total: page.totalResults,
        next: nextCursor(startIndex, page.resources.length, page.totalResults),
      };
    },
  );

  app.get<{ Params: { id: string } }>(
    '/api/users/:id',
    { schema: { response: { 200: UserDetailsSchema } } },
    async (request) => {
      const include = { members: false, groups: true };
      const { tenantId } = callerOf(request);
      const user = await context.resources.get(tenantId, 'User', request.params.id, include);
      if (user === undefined) throw notFound('A person of this id');
      return {
        ...presentUser(user, await context.rules.unadoptedOf(tenantId, [user.id])),
        version: user.version,
        attributes: user.attributes,
        groups: (user.groups ?? []).map(({ id, display, direct }) => ({ id, display, direct })),
      };
    },
  );
}
