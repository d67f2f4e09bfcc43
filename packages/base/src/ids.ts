declare const brand: unique symbol;
type Id<Name extends string> = string & { readonly [brand]: Name };

/** Workspace: a tenant of the service provider. Comes from the credential only. */
export type TenantId = Id<'TenantId'>;
/** Workspace: a User or Group resource's `id` (UUIDv7, made by us, never derived from client input). */
export type ResourceId = Id<'ResourceId'>;
/** Workspace: a bearer token or client credential. */
export type CredentialId = Id<'CredentialId'>;

/** Admin center: a directory object's id (user, group, service principal), a GUID. */
export type ObjectId = Id<'ObjectId'>;
/** Admin center: a provisioning job, `<templateId>.<tenantId without dashes>.<guid>`. */
export type JobId = Id<'JobId'>;
export type CycleId = Id<'CycleId'>;
/** Admin center: a comparison of a job's target with what the job provisions. */
export type ComparisonId = Id<'ComparisonId'>;
export type AppRoleId = Id<'AppRoleId'>;

/** Gives a plain string its brand, where it enters from storage or after validation. */
export function brandId<T extends string>(text: string): T {
  return text as T;
}
