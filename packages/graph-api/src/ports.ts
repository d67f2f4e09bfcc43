import type { ObjectId } from '@joinery/base';

export type Role = 'Global Administrator' | 'Cloud Application Administrator' | 'Reports Reader';

export interface Administrator {
  readonly id: ObjectId;
  readonly email: string;
  readonly displayName: string;
  readonly role: Role;
  readonly passwordHash: string;
}

/** An application that signs in with client credentials (an app registration with application permissions). */
export interface ApiClient {
  readonly clientId: string;
  readonly displayName: string;
  readonly role: Role;
}

/** The caller of a request, from a session cookie or an access token; never from anything else. */
export interface Principal {
  readonly type: 'administrator' | 'client';
  readonly id: string;
  readonly displayName: string;
  readonly role: Role;
}

export interface AdministratorStore {
  /** Throws `graph.administrator_exists`. */
  create(administrator: {
    email: string;
    displayName: string;
    role: Role;
    passwordHash: string;
  }): Promise<Administrator>;
  findByEmail(email: string): Promise<Administrator | undefined>;
  get(id: string): Promise<Administrator | undefined>;
  list(): Promise<readonly Administrator[]>;
  updateRole(id: ObjectId, role: Role): Promise<void>;
  delete(id: ObjectId): Promise<void>;

  createSession(session: {
    tokenHash: Uint8Array;
    administratorId: ObjectId;
    csrfToken: string;
    expires: Date;
  }): Promise<void>;
  findSession(
    tokenHash: Uint8Array,
    now: Date,
  ): Promise<{ administrator: Administrator; csrfToken: string } | undefined>;
  deleteSession(tokenHash: Uint8Array): Promise<void>;
  /** One-time set-up link for the first administrator. */
  createSetupToken(tokenHash: Uint8Array, expires: Date): Promise<void>;
  takeSetupToken(tokenHash: Uint8Array, now: Date): Promise<boolean>;

  createClient(client: {
    clientId: string;
    displayName: string;
    role: Role;
    secretHash: Uint8Array;
  }): Promise<ApiClient>;
  findClient(clientId: string): Promise<(ApiClient & { readonly secretHashes: readonly Uint8Array[] }) | undefined>;
  createAccessToken(token: { tokenHash: Uint8Array; clientId: string; expires: Date }): Promise<void>;
  findAccessToken(tokenHash: Uint8Array, now: Date): Promise<ApiClient | undefined>;
}

/** Graph `directoryAudit`. Written in the transaction of the change where the change is ours, else right after. */
export interface AuditEntry {
  readonly id: string;
  readonly at: Date;
  readonly activity: string;
  readonly category: string;
  readonly outcome: 'success' | 'failure';
  readonly initiatedBy: {
    readonly id: string;
    readonly displayName: string;
    readonly type: 'user' | 'app' | 'service';
  };
  readonly targets: readonly {
    readonly id: string;
    readonly displayName: string;
    readonly type: string;
    readonly modifiedProperties: readonly { displayName: string; oldValue: string | null; newValue: string | null }[];
  }[];
}

export interface AuditLog {
  append(entry: Omit<AuditEntry, 'id' | 'at'>): Promise<void>;
  list(query: {
    readonly activity?: string;
    readonly targetId?: string;
    readonly from?: Date;
    readonly to?: Date;
    readonly top: number;
    readonly skipToken?: string;
  }): Promise<{ readonly entries: readonly AuditEntry[]; readonly next: string | undefined }>;
}

/** The center's own tenant: id in URLs and tokens, its default domain. */
export interface CenterSettings {
  readonly tenantId: string;
  readonly displayName: string;
  readonly defaultDomain: string;
}
