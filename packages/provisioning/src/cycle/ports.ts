import type { CycleId, JobId, ObjectId } from '@joinery/base';
import type { AttributeValues, TargetObject } from '@joinery/connector-kit/ports';
import type { Cycle, CycleCounts, Job, QuarantineReason } from '../job/job.ts';
import type { ProvisioningLogEntry } from '../job/log.ts';
import type { CyclePreview, OperationWrite } from '../preview/ports.ts';
import type { ScopeReads } from '../scope/related.ts';

export type { ScopeReads } from '../scope/related.ts';

export type ObjectKind = 'user' | 'group';

/** The pair of a source object and its target object, with what was last exported. */
export interface Link {
  readonly sourceId: ObjectId;
  readonly kind: ObjectKind;
  readonly targetId: string;
  readonly displayName: string;
  /** `disabled`: deprovisioned, still known, so that it can come back or be deleted for good. */
  readonly state: 'active' | 'disabled';
  /** Undefined: a match was claimed, but nothing was exported yet; what the target holds is to be read. */
  readonly snapshot: AttributeValues | undefined;
  /** The cycle that evaluated the object last. */
  readonly evaluatedIn: CycleId | undefined;
}

export interface Escrow {
  readonly sourceId: ObjectId;
  /** Empty for the object itself, else the reference attribute that failed. */
  readonly attribute: string;
  readonly attempts: number;
  readonly firstFailed: Date;
}

export interface FailureText {
  readonly code: string;
  readonly message: string;
  /** The whole job failed under the object: it is evaluated again with the cycle, not by itself. */
  readonly isOfJob?: boolean;
  /** The target refused the request: nothing of it was carried out. */
  readonly isRefused?: boolean;
  /** The target had too much to do (429, 503): no error threshold is met by it. */
  readonly isOverload?: boolean;
}

/** A cycle in the making, with what a worker must know of it. */
export interface RunningCycle extends Cycle {
  readonly stage: 'objects' | 'references' | 'departures';
  readonly job: Job;
  /** Set once the listing of the target into the matching table is complete: unlinked objects are matched from it. */
  readonly listed: { readonly user: boolean; readonly group: boolean };
  readonly forceDeletes: boolean;
  /** Set when this cycle has dropped its failures (`escrowsPruned`). */
  readonly escrowsPruned: boolean;
  readonly retriesAll: boolean;
  readonly referenceFailures: number;
  /** Set when the cycle is a preview, or applies one. */
  readonly preview: CyclePreview | undefined;
}

export type PageKind = 'listing' | 'objects' | 'references' | 'members' | 'departures';

/** A piece of a cycle's work, held under a lease. */
export interface Page {
  readonly id: bigint;
  readonly cycleId: CycleId;
  readonly jobId: JobId;
  readonly kind: PageKind;
  readonly objectKind: ObjectKind;
  readonly objectIds: readonly ObjectId[];
  /** 1 for the first run; more: an earlier worker may have sent requests whose answers were lost. */
  readonly attempt: number;
  /** A change of the directory that came while the cycle ran: it goes ahead of the rest. */
  readonly isUrgent: boolean;
  readonly owner: string;
}

export interface LinkWrite extends Omit<Link, 'evaluatedIn'> {
  /** The object has just become one that groups may hold (linked or enabled): its memberships are to be compared. */
  readonly membershipsDue: boolean;
  /** What this cycle did to the object, for counting. */
  readonly cycleOutcome: 'created' | 'updated' | 'skipped' | 'failed' | 'disabled';
  /** Group: its members are to be compared in full. */
  readonly membersOutstanding: boolean;
}

export interface EscrowWrite {
  readonly kind: ObjectKind;
  readonly sourceId: ObjectId;
  readonly displayName: string;
  readonly attribute: string;
  readonly error: FailureText;
  readonly attempts: number;
  readonly firstFailed: Date;
  readonly nextAttempt: Date;
}

