import type { Clock } from '@joinery/base';
import type { ApplicationStore, ChangeFeed, DirectoryStore } from '@joinery/directory/ports';
import type {
  ComparisonStore,
  JobStore,
  LinkStore,
  PreviewStore,
  ProvisioningLog,
  ProvisioningService,
} from '@joinery/provisioning/ports';
import type { AdministratorStore, AuditLog, CenterSettings, MailBox } from './ports.ts';

/** Argon2id or better; made by the composition root. */
export interface PasswordHasher {
  hash(password: string): Promise<string>;
  verify(hash: string, password: string): Promise<boolean>;
}

/** Everything that the handlers use. */
export interface GraphApi {
  readonly directory: DirectoryStore;
  readonly applications: ApplicationStore;
  readonly changes: ChangeFeed;
  readonly jobs: JobStore;
  readonly previews: PreviewStore;
  readonly links: LinkStore;
  readonly comparisons: ComparisonStore;
  readonly provisioningLog: ProvisioningLog;
  readonly provisioning: ProvisioningService;
  readonly administrators: AdministratorStore;
  readonly auditLog: AuditLog;
  readonly mails: MailBox;
  readonly settings: CenterSettings;
  /** Runs work whose every write is part of one transaction; run again when the database asks for it. */
  readonly unit: <T>(work: () => Promise<T>) => Promise<T>;
  readonly passwords: PasswordHasher;
  readonly clock: Clock;
  /** Where callers reach the server, without a slash at the end; known for sure only when it listens. */
  readonly publicUrl: () => string;
  readonly mailIsSent: boolean;
}
