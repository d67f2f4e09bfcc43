import type { CycleId, JobId } from '@joinery/base';
import type { Cycle, Job, QuarantineReason } from '../job/job.ts';
import type { ProvisioningLogEntry } from '../job/log.ts';
import type { CyclePreview } from '../preview/ports.ts';
import type { ScopeReads } from '../scope/related.ts';
import type { FailureText, ObjectKind, Page, PageOutcome } from './page.ts';

export type { ScopeReads } from '../scope/related.ts';
export type * from './link-store.ts';
export type * from './page.ts';

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