export interface StagedDeparture {
  readonly kind: ObjectKind;
  readonly sourceId: ObjectId;
  readonly displayName: string;
  readonly targetId: string;
  readonly action: 'disable' | 'delete';
  readonly reason: string;
}

export interface WaitingReference {
  readonly sourceId: ObjectId;
  readonly attribute: string;
  readonly referencedId: ObjectId;
}

/** When the outcome of the scoping filter changes although the object does not; undefined: it won't. */
export interface ScopeTurn {
  readonly kind: ObjectKind;
  readonly sourceId: ObjectId;
  readonly at: Date | undefined;
}

export interface MemberWrite {
  readonly groupId: ObjectId;
  readonly memberId: ObjectId;
}

/** What was about to be sent of an object, and whose outcome is not known: the target may hold it or not. */
export interface UnsettledExport {
  /** Matching values under which it may have been created. */
  readonly lookups: readonly { readonly attribute: string; readonly value: string }[];
  /** The values of each time, the latest last. */
  readonly exports: readonly AttributeValues[];
}

/** Everything that one page leaves behind; written in one transaction, only if the lease still holds. */
export interface PageOutcome {
  readonly links: readonly LinkWrite[];
  /** Links that end: the target object is gone, or no longer ours. */
  readonly unlinked: readonly ObjectId[];
  readonly membersAdded: readonly MemberWrite[];
  readonly membersRemoved: readonly MemberWrite[];
  /** Member pairs that were looked at, exported or not: no longer pending. */
  readonly membersSettled: readonly MemberWrite[];
  /** Groups whose members have been compared in full. */
  readonly membersComplete: readonly ObjectId[];
  /** Objects whose references were changed by this page, for the counters. */
  readonly referencesChanged: readonly ObjectId[];
  /** References that now stand in the target: they enter the snapshot. */
  readonly referencesExported: readonly {
    readonly sourceId: ObjectId;
    readonly attribute: string;
    readonly targetId: string;
  }[];
  readonly escrows: readonly EscrowWrite[];
  readonly escrowsSettled: readonly { readonly sourceId: ObjectId; readonly attribute: string }[];
  readonly waiting: readonly WaitingReference[];
  readonly waitingSettled: readonly { readonly sourceId: ObjectId; readonly attribute: string }[];
  readonly departures: readonly StagedDeparture[];
  /** Objects whose staged departure no longer stands. */
  readonly departuresSettled: readonly ObjectId[];
  /** Objects of which the target is known to hold what the link says. */
  readonly exportsSettled: readonly ObjectId[];
  /** Of objects whose scoping filter reads the time. */
  readonly scopeTurns: readonly ScopeTurn[];
  readonly log: readonly ProvisioningLogEntry[];
  /** Of a cycle that is a preview, or applies one. */
  readonly operations: readonly OperationWrite[];
  readonly counts: CycleCounts;
  /** Failed references, for the error thresholds. */
  readonly referenceFailures: number;
  /** How many of the failures are an overloaded target's. */
  readonly overloaded: { readonly objects: number; readonly references: number };
  /** Objects that another worker holds: they get a page of their own a little later. */
  readonly deferred: readonly ObjectId[];
}

/** Counters of the running cycle after a page, for the error thresholds; without what an overloaded target refused. */
export interface CycleTotals {
  readonly events: number;
  readonly failures: number;
  readonly referenceFailures: number;
  readonly pages: { readonly done: number; readonly total: number };
}

export interface MailDraft {
  readonly to: readonly string[];
  readonly subject: string;
  readonly body: string;
}

