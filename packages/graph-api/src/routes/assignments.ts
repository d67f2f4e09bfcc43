import { brandId, type AppRoleId } from '@joinery/base';
import { isGuid, type AppRoleAssignment } from '@joinery/directory/ports';
import { modified } from '../audit.ts';
import * as contract from '../contract/index.ts';
import { badRequest, notFound } from '../errors.ts';
import { readDirectoryQuery } from '../odata/directory-filter.ts';
import { presentAssignment } from '../present/application.ts';
import { presentEntity, presentPage } from '../present/collection.ts';
import { created, noContent, ok, route, routeWithBody, type Call, type Route } from '../route.ts';
import { findGroup, findServicePrincipal, findUser } from './find.ts';
import { toObjectId } from './groups.ts';

/** Who is assigned to an application, with which role. @see https://learn.microsoft.com/graph/api/resources/approleassignment */
export const assignmentRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/servicePrincipals/:id/appRoleAssignedTo',
    leastRole: 'Reports Reader',
    audit: 'none',
    async run(call) {
      const { query } = readDirectoryQuery(call.query);
      const application = await findServicePrincipal(call);
      const page = await call.api.applications.listAssignments(application.servicePrincipalId, query);
      return presentPage(call, 'appRoleAssignments', { ...page, value: page.objects.map(presentAssignment) });
    },
  }),
  routeWithBody({
    method: 'POST',
    path: '/servicePrincipals/:id/appRoleAssignedTo',
    leastRole: 'Cloud Application Administrator',
    audit: { activity: 'Add app role assignment grant to user', category: 'ApplicationManagement' },
    body: contract.NewAppRoleAssignment,
    async run(call) {
      const application = await findServicePrincipal(call);
      const { principalId, resourceId, appRoleId } = call.body;
      if (resourceId !== undefined && resourceId.toLowerCase() !== application.servicePrincipalId) {
        throw badRequest('resourceId must be the id of the service principal that the address names.');
      }
      if (!isGuid(principalId)) throw badRequest('principalId must be the id of a user or group.');
      call.audit.target({ id: principalId, displayName: '', type: 'User' });
      const assignment = await call.api.applications.assign(
        application.servicePrincipalId,
        toObjectId(principalId),
        brandId<AppRoleId>(appRoleId.toLowerCase()),
        { includesNestedGroups: call.body.includesNestedGroups ?? false },
      );
      auditAssignment(call, assignment, 'Add');
      return created(presentEntity(call, 'appRoleAssignments', presentAssignment(assignment)));
    },
  }),
  routeWithBody({
    method: 'PATCH',
    path: '/servicePrincipals/:id/appRoleAssignedTo/:assignmentId',
    leastRole: 'Cloud Application Administrator',
    audit: { activity: 'Update app role assignment of group', category: 'ApplicationManagement' },
    body: contract.AppRoleAssignmentChange,
    async run(call) {
      const application = await findServicePrincipal(call);
      const id = call.param('assignmentId');
      const { includesNestedGroups } = call.body;
      call.audit.target({
        id: application.servicePrincipalId,
        displayName: application.displayName,
        type: 'ServicePrincipal',
      });
      const assignment = await call.api.applications.includeNestedGroups(
        application.servicePrincipalId,
        id,
        includesNestedGroups,
      );
      call.audit.target({
        id: assignment.principalId,
        displayName: assignment.principalDisplayName,
        type: 'Group',
        modifiedProperties: [modified('IncludesNestedGroups', null, includesNestedGroups)],
      });
      return ok(presentEntity(call, 'appRoleAssignments', presentAssignment(assignment)));
    },
  }),
  route({
    method: 'DELETE',
    path: '/servicePrincipals/:id/appRoleAssignedTo/:assignmentId',
    leastRole: 'Cloud Application Administrator',
    audit: { activity: 'Remove app role assignment from user', category: 'ApplicationManagement' },
    async run(call) {
      const application = await findServicePrincipal(call);
      const id = call.param('assignmentId');
      const { objects } = await call.api.applications.listAssignments(application.servicePrincipalId, {
        filter: { kind: 'compare', attribute: 'id', operator: 'eq', value: id },
        top: 1,
        count: false,
      });
      const [assignment] = objects;
      if (!assignment) throw notFound('app role assignment', id);
      auditAssignment(call, assignment, 'Remove');
      await call.api.applications.unassign(application.servicePrincipalId, assignment.id);
      return noContent;
    },
  }),
  route({
    method: 'GET',
    path: '/users/:id/appRoleAssignments',
    leastRole: 'Reports Reader',
    audit: 'none',
    async run(call) {
      const { query } = readDirectoryQuery(call.query);
      const user = await findUser(call);
      const page = await call.api.applications.listAssignmentsOf(user.id, query);
      return presentPage(call, 'appRoleAssignments', { ...page, value: page.objects.map(presentAssignment) });
    },
  }),
  route({
    method: 'GET',
    path: '/groups/:id/appRoleAssignments',
    leastRole: 'Reports Reader',
    audit: 'none',
    async run(call) {
      const { query } = readDirectoryQuery(call.query);
      const group = await findGroup(call);
      const page = await call.api.applications.listAssignmentsOf(group.id, query);
      return presentPage(call, 'appRoleAssignments', { ...page, value: page.objects.map(presentAssignment) });
    },
  }),
];

function auditAssignment(call: Call<unknown>, assignment: AppRoleAssignment, verb: 'Add' | 'Remove'): void {
  const whom = assignment.principalType === 'User' ? 'user' : 'group';
  call.audit.as({
    activity: verb === 'Add' ? `Add app role assignment grant to ${whom}` : `Remove app role assignment from ${whom}`,
    category: 'ApplicationManagement',
  });
  const [old, now] = verb === 'Add' ? [null, assignment.appRoleId] : [assignment.appRoleId, null];
  call.audit.target({
    id: assignment.principalId,
    displayName: assignment.principalDisplayName,
    type: assignment.principalType,
    modifiedProperties: [modified('AppRole.Id', old, now)],
  });
  call.audit.target({
    id: assignment.resourceId,
    displayName: assignment.resourceDisplayName,
    type: 'ServicePrincipal',
  });
}
