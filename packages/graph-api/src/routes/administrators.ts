import { modified } from '../audit.ts';
import * as contract from '../contract/index.ts';
import type { Administrator } from '../ports.ts';
import { presentList } from '../present/list.ts';
import { created, noContent, ok, route, routeWithBody, type Call, type Route } from '../route.ts';

const category = 'RoleManagement';

/** Who may sign in to the admin center, and with which role. */
export const administratorRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/administrators',
    leastRole: 'Global Administrator',
    audit: 'none',
    async run(call) {
      const administrators = await call.api.administrators.list();
      return presentList(call, administrators.map(presentAdministrator));
    },
  }),
  routeWithBody({
    method: 'POST',
    path: '/administrators',
    leastRole: 'Global Administrator',
    audit: { activity: 'Add administrator', category },
    body: contract.NewAdministrator,
    async run(call) {
      const { email, role, password, displayName = email } = call.body;
      call.audit.target({ id: '', displayName: email, type: 'Administrator' });
      const passwordHash = await call.api.passwords.hash(password);
      const administrator = await call.api.administrators.create({ email, displayName, role, passwordHash });
      audit(call, administrator, [modified('Role', null, role)]);
      return created(presentAdministrator(administrator), `${call.url}/${administrator.id}`);
    },
  }),
  routeWithBody({
    method: 'PATCH',
    path: '/administrators/:id',
    leastRole: 'Global Administrator',
    audit: { activity: 'Update administrator', category },
    body: contract.AdministratorChange,
    async run(call) {
      const { displayName, role, password } = call.body;
      const id = call.param('id');
      const before = await call.api.administrators.get(id);
      const changes = [
        ...(displayName === undefined ? [] : [modified('DisplayName', before?.displayName, displayName)]),
        ...(role === undefined ? [] : [modified('Role', before?.role, role)]),
        ...(password === undefined ? [] : [modified('Password', null, '******')]),
      ];
      if (before) audit(call, before, changes);
      const administrator = await call.api.administrators.update(id, {
        ...(displayName === undefined ? {} : { displayName }),
        ...(role === undefined ? {} : { role }),
        ...(password === undefined ? {} : { passwordHash: await call.api.passwords.hash(password) }),
      });
      return ok(presentAdministrator(administrator));
    },
  }),
  route({
    method: 'DELETE',
    path: '/administrators/:id',
    leastRole: 'Global Administrator',
    audit: { activity: 'Delete administrator', category },
    async run(call) {
      call.audit.target({ id: call.param('id'), displayName: '', type: 'Administrator' });
      audit(call, await call.api.administrators.delete(call.param('id')));
      return noContent;
    },
  }),
];

function presentAdministrator(administrator: Administrator): contract.Administrator {
  const { id, email, displayName, role, createdDateTime } = administrator;
  return { id, email, displayName, role, createdDateTime: createdDateTime.toISOString() };
}

function audit(
  call: Call<unknown>,
  administrator: Administrator,
  modifiedProperties: readonly ReturnType<typeof modified>[] = [],
): void {
  const { id, email } = administrator;
  call.audit.target({ id, displayName: email, type: 'Administrator', modifiedProperties });
}