export interface CyclePlan {
  readonly cycleId: CycleId;
  /** `change`: nothing is begun when no object is due, only the watermark moves. */
  readonly trigger: 'schedule' | 'change' | 'forced';
  readonly users: boolean;
  readonly groups: boolean;
  /** What the scoping filters read of other objects, whose changes then matter too; undefined: nothing. */
  readonly scopeReads: { readonly user: ScopeReads | undefined; readonly group: ScopeReads | undefined };
  readonly members: boolean;
  /** Users refer to their managers: whose manager goes to the recycle bin or comes out of it is looked at again. */
  readonly managers: boolean;
  /** Creates managers before those who report to them. */
  readonly orderByManager: boolean;
  /** Plans a listing of the target where unlinked objects wait in an initial cycle. */
  readonly listing: boolean;
  readonly pageSize: number;
  readonly groupPageSize: number;
  readonly retryAllEscrows: boolean;
}

export interface QuarantineEntry {
  readonly reason: QuarantineReason;
  readonly error: FailureText;
  readonly nextAttempt: Date;
  /** Written only when the job was not in quarantine for this reason before. */
  readonly mail: MailDraft | undefined;
  /** Switch the job off: the quarantine has lasted 28 days. */
  readonly disable: boolean;
}

export interface CycleEnd {
  readonly state: 'succeeded' | 'entry-level-errors' | 'failed';
  readonly error: FailureText | undefined;
  /** Undefined: leave as it is; null: lift. */
  readonly quarantine: QuarantineEntry | null | undefined;
  readonly nextRunAt: Date;
  /** Pause the job: its escrows were pruned and an administrator must look. */
  readonly pause: boolean;
  /** Log rows of the failure itself. */
  readonly log: readonly ProvisioningLogEntry[];
  readonly requests: number;
}

export interface DueJob {
  readonly jobId: JobId;
  /** `preview`: the copy of a job waits to be made and previewed; `apply`: a preview of the job is to be applied. */
  readonly why: 'running' | 'schedule' | 'change' | 'probe' | 'preview' | 'apply';
}

/** The stages and pages of cycles. Every method is one transaction and may be called by several workers at once. */
export interface CycleStore {
  /** Jobs with work now, longest waiting first. */
  due(now: Date, limit: number): Promise<readonly DueJob[]>;
  /** When the next job becomes due without a notification; undefined: never. */
  nextDueAt(): Promise<Date | undefined>;
  /** Calls back when a job was started, restarted or probed by an administrator. Returns the unsubscriber. */
  subscribe(listener: () => void): Promise<() => Promise<void>>;

  /** The running cycle, or a new one; undefined when nothing is to be done (see `CyclePlan.trigger`). */
  begin(job: Job, plan: CyclePlan): Promise<RunningCycle | undefined>;
  running(jobId: JobId): Promise<RunningCycle | undefined>;
  /** Takes changes of the directory that came after the cycle began into it, ahead of its other pages. False: there were none. */
  absorb(cycleId: CycleId, plan: CyclePlan): Promise<boolean>;
  /** `busy`: others hold what is left of this phase. `done`: the stage has no pages left. `stopped`: paused, restarted or ended. */
  takePage(
    cycleId: CycleId,
    /** New for each page that is taken. */
    owner: string,
    leaseMs: number,
  ): Promise<Page | 'busy' | 'done' | 'stopped'>;
  /** False: the lease was lost. */
  renew(page: Page, leaseMs: number): Promise<boolean>;
  /** Gives a page back unfinished. */
  release(page: Page): Promise<void>;
  /** Frees all leases: for a process that has the database to itself, at its start, since their owners are dead. */
  releaseAll(): Promise<void>;
  /** Writes the outcome and, unless `partial`, marks the page done. Undefined: the lease was lost and nothing was written. */
  commit(page: Page, outcome: PageOutcome, options: { partial: boolean }): Promise<CycleTotals | undefined>;

