import type { AppRoleId, ObjectId } from '@joinery/base';
import type { AppRole } from '@joinery/expressions';
import type { DirectoryPage, DirectoryQuery } from './filter.ts';
import type {
  AppRoleAssignment,
  AppRoleDefinition,
  DirectoryAttributes,
  DirectoryGroup,
  DirectoryUser,
  DirectoryValue,
  EnterpriseApplication,
} from './objects.ts';

export type * from './filter.ts';
export type * from './import.ts';
export type * from './objects.ts';

// What an implementation of the ports needs beside their types.
export * from './attributes.ts';
export * from './errors.ts';
export { groupForMappings, originalAddress, userForMappings } from './mapping-view.ts';
export { defaultAccessRoleId } from './objects.ts';
export * from './rules.ts';

/** A change of a user: only the named attributes; null clears one. */
export interface UserChange {
  readonly userPrincipalName?: string;
  readonly accountEnabled?: boolean;
  readonly managerId?: ObjectId | null;
  readonly attributes?: ReadonlyMap<string, DirectoryValue | null>;
}

export interface NewUser {
  /** Made by us when absent; an importer passes the id that it derived for the source's object. */
  readonly id?: ObjectId;
  readonly userPrincipalName: string;
  readonly accountEnabled: boolean;
  readonly managerId?: ObjectId;
  readonly attributes: DirectoryAttributes;
}

export interface GroupChange {
  readonly displayName?: string;
  readonly securityEnabled?: boolean;
  readonly attributes?: ReadonlyMap<string, DirectoryValue | null>;
}

export interface NewGroup {
  readonly id?: ObjectId;
  readonly displayName: string;
  readonly securityEnabled: boolean;
  readonly attributes: DirectoryAttributes;
  readonly memberIds?: readonly ObjectId[];
}

/**
 * Users, groups and memberships. Each write appends to the change feed in the same transaction. Errors are `JoineryError`s:
 * `directory.not_found`, `directory.already_exists` (userPrincipalName), `directory.invalid_reference` (unknown manager or
 * member), `directory.cycle` (a group inside itself, a manager above themselves is allowed as in Graph).
 */
export interface DirectoryStore {
  createUsers(users: readonly NewUser[]): Promise<readonly DirectoryUser[]>;
  getUser(idOrUserPrincipalName: string): Promise<DirectoryUser | undefined>;
  listUsers(query: DirectoryQuery): Promise<DirectoryPage<DirectoryUser>>;
  updateUser(id: ObjectId, change: UserChange): Promise<DirectoryUser>;
  /** Soft delete: into the recycle bin. */
  deleteUser(id: ObjectId): Promise<void>;

  createGroups(groups: readonly NewGroup[]): Promise<readonly DirectoryGroup[]>;
  getGroup(id: string): Promise<DirectoryGroup | undefined>;
  listGroups(query: DirectoryQuery): Promise<DirectoryPage<DirectoryGroup>>;
  updateGroup(id: ObjectId, change: GroupChange): Promise<DirectoryGroup>;
  /** Soft delete. */
  deleteGroup(id: ObjectId): Promise<void>;

  addMembers(groupId: ObjectId, memberIds: readonly ObjectId[]): Promise<void>;
  removeMembers(groupId: ObjectId, memberIds: readonly ObjectId[]): Promise<void>;
  listMembers(groupId: ObjectId, query: DirectoryQuery): Promise<DirectoryPage<DirectoryUser | DirectoryGroup>>;
  listMemberOf(id: ObjectId, query: DirectoryQuery): Promise<DirectoryPage<DirectoryGroup>>;
  listDirectReports(managerId: ObjectId, query: DirectoryQuery): Promise<DirectoryPage<DirectoryUser>>;

  listDeleted(kind: 'user' | 'group', query: DirectoryQuery): Promise<DirectoryPage<DirectoryUser | DirectoryGroup>>;
  getDeleted(id: string): Promise<DirectoryUser | DirectoryGroup | undefined>;
  /** Out of the recycle bin, with its memberships. Throws `directory.already_exists` when the name is taken by now. */
  restore(id: ObjectId): Promise<DirectoryUser | DirectoryGroup>;
  /** Hard delete at once. */
  purge(id: ObjectId): Promise<void>;
  /** Hard delete of what was deleted before the time. Returns how many. */
  purgeDeletedBefore(time: Date, limit: number): Promise<number>;
}

export interface NewApplication {
  readonly displayName: string;
  readonly applicationTemplateId: string | undefined;
  readonly appRoles: readonly AppRoleDefinition[];
}

/** Enterprise applications and who is assigned to them. Assignment changes enter the change feed. */
export interface ApplicationStore {
  create(application: NewApplication): Promise<EnterpriseApplication>;
  getByServicePrincipal(servicePrincipalId: string): Promise<EnterpriseApplication | undefined>;
  getByApplication(applicationId: string): Promise<EnterpriseApplication | undefined>;
  getByAppId(appId: string): Promise<EnterpriseApplication | undefined>;
  list(query: DirectoryQuery): Promise<DirectoryPage<EnterpriseApplication>>;
  /** Through the application manifest. A role that is assigned can't be removed: `directory.role_in_use`; nor an enabled one. */
  update(
    applicationId: ObjectId,
    change: { displayName?: string; appRoles?: readonly AppRoleDefinition[]; accountEnabled?: boolean },
  ): Promise<EnterpriseApplication>;
  delete(applicationId: ObjectId): Promise<void>;

