import type { Clock, CycleId, JobId, Json, ObjectId } from '@joinery/base';
import type { Exchange, Target } from '@joinery/connector-kit/ports';
import type { ChangeFeed, DirectoryReader } from '@joinery/directory/ports';
import type { CycleStore, LinkStore } from './cycle/ports.ts';
import type { Cycle, Job, JobSecrets, JobSettings, JobStatus, ResetScope } from './job/job.ts';
import type { LogFilter, ProvisioningLogEntry } from './job/log.ts';
import type { SchemaAuthor, SchemaVersion, SchemaVersionInfo, SynchronizationSchema } from './job/schema.ts';
import type { PreviewStore } from './preview/ports.ts';
import type { ScopeDecision } from './scope/decide.ts';

export type * from './cycle/ports.ts';
export type * from './drift/ports.ts';
export type * from './job/job.ts';
export type * from './job/log.ts';
export type * from './job/schema.ts';
export type * from './preview/ports.ts';

/** Jobs as administrators see and change them. Secrets are encrypted below this port. */
export interface JobStore {
  create(job: {
    id: JobId;
    servicePrincipalId: ObjectId;
    templateId: string;
    settings: JobSettings;
    schema: SynchronizationSchema;
    createdBy?: SchemaAuthor;
  }): Promise<Job>;
  get(id: JobId): Promise<Job | undefined>;
  list(servicePrincipalId?: ObjectId): Promise<readonly Job[]>;
  delete(id: JobId): Promise<void>;
  status(id: JobId): Promise<JobStatus>;
  /** Newest first. */
  listCycles(id: JobId, limit: number): Promise<readonly Cycle[]>;
  getCycle(id: CycleId): Promise<Cycle | undefined>;

  /** Merges the given settings; a changed scope makes the next cycle initial. */
  updateSettings(id: JobId, change: Partial<JobSettings>): Promise<Job>;
  /**
   * Saves a new version; the old ones are kept. The next cycle is initial, unless the schema only adds to the attribute
   * lists; links are kept. An equal schema changes nothing.
   */
  putSchema(
    id: JobId,
    schema: SynchronizationSchema,
    save?: { readonly by?: SchemaAuthor; readonly restoredFrom?: number },
  ): Promise<Job>;
  /** Newest first; `before`: only older ones than this version. */
  listSchemaVersions(
    id: JobId,
    query: { readonly top: number; readonly before?: number },
  ): Promise<readonly SchemaVersionInfo[]>;
  getSchemaVersion(id: JobId, version: number): Promise<SchemaVersion | undefined>;
  /** Secrets belong to the service principal, as in Graph. Saving them makes quarantined jobs probe at once. */
  putSecrets(servicePrincipalId: ObjectId, secrets: JobSecrets): Promise<void>;
  getSecrets(servicePrincipalId: ObjectId): Promise<JobSecrets>;

  /** Active: the next cycle starts now. */
  start(id: JobId): Promise<void>;
  /** No cycle starts any more; a running one stops after the pages in hand. */
  pause(id: JobId): Promise<void>;
  restart(id: JobId, scopes: readonly ResetScope[]): Promise<void>;
}

export interface ProvisioningLog {
  list(query: {
    readonly filter?: LogFilter;
    readonly descending: boolean;
    readonly top: number;
    readonly skipToken?: string;
  }): Promise<{ readonly entries: readonly ProvisioningLogEntry[]; readonly next: string | undefined }>;
  get(id: string): Promise<ProvisioningLogEntry | undefined>;
  /** The requests behind an entry, in the order in which they were sent; none where they were not kept. Undefined: there is no such entry. */
  listExchanges(id: string): Promise<readonly Exchange[] | undefined>;
}

/** Makes the target of a job from its secrets and schema; implemented by the composition root, which knows the connectors. */
export interface TargetFactory {
  /** Throws `ConfigError` (e.g. `provisioning.no_tenant_url`) when the secrets are not enough. */
  create(job: Pick<Job, 'id' | 'schema' | 'settings'>, secrets: JobSecrets): Promise<Target>;
}

