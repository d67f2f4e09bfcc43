import type { DirectoryUser, UserChange } from '@joinery/directory/ports';
import * as contract from '../contract/index.ts';
import { modified, type ModifiedProperty } from '../audit.ts';
import { notFound } from '../errors.ts';
import { readDirectoryQuery } from '../odata/directory-filter.ts';
import { readQueryOptions } from '../odata/query-options.ts';
import { presentEntity, presentPage } from '../present/collection.ts';
import { presentDirectoryObject, presentUser } from '../present/directory-object.ts';
import { created, noContent, ok, route, routeWithBody, type Call, type Route } from '../route.ts';
import { findUser } from './find.ts';
import { presentOnly, readAttributes, readReference } from './object-body.ts';

const category = 'UserManagement';

/** @see https://learn.microsoft.com/graph/api/resources/user */
export const userRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/users',
    leastRole: 'Reports Reader',
    audit: 'none',
    async run(call) {
      const { query, options } = readDirectoryQuery(call.query);
      const page = await call.api.directory.listUsers(query);
      return presentPage(call, 'users', {
        ...page,
        value: page.objects.map((user) => presentUser(user, options.select)),
      });
    },
  }),
  routeWithBody({
    method: 'POST',
    path: '/users',
    leastRole: 'Global Administrator',
    audit: { activity: 'Add user', category },
    body: contract.NewUser,
    async run(call) {
      const { body } = call;
      call.audit.target({ id: '', displayName: body.userPrincipalName, type: 'User' });
      const manager = body['manager@odata.bind'];
      const attributes = presentOnly(readAttributes('user', body));
      const [user] = await call.api.directory.createUsers([
        {
          userPrincipalName: body.userPrincipalName,
          accountEnabled: body.accountEnabled ?? true,
          ...(manager === undefined ? {} : { managerId: readReference(manager) }),
          attributes,
        },
      ]);
      if (!user) throw new Error('invariant broken: createUsers answered no user');
      auditUser(
        call,
        user,
        [...attributes].map(([name, value]) => modified(name, null, value)),
      );
      return created(presentEntity(call, 'users', presentUser(user)), `${call.url}/${user.id}`);
    },
  }),
  route({
    method: 'GET',
    path: '/users/:id',
    leastRole: 'Reports Reader',
    audit: 'none',
    async run(call) {
      const { select } = readQueryOptions(call.query, ['$select']);
      return ok(presentEntity(call, 'users', presentUser(await findUser(call), select)));
    },
  }),
  routeWithBody({
    method: 'PATCH',
    path: '/users/:id',
    leastRole: 'Global Administrator',
    audit: { activity: 'Update user', category },
    body: contract.UserChange,
    async run(call) {
      const user = await findUser(call);
      const change: UserChange = {
        ...(call.body.userPrincipalName === undefined ? {} : { userPrincipalName: call.body.userPrincipalName }),
        ...(call.body.accountEnabled === undefined ? {} : { accountEnabled: call.body.accountEnabled }),
        attributes: readAttributes('user', call.body),
      };
      auditUser(call, user, describeChange(user, change));
      await call.api.directory.updateUser(user.id, change);
      return noContent;
    },
  }),
  route({
    method: 'DELETE',
    path: '/users/:id',
    leastRole: 'Global Administrator',
    audit: { activity: 'Delete user', category },
    async run(call) {
      const user = await findUser(call);
      auditUser(call, user);
      await call.api.directory.deleteUser(user.id);
      return noContent;
    },
  }),
  route({
    method: 'GET',
    path: '/users/:id/manager',
    leastRole: 'Reports Reader',
    audit: 'none',
    async run(call) {
      const { select } = readQueryOptions(call.query, ['$select']);
      return ok(presentEntity(call, 'directoryObjects', presentDirectoryObject(await findManager(call), select)));
    },
  }),
  route({
    method: 'GET',
    path: '/users/:id/manager/$ref',
    leastRole: 'Reports Reader',
    audit: 'none',
    async run(call) {
      const manager = await findManager(call);
      return ok({
        '@odata.context': `${call.root}/$metadata#$ref`,
        '@odata.id': `${call.root}/users/${manager.id}`,
      });
    },
  }),
  routeWithBody({
    method: 'PUT',
    path: '/users/:id/manager/$ref',
    leastRole: 'Global Administrator',
    audit: { activity: 'Set user manager', category },
    body: contract.Reference,
    async run(call) {
      const user = await findUser(call);
      const managerId = readReference(call.body['@odata.id']);
      auditUser(call, user, [modified('manager', user.managerId, managerId)]);
      await call.api.directory.updateUser(user.id, { managerId });
      return noContent;
    },
  }),
  route({
    method: 'DELETE',
    path: '/users/:id/manager/$ref',
    leastRole: 'Global Administrator',
    audit: { activity: 'Remove user manager', category },
    async run(call) {
      const user = await findUser(call);
      auditUser(call, user, [modified('manager', user.managerId, null)]);
      await call.api.directory.updateUser(user.id, { managerId: null });
      return noContent;
    },
  }),
  route({
    method: 'GET',
    path: '/users/:id/directReports',
    leastRole: 'Reports Reader',
    audit: 'none',
    async run(call) {
      const { query, options } = readDirectoryQuery(call.query);
      const user = await findUser(call);
      const page = await call.api.directory.listDirectReports(user.id, query);
      const value = page.objects.map((report) => presentDirectoryObject(report, options.select));
      return presentPage(call, 'directoryObjects', { ...page, value });
    },
  }),
  route({
    method: 'GET',
    path: '/users/:id/memberOf',
    leastRole: 'Reports Reader',
    audit: 'none',
    async run(call) {
      const { query, options } = readDirectoryQuery(call.query);
      const user = await findUser(call);
      const page = await call.api.directory.listMemberOf(user.id, query);
      const value = page.objects.map((group) => presentDirectoryObject(group, options.select));
      return presentPage(call, 'directoryObjects', { ...page, value });
    },
  }),
];

async function findManager(call: Call<unknown>): Promise<DirectoryUser> {
  const user = await findUser(call);
  const manager = user.managerId && (await call.api.directory.getUser(user.managerId));
  if (!manager) throw notFound('manager of the user', call.param('id'));
  return manager;
}

function auditUser(call: Call<unknown>, user: DirectoryUser, modifiedProperties: readonly ModifiedProperty[] = []) {
  call.audit.target({ id: user.id, displayName: user.userPrincipalName, type: 'User', modifiedProperties });
}

function describeChange(user: DirectoryUser, change: UserChange): readonly ModifiedProperty[] {
  const properties = [...(change.attributes ?? [])].map(([name, value]) =>
    modified(name, user.attributes.get(name), value),
  );
  if (change.userPrincipalName !== undefined) {
    properties.push(modified('userPrincipalName', user.userPrincipalName, change.userPrincipalName));
  }
  if (change.accountEnabled !== undefined) {
    properties.push(modified('accountEnabled', user.accountEnabled, change.accountEnabled));
  }
  return properties;
}
