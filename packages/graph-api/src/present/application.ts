import type { AppRoleAssignment, EnterpriseApplication } from '@joinery/directory/ports';
import type * as contract from '../contract/index.ts';

export function presentApplication(application: EnterpriseApplication): contract.Application {
  return {
    id: application.applicationId,
    appId: application.appId,
    applicationTemplateId: application.applicationTemplateId ?? null,
    displayName: application.displayName,
    createdDateTime: application.createdDateTime.toISOString(),
    appRoles: presentRoles(application),
  };
}

export function presentServicePrincipal(application: EnterpriseApplication): contract.ServicePrincipal {
  return {
    id: application.servicePrincipalId,
    appId: application.appId,
    applicationTemplateId: application.applicationTemplateId ?? null,
    displayName: application.displayName,
    appDisplayName: application.displayName,
    accountEnabled: application.accountEnabled,
    servicePrincipalType: 'Application',
    createdDateTime: application.createdDateTime.toISOString(),
    appRoles: presentRoles(application),
  };
}

function presentRoles(application: EnterpriseApplication): contract.AppRole[] {
  return application.appRoles.map((role) => ({ ...role, allowedMemberTypes: [...role.allowedMemberTypes] }));
}

export function presentAssignment(assignment: AppRoleAssignment): contract.AppRoleAssignment {
  return { ...assignment, createdDateTime: assignment.createdDateTime.toISOString() };
}