  /**
   * Throws `directory.already_assigned`, `directory.unknown_role`, `directory.invalid_reference`.
   * `includesNestedGroups` is false when left out, and for users always.
   */
  assign(
    servicePrincipalId: ObjectId,
    principalId: ObjectId,
    appRoleId: AppRoleId,
    options?: { readonly includesNestedGroups?: boolean },
  ): Promise<AppRoleAssignment>;
  /** Of a group's assignment. Throws `directory.not_found`. */
  includeNestedGroups(
    servicePrincipalId: ObjectId,
    assignmentId: string,
    includesNestedGroups: boolean,
  ): Promise<AppRoleAssignment>;
  assignAll(servicePrincipalId: ObjectId, principalIds: readonly ObjectId[], appRoleId: AppRoleId): Promise<number>;
  unassign(servicePrincipalId: ObjectId, assignmentId: string): Promise<void>;
  listAssignments(servicePrincipalId: ObjectId, query: DirectoryQuery): Promise<DirectoryPage<AppRoleAssignment>>;
  listAssignmentsOf(principalId: ObjectId, query: DirectoryQuery): Promise<DirectoryPage<AppRoleAssignment>>;
}

/**
 * The append-only change feed. `sequence` grows in commit order: writers take one lock just before they commit, so a
 * reader that has seen n never finds a smaller one later.
 */
export type DirectoryChange =
  | {
      readonly sequence: bigint;
      readonly at: Date;
      readonly kind: 'user' | 'group';
      readonly change: 'created' | 'updated' | 'deleted' | 'restored' | 'purged';
      readonly objectId: ObjectId;
    }
  | {
      readonly sequence: bigint;
      readonly at: Date;
      readonly kind: 'member';
      readonly change: 'added' | 'removed';
      readonly objectId: ObjectId;
      readonly memberId: ObjectId;
    }
  | {
      readonly sequence: bigint;
      readonly at: Date;
      readonly kind: 'assignment';
      readonly change: 'added' | 'removed';
      readonly objectId: ObjectId;
      readonly servicePrincipalId: ObjectId;
    };

export interface ChangeFeed {
  /** The newest sequence; 0 for an empty feed. */
  head(): Promise<bigint>;
  /** The oldest sequence that is still there; undefined for an empty feed. */
  oldest(): Promise<bigint | undefined>;
  /**
   * Forgets entries from before the time, at most `limit`, and none that a provisioning job has not read yet; the newest
   * one of all stays. Answers how many.
   */
  deleteBefore(time: Date, limit: number): Promise<number>;
  read(after: bigint, limit: number): Promise<readonly DirectoryChange[]>;
  /** Calls back soon (LISTEN/NOTIFY) after commits that changed the feed; may call without need. Returns the unsubscriber. */
  subscribe(listener: () => void): Promise<() => Promise<void>>;
}

/** Which other objects are read with an object: only what the job's scoping filter asks about. */
export interface RelatedReads {
  readonly manager: boolean;
  /** The groups that hold the object directly. */
  readonly memberOf: boolean;
  /** Those, and the groups that hold one of them. */
  readonly transitiveMemberOf: boolean;
}

export interface RelatedGroup {
  readonly objectId: string;
  readonly displayName: string;
}

/** Objects that an object refers to, without those in the recycle bin. Undefined: not asked for. */
export interface RelatedObjects {
  /** The manager's attributes by the names that mappings use; null: there is no manager. */
  readonly manager: ReadonlyMap<string, DirectoryValue> | null | undefined;
  readonly memberOf: readonly RelatedGroup[] | undefined;
  readonly transitiveMemberOf: readonly RelatedGroup[] | undefined;
}

/** An object as the engine sees it for one enterprise application. */
export interface EntitledObject {
  readonly kind: 'user' | 'group';
  readonly id: ObjectId;
  readonly displayName: string;
  readonly accountEnabled: boolean;
  readonly softDeleted: boolean;
  /** Assigned directly, or as a member of an assigned security group: a direct one, unless the assignment includes nested groups. */
  readonly assigned: boolean;
  /** Roles that the assignments give, enabled ones only. */
  readonly roles: readonly AppRole[];
  readonly managerId: ObjectId | undefined;
  /** By the names that attribute mappings use (`objectId`, `userPrincipalName`, `jobTitle`, `telephoneNumber`, `mobile`, …). */
  readonly attributes: ReadonlyMap<string, DirectoryValue>;
  /** Undefined: nothing of them was asked for. */
  readonly related?: RelatedObjects;
}

/** Reads whole objects for the engine, one statement per call. Hard-deleted ids are missing from the answer. */
export interface DirectoryReader {
  readObjects(
    kind: 'user' | 'group',
    ids: readonly ObjectId[],
    servicePrincipalId: ObjectId,
    /** Left out: no related objects are read. */
    related?: RelatedReads,
  ): Promise<readonly EntitledObject[]>;
}
