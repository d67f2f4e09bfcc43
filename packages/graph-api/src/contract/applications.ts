import { Type, type Static } from 'typebox';
import { Collection, OptionalText } from './collection.ts';

/** Graph `appRole`. */
export const AppRole = Type.Object({
  id: Type.String({ format: 'uuid' }),
  displayName: Type.String({ minLength: 1, maxLength: 256 }),
  description: Type.String({ minLength: 1, maxLength: 1024 }),
  value: Type.Union([Type.String({ minLength: 1, maxLength: 250, pattern: '^[^\\s.][^\\s]*$' }), Type.Null()]),
  isEnabled: Type.Boolean(),
  allowedMemberTypes: Type.Array(Type.Union([Type.Literal('User'), Type.Literal('Application')]), {
    minItems: 1,
    maxItems: 2,
  }),
});
export type AppRole = Static<typeof AppRole>;

/** Graph `applicationTemplate`: an entry of the application gallery. */
export const ApplicationTemplate = Type.Object({
  id: Type.String(),
  displayName: Type.String(),
  description: Type.String(),
  publisher: Type.String(),
  categories: Type.Array(Type.String()),
  supportedProvisioningTypes: Type.Array(Type.String()),
  supportedSingleSignOnModes: Type.Array(Type.String()),
  homePageUrl: OptionalText,
  logoUrl: OptionalText,
});
export type ApplicationTemplate = Static<typeof ApplicationTemplate>;
export const ApplicationTemplates = Collection(ApplicationTemplate);
export type ApplicationTemplates = Static<typeof ApplicationTemplates>;

export const Instantiation = Type.Object({ displayName: Type.String({ minLength: 1, maxLength: 120 }) });
export type Instantiation = Static<typeof Instantiation>;

export const Application = Type.Object({
  id: Type.String(),
  appId: Type.String(),
  applicationTemplateId: OptionalText,
  displayName: Type.String(),
  createdDateTime: Type.String(),
  appRoles: Type.Array(AppRole),
});
export type Application = Static<typeof Application>;
export const Applications = Collection(Application);
export type Applications = Static<typeof Applications>;

export const ServicePrincipal = Type.Object({
  id: Type.String(),
  appId: Type.String(),
  applicationTemplateId: OptionalText,
  displayName: Type.String(),
  appDisplayName: Type.String(),
  accountEnabled: Type.Boolean(),
  servicePrincipalType: Type.Literal('Application'),
  createdDateTime: Type.String(),
  appRoles: Type.Array(AppRole),
});
export type ServicePrincipal = Static<typeof ServicePrincipal>;
export const ServicePrincipals = Collection(ServicePrincipal);
export type ServicePrincipals = Static<typeof ServicePrincipals>;

/** Answer of `instantiate`: Graph `applicationServicePrincipal`. */
export const ApplicationServicePrincipal = Type.Object({
  application: Application,
  servicePrincipal: ServicePrincipal,
});
export type ApplicationServicePrincipal = Static<typeof ApplicationServicePrincipal>;

/** PATCH /applications/{id}: the application manifest, as far as it is kept. */
export const ApplicationChange = Type.Object({
  displayName: Type.Optional(Type.String({ minLength: 1, maxLength: 120 })),
  appRoles: Type.Optional(Type.Array(AppRole, { maxItems: 1200 })),
});
export type ApplicationChange = Static<typeof ApplicationChange>;

export const ServicePrincipalChange = Type.Object({ accountEnabled: Type.Optional(Type.Boolean()) });
export type ServicePrincipalChange = Static<typeof ServicePrincipalChange>;

export const AppRoleAssignment = Type.Object({
  id: Type.String(),
  principalId: Type.String(),
  principalType: Type.Union([Type.Literal('User'), Type.Literal('Group')]),
  principalDisplayName: Type.String(),
  resourceId: Type.String(),
  resourceDisplayName: Type.String(),
  appRoleId: Type.String(),
  /** Not Graph's: a group's assignment reaches the members of the groups inside it too. */
  includesNestedGroups: Type.Boolean(),
  createdDateTime: Type.String(),
});
export type AppRoleAssignment = Static<typeof AppRoleAssignment>;
export const AppRoleAssignments = Collection(AppRoleAssignment);
export type AppRoleAssignments = Static<typeof AppRoleAssignments>;

/** POST …/appRoleAssignedTo. `appRoleId` of zeros is the default access role. */
export const NewAppRoleAssignment = Type.Object({
  principalId: Type.String({ minLength: 1, maxLength: 64 }),
  resourceId: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  appRoleId: Type.String({ minLength: 1, maxLength: 64 }),
  includesNestedGroups: Type.Optional(Type.Boolean()),
});
export type NewAppRoleAssignment = Static<typeof NewAppRoleAssignment>;

/** PATCH …/appRoleAssignedTo/{id}: what of an assignment can be changed. */
export const AppRoleAssignmentChange = Type.Object({ includesNestedGroups: Type.Boolean() });
export type AppRoleAssignmentChange = Static<typeof AppRoleAssignmentChange>;
