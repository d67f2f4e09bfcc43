// What a page of a cycle takes, and everything that it leaves behind.
import type { CycleId, JobId, ObjectId } from '@joinery/base';
import type { AttributeValues } from '@joinery/connector-kit/ports';
import type { CycleCounts } from '../job/job.ts';
import type { ProvisioningLogEntry } from '../job/log.ts';
import type { OperationWrite } from '../preview/ports.ts';

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