  /** Ends the objects stage: pages of waiting references that can be resolved and of groups whose members differ. */
  planReferences(
    cycleId: CycleId,
    options: { pageSize: number; groupPageSize: number; members: boolean },
  ): Promise<void>;
  /** `linked` is counted only as far as it matters to the percentage. */
  countDepartures(jobId: JobId, percent: number): Promise<{ readonly staged: number; readonly linked: number }>;
  /** Ends the references stage. `held`: the guard tripped; the staged departures are logged and stay staged. */
  planDepartures(cycleId: CycleId, options: { pageSize: number; held: boolean }): Promise<void>;
  /** Drops the failures of an initial cycle that met an error threshold. */
  pruneEscrows(cycleId: CycleId): Promise<void>;
  /** Ends the cycle. Failures new in this cycle are counted first; `digest` words the mail about them. */
  finish(
    cycleId: CycleId,
    end: CycleEnd,
    digest: (failures: readonly FailureSummary[], total: number) => MailDraft | undefined,
  ): Promise<void>;

  /** Takes the probe of a quarantined job: true for one worker only until the time. */
  takeProbe(jobId: JobId, now: Date, until: Date): Promise<boolean>;
  /** `disable`: the quarantine has lasted too long; the job is switched off and the mail, if any, goes out. */
  probeFailed(
    jobId: JobId,
    failure: FailureText,
    nextAttempt: Date,
    disable: { readonly mail: MailDraft | undefined } | undefined,
  ): Promise<void>;
  /** Lifts the quarantine and makes the job due. */
  probeSucceeded(jobId: JobId, now: Date): Promise<void>;
  heartbeat(jobIds: readonly JobId[], now: Date): Promise<void>;
  /**
   * A worker says that it works on a job, and until when the target wants nothing from it. Answers how many workers do so,
   * which of them this one is by the time it joined (from 0), and the latest pause that any of them was asked for.
   */
  checkIn(jobId: JobId, sign: SignOfWork): Promise<Attendance>;
  checkOut(jobId: JobId, workerId: string): Promise<void>;
  /**
   * Jobs that should have been worked on and were not, each told once: in the audit log, and in the mail that `word` makes.
   * The next sign of life ends the alarm.
   */
  raiseAlarms(
    now: Date,
    word: (job: Job, lastSeen: Date | undefined) => MailDraft | undefined,
  ): Promise<readonly JobId[]>;
  /** Makes the log's partitions for the days around now and drops those past their time. */
  maintain(now: Date): Promise<void>;
}

export interface SignOfWork {
  readonly workerId: string;
  /** How often this worker says so. */
  readonly everyMs: number;
  readonly pausedUntil: Date | undefined;
}

/** The workers of a job. One that has not been heard of for 5 seconds, and for four of its intervals, is none. */
export interface Attendance {
  readonly workers: number;
  readonly rank: number;
  readonly pausedUntil: Date | undefined;
}

export interface FailureSummary {
  readonly displayName: string;
  readonly kind: ObjectKind;
  readonly code: string;
  readonly message: string;
}

export interface MemberChange {
  readonly memberId: ObjectId;
  readonly targetId: string;
  /** `wait`: the member is about to be deleted, which ends its memberships too. */
  readonly operation: 'add' | 'remove' | 'none' | 'wait';
}

/** What the target showed in a listing, by folded matching value. */
export interface ListedMatch {
  readonly attribute: string;
  readonly key: string;
  readonly object: TargetObject;
}

/** Links and what hangs on them: claims, the listing, memberships, waiting references, escrows. */
export interface LinkStore {
  load(jobId: JobId, sourceIds: readonly ObjectId[]): Promise<ReadonlyMap<ObjectId, Link>>;
  loadEscrows(jobId: JobId, sourceIds: readonly ObjectId[]): Promise<readonly Escrow[]>;
  /** Links source objects to matched target objects before anything is sent; answers the owner of each target id. */
  claimTargets(
    jobId: JobId,
    kind: ObjectKind,
    claims: readonly { readonly sourceId: ObjectId; readonly targetId: string; readonly displayName: string }[],
  ): Promise<ReadonlyMap<string, ObjectId>>;
  /** Which source object is linked to each of these target ids. */
  targetOwners(jobId: JobId, kind: ObjectKind, targetIds: readonly string[]): Promise<ReadonlyMap<string, ObjectId>>;
  /** Reserves matching values for this cycle; answers the first holder of each `attribute + "\n" + key`. */
  claimValues(
    cycleId: CycleId,
    kind: ObjectKind,
    claims: readonly { readonly sourceId: ObjectId; readonly attribute: string; readonly key: string }[],
  ): Promise<ReadonlyMap<string, ObjectId>>;

