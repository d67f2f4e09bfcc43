import type { CycleId, Json, JobId, ObjectId } from '@joinery/base';
import type { CyclePlan, FailureText, ObjectKind, RunningCycle } from '../cycle/ports.ts';
import type { Job } from '../job/job.ts';
import type { SchemaAuthor } from '../job/schema.ts';

export type PreviewAction = 'create' | 'update' | 'disable' | 'delete' | 'skip';

/** What became of a planned operation when the preview was applied. `changed`: it is another one by now, and was not sent. */
export type AppliedOutcome = 'done' | 'failed' | 'changed' | 'skipped';

/** Operations of one kind, action and reason; `failed`: the object can't be provisioned, for the reason named. */
export interface PreviewCount {
  readonly kind: ObjectKind;
  readonly action: PreviewAction;
  readonly reason: string;
  readonly failed: boolean;
  readonly count: number;
}

/** A whole cycle of a job, computed and not sent. */
export interface Preview {
  readonly id: string;
  readonly jobId: JobId;
  /** The copy of the job that it runs on. */
  readonly copyId: JobId;
  readonly state: 'notStarted' | 'running' | 'succeeded' | 'failed';
  /** Of the cycle that was previewed; undefined until it is known. */
  readonly kind: 'initial' | 'incremental' | undefined;
  readonly requestedBy: SchemaAuthor | undefined;
  readonly created: Date;
  readonly ended: Date | undefined;
  readonly expires: Date;
  readonly pages: { readonly done: number; readonly total: number };
  readonly requests: number;
  /** Empty until it has ended. */
  readonly counts: readonly PreviewCount[];
  /** Users and groups that would be disabled or deleted, and whether the deletion guard would hold them back. */
  readonly deletionGuard: { readonly departures: number; readonly linked: number; readonly trips: boolean } | undefined;
  readonly error: FailureText | undefined;
  readonly application: PreviewApplication | undefined;
}

/** The cycle that does what a preview has planned. */
export interface PreviewApplication {
  readonly requested: Date;
  readonly requestedBy: SchemaAuthor | undefined;
  readonly allowsDeletes: boolean;
  /** `requested`: waits until no other cycle of the job runs. */
  readonly state: 'requested' | 'running' | 'succeeded' | 'failed';
  readonly cycleId: CycleId | undefined;
  readonly pages: { readonly done: number; readonly total: number };
  /** Empty until it has ended. */
  readonly counts: Readonly<Partial<Record<AppliedOutcome, number>>>;
  readonly error: FailureText | undefined;
}

/** A changed attribute. Redacted values are `[Redact]`; of a reference the referenced object of the directory is named. */
export interface PreviewChange {
  readonly attribute: string;
  readonly old: Json;
  readonly new: Json;
  readonly reference: { readonly id: ObjectId; readonly displayName: string | undefined } | undefined;
}

/** What would be done to one object. */
export interface PreviewOperation {
  readonly sourceId: ObjectId;
  readonly kind: ObjectKind;
  readonly displayName: string;
  readonly action: PreviewAction;
  readonly reason: string;
  /** Undefined: it would be created. */
  readonly targetId: string | undefined;
  readonly changes: readonly PreviewChange[];
  /** Of a group. */
  readonly members: { readonly added: number; readonly removed: number };
  readonly error: FailureText | undefined;
  readonly applied: { readonly outcome: AppliedOutcome; readonly detail: string | undefined } | undefined;
}

export interface PreviewOperationFilter {
  readonly action?: PreviewAction;
  readonly kind?: ObjectKind;
  readonly reason?: string;
  readonly failed?: boolean;
  readonly applied?: AppliedOutcome;
  readonly sourceId?: string;
  /** A part of the display name, ignoring case. */
  readonly displayNameContains?: string;
}

export interface PreviewMember {
  readonly memberId: ObjectId;
  readonly displayName: string | undefined;
  readonly operation: 'add' | 'remove';
}