/** Notifications, handed over in the transaction that caused them and delivered once. */
export interface Mail {
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
}

/** One object through the pipeline at once, with its trace (Graph `provisionOnDemand`). */
export interface OnDemandOutcome {
  readonly entry: ProvisioningLogEntry;
}

export type { ScopeDecision } from './scope/decide.ts';

/** One row of a schema tried on an object, with what would be sent for it. */
export interface TrialAttribute {
  readonly target: string;
  /**
   * `value` (null: none), `default` where the source gave none, `creation-only` for a linked object (not sent any more),
   * `unique` (the candidates, in order), `ignored` by the expression, `failed` (see `message`), `waiting` for a reference
   * whose object is not in the target yet, `members` (compared as a set by the cycle).
   */
  readonly outcome: 'value' | 'default' | 'creation-only' | 'unique' | 'ignored' | 'failed' | 'waiting' | 'members';
  readonly value: Json;
  /** What was sent last; null: nothing. */
  readonly exported: Json;
  /** It would be sent: another value than the last one, letter case counting where the attribute says so. */
  readonly isChange: boolean;
  readonly message: string | undefined;
}

/** A schema tried on one object of the directory. */
export interface SchemaTrial {
  readonly displayName: string;
  readonly scope: ScopeDecision;
  /** Undefined: the object is not provisioned yet. */
  readonly targetId: string | undefined;
  readonly attributes: readonly TrialAttribute[];
}

/** How many, with the display names of the first ten. */
interface Affected {
  readonly count: number;
  readonly names: readonly string[];
}

/** What saving a schema would do to objects that are provisioned now. */
export interface SchemaImpact {
  /** Links that were looked at; fewer than there are when not complete. */
  readonly examined: number;
  readonly isComplete: boolean;
  /** Leave scope and are disabled or deleted in the target, or stay there because the mapping or settings say so. */
  readonly disabled: Affected;
  readonly deleted: Affected;
  readonly kept: Affected;
  /** Stay in scope and get other values. */
  readonly changed: Affected;
  /** Stay in scope, but an expression fails. */
  readonly failing: Affected;
}

/** What the API calls of the engine; made by `createProvisioningService`. */
export interface ProvisioningService {
  /** Test Connection. Throws `ConnectorError` saying what the target answered, or `ConfigError`. */
  validateCredentials(job: Job, secrets: JobSecrets): Promise<void>;
  /**
   * Asks the target for its attributes and answers the job's schema with those that its target directory lacked; what is
   * there stays as it is. `directoryId` must be the target's: `provisioning.not_discoverable`.
   */
  discoverSchema(job: Job, directoryId: string): Promise<SynchronizationSchema>;
  /** A schema, saved or not, tried on one object; undefined: there is no such object, or nothing maps its kind. */
  trySchema(
    job: Job,
    schema: SynchronizationSchema,
    subject: { kind: 'user' | 'group'; id: ObjectId },
  ): Promise<SchemaTrial | undefined>;
  /** What saving the schema would do to objects of this kind that are provisioned now; at most 5,000 are looked at. */
  schemaImpact(job: Job, schema: SynchronizationSchema, kind: 'user' | 'group'): Promise<SchemaImpact>;
  provisionOnDemand(
    job: Job,
    subject: { kind: 'user' | 'group'; id: ObjectId; memberIds?: readonly ObjectId[] },
  ): Promise<OnDemandOutcome>;
}

/** Everything the engine needs from outside; the composition root puts it together. */
export interface EnginePorts {
  readonly jobs: JobStore;
  readonly cycles: CycleStore;
  readonly links: LinkStore;
  readonly previews: PreviewStore;
  readonly directory: DirectoryReader;
  readonly feed: ChangeFeed;
  readonly targets: TargetFactory;
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** A new random UUID. */
  readonly newId: () => string;
  /** For the expression function `DefaultDomain`. */
  readonly defaultDomain: string;
}
