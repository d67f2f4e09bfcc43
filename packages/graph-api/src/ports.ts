import type { ObjectId } from '@joinery/base';

/** From the most to the least: each role may do what the ones after it may. */
export type Role = 'Global Administrator' | 'Cloud Application Administrator' | 'Reports Reader';

export interface Administrator {
  readonly id: ObjectId;
  readonly email: string;
  readonly displayName: string;
  readonly role: Role;
  readonly passwordHash: string;
  readonly createdDateTime: Date;
}

/** An application that signs in with client credentials (an app registration with application permissions). */
export interface ApiClient {
  readonly clientId: string;
  readonly displayName: string;
  readonly role: Role;
  readonly createdDateTime: Date;
}

/** The caller of a request, from a session cookie or an access token; never from anything else. */
export interface Principal {
  readonly type: 'administrator' | 'client';
  readonly id: string;
  readonly displayName: string;
  readonly role: Role;
}

export interface AdministratorChange {
  readonly displayName?: string;
  readonly role?: Role;
  readonly passwordHash?: string;
}

/**
 * Who may call the API: administrators with their sessions, clients with their access tokens. Tokens and secrets reach this
 * port as SHA-256 hashes only.
 */
export interface AdministratorStore {
  /** Throws `graph.administrator_exists` when the e-mail address is taken, ignoring case. */
  create(administrator: {
    email: string;
    displayName: string;
    role: Role;
    passwordHash: string;
  }): Promise<Administrator>;
  findByEmail(email: string): Promise<Administrator | undefined>;
  get(id: string): Promise<Administrator | undefined>;
  list(): Promise<readonly Administrator[]>;
  /**
   * A new password or role ends the administrator's sessions. Throws `graph.not_found`, and
   * `graph.last_global_administrator` when nobody would be left who may do everything.
   */
  update(id: string, change: AdministratorChange): Promise<Administrator>;
  /** Throws as `update`. */
  delete(id: string): Promise<Administrator>;

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
  /** One-time set-up link for the first administrator. A new one replaces an older. */
  createSetupToken(tokenHash: Uint8Array, expires: Date): Promise<void>;
  /** Makes the first administrator if the token is valid and there is none yet; the token is used up. */
  takeSetupToken(tokenHash: Uint8Array, now: Date): Promise<boolean>;

  createClient(client: {
    clientId: string;
    displayName: string;
    role: Role;
    secretHash: Uint8Array;
  }): Promise<ApiClient>;
  findClient(clientId: string): Promise<(ApiClient & { readonly secretHashes: readonly Uint8Array[] }) | undefined>;
  listClients(): Promise<readonly ApiClient[]>;
  /** Its access tokens end with it. Undefined when there is none of this id. */
  deleteClient(clientId: string): Promise<ApiClient | undefined>;
  createAccessToken(token: { tokenHash: Uint8Array; clientId: string; expires: Date }): Promise<void>;
  findAccessToken(tokenHash: Uint8Array, now: Date): Promise<ApiClient | undefined>;

  /**
   * Counts one attempt for each key (an address, an account) in a window that starts with its first attempt. Returns how many
   * seconds the caller must wait: 0 when no key is above its limit.
   */
  countAttempts(
    attempts: readonly { readonly key: string; readonly max: number }[],
    windowSeconds: number,
    now: Date,
  ): Promise<number>;
  /** After a successful sign-in. */
  forgetAttempts(keys: readonly string[]): Promise<void>;
  /** Removes expired sessions, tokens and attempt counters. Returns how many rows. */
  deleteExpired(now: Date): Promise<number>;
}

/** Graph `directoryAudit`. Written in the transaction of the change where the change is ours, else right after. */
export interface AuditEntry {
  readonly id: string;
  readonly at: Date;
  readonly activity: string;
  readonly category: string;
  readonly outcome: 'success' | 'failure';
  /** Why it failed; empty on success. */
  readonly reason: string;
  readonly initiatedBy: {
    readonly id: string;
    readonly displayName: string;
    readonly type: 'user' | 'app' | 'service';
  };
  readonly targets: readonly AuditTarget[];
}

export interface AuditTarget {
  readonly id: string;
  readonly displayName: string;
  readonly type: string;
  readonly modifiedProperties: readonly {
    readonly displayName: string;
    readonly oldValue: string | null;
    readonly newValue: string | null;
  }[];
}

export interface AuditLog {
  append(entry: Omit<AuditEntry, 'id' | 'at'>): Promise<void>;
  /** Newest first. */
  list(query: {
    readonly activity?: string;
    readonly category?: string;
    readonly targetId?: string;
    readonly from?: Date;
    readonly to?: Date;
    readonly top: number;
    readonly skipToken?: string;
  }): Promise<{ readonly entries: readonly AuditEntry[]; readonly next: string | undefined }>;
  get(id: string): Promise<AuditEntry | undefined>;
  deleteBefore(time: Date): Promise<number>;
}

/** A notification in the outbox: waiting, sent, or kept because there is no mail server. */
export interface KeptMail {
  readonly id: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly createdDateTime: Date;
  readonly sentDateTime: Date | undefined;
  readonly attempts: number;
  readonly error: string | undefined;
}

export interface MailBox {
  /** Newest first. */
  list(query: {
    readonly top: number;
    readonly skipToken?: string;
  }): Promise<{ readonly mails: readonly KeptMail[]; readonly next: string | undefined }>;
}

/** The center's own tenant: id in URLs and tokens, its default domain. */
export interface CenterSettings {
  readonly tenantId: string;
  readonly displayName: string;
  readonly defaultDomain: string;
}