/** One operation as a page of a preview's cycle writes it, or (`applied`) as the cycle that applies it reports it. */
export interface OperationWrite {
  readonly kind: ObjectKind;
  readonly sourceId: ObjectId;
  readonly displayName: string;
  readonly action: PreviewAction;
  readonly reason: string;
  readonly targetId: string | undefined;
  readonly changes: readonly {
    readonly attribute: string;
    readonly old: Json;
    readonly new: Json;
    /** Of a reference: the object that it points to after the change. */
    readonly referencedId?: ObjectId | null;
    /** The object that it is to point to in the end; another one while that has no account yet. */
    readonly wantedId?: ObjectId | null;
  }[];
  readonly error: FailureText | undefined;
  /** Empty: nothing is sent for the object itself. */
  readonly fingerprint: string;
  readonly applied: { readonly outcome: AppliedOutcome; readonly detail: string | undefined } | undefined;
}

/** Where a reference that a plan changes is to point in the end; null: nowhere. */
export interface PlannedReference {
  readonly attribute: string;
  readonly wantedId: ObjectId | null;
}

/** What a preview has planned for one object, as far as applying it must know. */
export interface PlannedObject {
  readonly action: PreviewAction;
  readonly fingerprint: string;
  readonly references: readonly PlannedReference[];
  /** What the object's own attributes are to hold; redacted values are `[Redact]`. */
  readonly values: readonly { readonly attribute: string; readonly new: Json }[];
  /** The object turned out to be another one when the preview was applied: nothing more is done to it. */
  readonly hasChanged: boolean;
}

/** A cycle that is previewed (`plan`), or that does what a preview has planned and nothing else (`apply`). */
export interface CyclePreview {
  readonly id: string;
  readonly mode: 'plan' | 'apply';
  /** What mappings see as now, so that a plan and its application give the same values. */
  readonly began: Date;
}

export interface PreviewEnd {
  readonly error: FailureText | undefined;
  readonly requests: number;
}

/**
 * Previews of jobs. A preview runs as a forced cycle of a copy of its job: what the cycle writes concerns the copy alone.
 * Copies are seen by `CycleStore` only.
 */
export interface PreviewStore {
  /** Throws `provisioning.preview_running` when the job has one that has not ended. */
  request(jobId: JobId, by: SchemaAuthor | undefined): Promise<Preview>;
  get(id: string): Promise<Preview | undefined>;
  /** Newest first. */
  list(jobId: JobId): Promise<readonly Preview[]>;
  /** Ends it when it runs, and takes a request to apply it back. Throws `provisioning.preview_applying`. */
  delete(id: string): Promise<void>;
  listOperations(query: {
    readonly previewId: string;
    readonly filter: PreviewOperationFilter;
    readonly top: number;
    readonly skipToken?: string;
  }): Promise<{ readonly operations: readonly PreviewOperation[]; readonly next: string | undefined }>;
  /** The memberships of one group that would change. */
  listMembers(query: {
    readonly previewId: string;
    readonly groupId: ObjectId;
    readonly top: number;
    readonly skipToken?: string;
  }): Promise<{ readonly members: readonly PreviewMember[]; readonly next: string | undefined }>;
  /**
   * Asks that exactly the plan be done. `allowsDeletes`: whatever the deletion guard says. Throws
   * `provisioning.preview_not_ready`, `provisioning.preview_applied`.
   */
  requestApply(
    id: string,
    options: { readonly by: SchemaAuthor | undefined; readonly allowsDeletes: boolean },
  ): Promise<Preview>;

  /** The copy of the job as it is now, made once. Undefined: the preview is gone or has ended. */
  prepare(copyId: JobId): Promise<Job | undefined>;
  /** What the deletion guard would say. */
  noteDepartures(
    id: string,
    guard: { readonly departures: number; readonly linked: number; readonly trips: boolean },
  ): Promise<void>;
  /** Ends the preview of a cycle; the copy goes. */
  finish(cycle: RunningCycle, end: PreviewEnd): Promise<void>;
  /** Begins the cycle that applies a job's preview. Undefined: another cycle runs, or there is none to apply. */
  beginApply(job: Job, plan: CyclePlan): Promise<RunningCycle | undefined>;
  planned(id: string, sourceIds: readonly ObjectId[]): Promise<ReadonlyMap<ObjectId, PlannedObject>>;
  /** Which memberships of a group are to be added and removed; those of a group that has changed are left out. */
  plannedMembers(
    id: string,
    groupId: ObjectId,
    memberIds: readonly ObjectId[],
  ): Promise<ReadonlyMap<ObjectId, 'add' | 'remove'>>;
}
