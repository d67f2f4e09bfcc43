import { brandId, type AppRoleId } from '@joinery/base';
import { modified } from '../audit.ts';
import * as contract from '../contract/index.ts';
import { readDirectoryQuery } from '../odata/directory-filter.ts';
import { presentApplication, presentServicePrincipal } from '../present/application.ts';
import { presentEntity, presentPage } from '../present/collection.ts';
import { noContent, ok, route, routeWithBody, type Call, type Route } from '../route.ts';
import { findApplication, findServicePrincipal } from './find.ts';

const category = 'ApplicationManagement';

/** Applications and their service principals, made together from the gallery. */
export const applicationRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/applications',
    leastRole: 'Reports Reader',
    audit: 'none',
    async run(call) {
      const page = await call.api.applications.list(readDirectoryQuery(call.query).query);
      return presentPage(call, 'applications', { ...page, value: page.objects.map(presentApplication) });
    },
  }),
  route({
    method: 'GET',
    path: '/applications/:id',
    leastRole: 'Reports Reader',
    audit: 'none',
    async run(call) {
      return ok(presentEntity(call, 'applications', presentApplication(await findApplication(call))));
    },
  }),
  routeWithBody({
    method: 'PATCH',
    path: '/applications/:id',
    leastRole: 'Cloud Application Administrator',
    audit: { activity: 'Update application', category },
    body: contract.ApplicationChange,
    async run(call) {
      const application = await findApplication(call);
      const { displayName, appRoles } = call.body;
      call.audit.target({
        id: application.applicationId,
        displayName: application.displayName,
        type: 'Application',
        modifiedProperties: [
          ...(displayName === undefined ? [] : [modified('DisplayName', application.displayName, displayName)]),
          ...(appRoles === undefined ? [] : [modified('AppRoles', application.appRoles, appRoles)]),
        ],
      });
      await call.api.applications.update(application.applicationId, {
        ...(displayName === undefined ? {} : { displayName }),
        ...(appRoles === undefined
          ? {}
          : { appRoles: appRoles.map((role) => ({ ...role, id: brandId<AppRoleId>(role.id.toLowerCase()) })) }),
      });
      return noContent;
    },
  }),
  route({
    method: 'DELETE',
    path: '/applications/:id',
    leastRole: 'Cloud Application Administrator',
    audit: { activity: 'Delete application', category },
    async run(call) {
      return remove(call, await findApplication(call));
    },
  }),
  route({
    method: 'GET',
    path: '/servicePrincipals',
    leastRole: 'Reports Reader',
    audit: 'none',
    async run(call) {
      const page = await call.api.applications.list(readDirectoryQuery(call.query).query);
      return presentPage(call, 'servicePrincipals', { ...page, value: page.objects.map(presentServicePrincipal) });
    },
  }),
  route({
    method: 'GET',
    path: '/servicePrincipals/:id',
    leastRole: 'Reports Reader',
    audit: 'none',
    async run(call) {
      return ok(presentEntity(call, 'servicePrincipals', presentServicePrincipal(await findServicePrincipal(call))));
    },
  }),
  routeWithBody({
    method: 'PATCH',
    path: '/servicePrincipals/:id',
    leastRole: 'Cloud Application Administrator',
    audit: { activity: 'Update service principal', category },
    body: contract.ServicePrincipalChange,
    async run(call) {
      const application = await findServicePrincipal(call);
      const { accountEnabled } = call.body;
      call.audit.target({
        id: application.servicePrincipalId,
        displayName: application.displayName,
        type: 'ServicePrincipal',
        modifiedProperties: [modified('AccountEnabled', application.accountEnabled, accountEnabled)],
      });
      if (accountEnabled !== undefined) {
        await call.api.applications.update(application.applicationId, { accountEnabled });
      }
      return noContent;
    },
  }),
  route({
    method: 'DELETE',
    path: '/servicePrincipals/:id',
    leastRole: 'Cloud Application Administrator',
    audit: { activity: 'Remove service principal', category },
    async run(call) {
      return remove(call, await findServicePrincipal(call));
    },
  }),
];

/** Both objects go together, and the application's jobs and assignments with them. */
async function remove(call: Call<unknown>, application: Awaited<ReturnType<typeof findApplication>>) {
  call.audit.target({
    id: application.servicePrincipalId,
    displayName: application.displayName,
    type: 'ServicePrincipal',
  });
  call.audit.target({ id: application.applicationId, displayName: application.displayName, type: 'Application' });
  for (const job of await call.api.jobs.list(application.servicePrincipalId)) await call.api.jobs.delete(job.id);
  await call.api.applications.delete(application.applicationId);
  return noContent;
}
