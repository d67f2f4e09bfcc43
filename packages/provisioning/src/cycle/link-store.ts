import type { CycleId, JobId, ObjectId } from '@joinery/base';
import type { AttributeValues, TargetObject } from '@joinery/connector-kit/ports';
import type { Escrow, Link, MemberWrite, ObjectKind, PageOutcome, UnsettledExport, WaitingReference } from './page.ts';

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
  /** Which of these groups are due in full and have no difference. */
  unchangedGroups(jobId: JobId, groupIds: readonly ObjectId[]): Promise<ReadonlySet<ObjectId>>;
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
  /** Holds what the owner has locked for another `leaseMs` from now on; answers how many objects that are. */
  renewLocks(owner: string, leaseMs: number): Promise<number>;
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
