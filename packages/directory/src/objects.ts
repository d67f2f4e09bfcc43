import type { AppRoleId, ObjectId } from '@joinery/base';

/** A value of a directory attribute. Absent attributes are absent keys, never null. */
export type DirectoryValue = string | boolean | readonly string[];

/**
 * Attributes by Graph's names (`jobTitle`, `mobilePhone`, `businessPhones`, `officeLocation`, …), and extension
 * attributes (`extensionAttribute1`…`15`, `extension_<appId>_<name>`). The table in `attributes.ts` holds each with its
 * type and the name under which attribute mappings know it (`mobile`, `telephoneNumber`, …).
 */
export type DirectoryAttributes = ReadonlyMap<string, DirectoryValue>;

export interface DirectoryUser {
  readonly kind: 'user';
  readonly id: ObjectId;
  /** Unique among users that are not deleted, ignoring case. */
  readonly userPrincipalName: string;
  readonly accountEnabled: boolean;
  readonly managerId: ObjectId | undefined;
  readonly createdDateTime: Date;
  /** Set while the user is in the recycle bin; purged 30 days later. */
  readonly deletedDateTime: Date | undefined;
  /** Everything else: displayName, givenName, surname, mail, mailNickname, jobTitle, department, city, employeeId, … */
  readonly attributes: DirectoryAttributes;
}

export interface DirectoryGroup {
  readonly kind: 'group';
  readonly id: ObjectId;
  readonly displayName: string;
  readonly securityEnabled: boolean;
  readonly createdDateTime: Date;
  readonly deletedDateTime: Date | undefined;
  /** description, mailNickname, mail, mailEnabled, … */
  readonly attributes: DirectoryAttributes;
}

export type DirectoryObject = DirectoryUser | DirectoryGroup;

/** Graph `appRole`. */
export interface AppRoleDefinition {
  readonly id: AppRoleId;
  readonly displayName: string;
  readonly description: string;
  readonly value: string | null;
  readonly isEnabled: boolean;
  readonly allowedMemberTypes: readonly ('User' | 'Application')[];
}

/** An enterprise application: the application object and its service principal, made together from a gallery template. */
export interface EnterpriseApplication {
  /** Object id of the application. */
  readonly applicationId: ObjectId;
  readonly appId: string;
  /** Object id of the service principal: the id in every synchronization URL. */
  readonly servicePrincipalId: ObjectId;
  readonly displayName: string;
  readonly applicationTemplateId: string | undefined;
  readonly appRoles: readonly AppRoleDefinition[];
  readonly accountEnabled: boolean;
  readonly createdDateTime: Date;
}

/** Graph `appRoleAssignment`. `appRoleId` of zeros is the default access role. */
export interface AppRoleAssignment {
  readonly id: string;
  readonly principalId: ObjectId;
  readonly principalType: 'User' | 'Group';
  readonly principalDisplayName: string;
  readonly resourceId: ObjectId;
  readonly resourceDisplayName: string;
  readonly appRoleId: AppRoleId;
  /** Of a group: the assignment reaches the members of the groups inside it too, and they count as its members. */
  readonly includesNestedGroups: boolean;
  readonly createdDateTime: Date;
}

export const defaultAccessRoleId = '00000000-0000-0000-0000-000000000000' as AppRoleId;
