import type { CycleId, JobId, ObjectId } from '@joinery/base';
import type { SynchronizationSchema } from './schema.ts';

export type RequestProfile = 'efficient' | 'entra';

/** One configured provisioning of one enterprise application (Graph `synchronizationJob`). */
export interface Job {
  readonly id: JobId;
  readonly servicePrincipalId: ObjectId;
  readonly templateId: string;
  readonly scheduleState: 'Active' | 'Disabled' | 'Paused';
  readonly settings: JobSettings;
  readonly schema: SynchronizationSchema;
  readonly schemaVersion: number;
  /** Sequence in the change feed after which the next incremental cycle reads; undefined: the next cycle is initial. */
  readonly watermark: bigint | undefined;
  readonly quarantine: Quarantine | undefined;
  readonly nextRunAt: Date | undefined;
}

/** Numbers carry their unit in the name. The defaults stand in `defaultJobSettings`. */
export interface JobSettings {
  /** Scope: `assigned` users and groups only, or `all`. */
  readonly scope: 'assigned' | 'all';
  readonly profile: RequestProfile;
  /** Default 40 minutes. */
  readonly intervalSeconds: number;
  /** Run an incremental cycle soon after the directory changed. Default true. */
  readonly onChange: boolean;
  /** Requests in flight to the target. Default 16. */
  readonly concurrency: number;
  /** Undefined: not limited. */
  readonly requestsPerSecond: number | undefined;
  /** Profile `efficient`: send writes by `/Bulk` where the target announces it. Default false. */
  readonly bulk: boolean;
  /** Deletion guard (accidental deletions prevention): trips above `count`, or above `percent` of linked objects when that is more than 5. */
  readonly deletionGuard: { readonly enabled: boolean; readonly count: number; readonly percent: number };
  readonly skipOutOfScopeDeletions: boolean;
  /** What leaving scope does to a user in the target. Default `disable`. */
  readonly onLeavingScope: 'disable' | 'delete';
  /**
   * What an update does in the target where the source value became empty and we had exported one. `profile`: `clear` in
   * profile `efficient`, `keep` in `entra`. A mapping's own `flowNullValues` goes before it.
   */
  readonly onClearedValue: 'profile' | 'clear' | 'keep';
  /** Compare the target with what the job provisions, as often as this. Default off; 24 hours when on. */
  readonly comparison: { readonly enabled: boolean; readonly intervalHours: number };
  /**
   * Accounts (and groups) of the target that are never updated, disabled or deleted, nor created: target ids or values of
   * matching attributes, in which `*` stands for any characters. Default none.
   */
  readonly protectedAccounts: readonly string[];
  /** Creates and updates only: nobody is disabled or deleted, and no membership is taken away. Default false. */
  readonly upsertOnly: boolean;
  /** Of which objects the requests and answers are kept with the provisioning log; those on demand unless `off`. Default `all`. */
  readonly rawExchanges: 'failures' | 'all' | 'off';
  readonly notification: { readonly enabled: boolean; readonly emails: readonly string[] };
}

/** `name: value` as Graph's `synchronizationSecretKeyStringValuePair` has them; stored encrypted, never shown or logged. */
export type JobSecrets = ReadonlyMap<string, string>;

export type QuarantineReason =
  | 'EncounteredBaseEscrowThreshold'
  | 'EncounteredTotalEscrowThreshold'
  | 'EncounteredEscrowProportionThreshold'
  | 'EncounteredQuarantineException'
  | 'TooManyDeletes'
  | 'Unknown';

export interface Quarantine {
  readonly reason: QuarantineReason;
  readonly currentBegan: Date;
  readonly seriesBegan: Date;
  readonly seriesCount: number;
  readonly nextAttempt: Date;
  readonly error: { readonly code: string; readonly message: string };
}

/** Objects (users and groups, not members); `requests` includes matching and retries. */
export interface CycleCounts {
  readonly objects: { readonly users: number; readonly groups: number };
  readonly created: number;
  readonly updated: number;
  readonly disabled: number;
  readonly deleted: number;
  readonly skipped: number;
  readonly failed: number;
  readonly requests: number;
}

export interface Cycle {
  readonly id: CycleId;
  readonly jobId: JobId;
  readonly kind: 'initial' | 'incremental';
  readonly state: 'running' | 'succeeded' | 'entry-level-errors' | 'failed';
  readonly began: Date;
  readonly ended: Date | undefined;
  readonly pages: { readonly done: number; readonly total: number };
  readonly counts: CycleCounts;
  readonly error: { readonly code: string; readonly message: string } | undefined;
}

/** What Graph's `synchronizationStatus` is presented from. */
export interface JobStatus {
  readonly code: 'NotConfigured' | 'NotRun' | 'Active' | 'Paused' | 'Quarantine';
  readonly running: Cycle | undefined;
  readonly last: Cycle | undefined;
  readonly lastSuccessful: Cycle | undefined;
  readonly lastSuccessfulWithExports: Cycle | undefined;
  readonly escrows: number;
  readonly escrowsPruned: boolean;
  readonly countSuccessiveCompleteFailures: number;
  readonly steadyStateFirstAchieved: Date | undefined;
  readonly steadyStateLastAchieved: Date | undefined;
  /** The last time that a worker looked at the job, whether or not there was anything to do. */
  readonly lastCheck: Date | undefined;
  /** Since when it is known that nobody does. */
  readonly overdueSince: Date | undefined;
  /** Linked objects. */
  readonly synchronizedEntryCount: { readonly users: number; readonly groups: number };
}

export type ResetScope =
  'Watermark' | 'Escrows' | 'QuarantineState' | 'ConnectorDataStore' | 'Full' | 'ForceDeletes' | 'None';
