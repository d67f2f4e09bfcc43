import type { CredentialId, ResourceId, TenantId } from '@joinery/base';
import type { ResourceAttributes, UniqueValue } from '@joinery/scim';
import type { Credential } from '@joinery/service-provider';

/** A user, a group, or a resource of a tenant's own type. Dates are ISO texts in the file. */
export interface ResourceRow {
  readonly id: ResourceId;
  readonly tenantId: TenantId;
  readonly type: string;
  readonly version: number;
  readonly created: string;
  readonly lastModified: string;
  readonly attributes: ResourceAttributes;
  /** Of a group: ids. */
  readonly members: readonly string[];
  readonly unique: readonly UniqueValue[];
}

export interface CredentialRow {
  readonly id: CredentialId;
  readonly tenantId: TenantId;
  readonly name: string;
  readonly audience: string;
  readonly scopes: Credential['scopes'];
  readonly created: string;
  readonly expires: string;
  readonly lastUsed: string | undefined;
  readonly revoked: string | undefined;
  /** SHA-256 of the token, hexadecimal: the token itself is nowhere. */
  readonly hash: string;
}

export interface LogRow {
  readonly id: string;
  readonly tenantId: TenantId;
  readonly at: string;
  readonly entry: string;
}

/** The whole file. */
export interface State {
  readonly resources: Readonly<Record<string, ResourceRow>>;
  readonly credentials: readonly CredentialRow[];
  readonly log: readonly LogRow[];
}

export const emptyState: State = { resources: {}, credentials: [], log: [] };