  clearListing(jobId: JobId, kind: ObjectKind): Promise<void>;
  addListing(
    jobId: JobId,
    kind: ObjectKind,
    objects: readonly TargetObject[],
    keys: readonly { readonly targetId: string; readonly attribute: string; readonly key: string }[],
  ): Promise<void>;
  completeListing(cycleId: CycleId, kind: ObjectKind): Promise<void>;
  matchListed(
    jobId: JobId,
    kind: ObjectKind,
    lookups: readonly { readonly attribute: string; readonly key: string }[],
  ): Promise<readonly ListedMatch[]>;
  /** Candidates of the cycle's object pages that have no link. */
  countUnlinked(cycleId: CycleId, kind: ObjectKind): Promise<number>;

  /** Target ids of the first linked members of each group; `more` when there are others. */
  firstMembers(
    jobId: JobId,
    groupIds: readonly ObjectId[],
    limit: number,
  ): Promise<
    ReadonlyMap<ObjectId, { readonly members: readonly { memberId: ObjectId; targetId: string }[]; more: boolean }>
  >;
  /** The next member differences of a group, by member id; only pairs that are pending unless the group is due in full. */
  memberChanges(
    jobId: JobId,
    groupId: ObjectId,
    after: ObjectId | undefined,
    limit: number,
  ): Promise<{ readonly full: boolean; readonly changes: readonly MemberChange[]; readonly more: boolean }>;
  /** Waiting references of these objects, with the target id when the referenced object is linked. */
  waitingReferences(
    jobId: JobId,
    sourceIds: readonly ObjectId[],
  ): Promise<readonly (WaitingReference & { readonly targetId: string | undefined })[]>;

  /**
   * Before anything is sent: what the objects may have in the target from now on, whatever becomes of the sender. Stays
   * until an outcome settles it; such objects are candidates of the next cycle.
   */
  noteExports(
    jobId: JobId,
    kind: ObjectKind,
    exports: readonly (Pick<UnsettledExport, 'lookups'> & {
      readonly sourceId: ObjectId;
      readonly values: AttributeValues;
    })[],
  ): Promise<void>;
  loadUnsettled(
    jobId: JobId,
    kind: ObjectKind,
    sourceIds: readonly ObjectId[],
  ): Promise<ReadonlyMap<ObjectId, UnsettledExport>>;
  /** Before memberships are changed: each pair may or may not stand in the target until an outcome says so. */
  noteMembers(jobId: JobId, members: readonly MemberWrite[]): Promise<void>;

  /** One object for one worker (or on-demand call) at a time; answers the ids obtained. */
  lockObjects(
    jobId: JobId,
    sourceIds: readonly ObjectId[],
    owner: string,
    leaseMs: number,
  ): Promise<ReadonlySet<ObjectId>>;
  unlockObjects(owner: string): Promise<void>;
  /** An outcome outside any cycle (provision on demand), in one transaction. */
  commitOnDemand(jobId: JobId, outcome: PageOutcome): Promise<void>;

  /** For administrators: list, look up, drop and make single links. */
  list(query: LinkQuery): Promise<{ readonly links: readonly Link[]; readonly next: string | undefined }>;
  /** By source id first, then by target id. */
  find(jobId: JobId, sourceOrTargetId: string): Promise<Link | undefined>;
  drop(jobId: JobId, sourceId: ObjectId): Promise<boolean>;
}

export interface LinkQuery {
  readonly jobId: JobId;
  readonly kind?: ObjectKind;
  /** Source id, target id or the beginning of the display name. */
  readonly search?: string;
  readonly top: number;
  readonly skipToken?: string;
}
