import type { ComparisonId, JobId, ObjectId } from '@joinery/base';
import type { ObjectKind } from '../cycle/ports.ts';
import type { SchemaAuthor } from '../job/schema.ts';

/**
 * What a comparison found out about one account (or group) of the target:
 * - `local`: no link, and nothing in the directory matches it;
 * - `unassigned`: it belongs to an object of the directory that is not in scope;
 * - `assigned`: it belongs to one in scope; when it is linked, the target holds what it should;
 * - `changed`: linked, but the target holds other values or members than it should;
 * - `missing`: linked, but no longer in the target.
 */
export type AccountClass = 'local' | 'unassigned' | 'assigned' | 'changed' | 'missing';

/** One attribute whose value in the target is not what it should be. Values as text; redacted ones are masked. */
export interface AccountDifference {
  readonly attribute: string;
  /** What was exported last. */
  readonly exported: string | null;
  /** What the target holds. */
  readonly old: string | null;
  /** What a repair (or an adoption) writes. */
  readonly new: string | null;
}

/** `ProtectedAccount`: the job leaves it alone. The others: it is not clear whose the account is. */
export type AccountProblem = 'DuplicateSourceEntries' | 'DuplicateTargetEntries' | 'ProtectedAccount';

export interface AccountFinding {
  readonly kind: ObjectKind;
  readonly targetId: string;
  readonly class: AccountClass;
  readonly displayName: string;
  readonly sourceId: ObjectId | undefined;
  readonly sourceName: string | undefined;
  readonly isLinked: boolean;
  readonly isInScope: boolean;
  /** Why it can't be adopted (or repaired, where it is protected). */
  readonly problem: AccountProblem | undefined;
  readonly values: Readonly<Record<string, string>>;
  readonly differences: readonly AccountDifference[];
  /** Group: linked members that the target lacks, and linked objects that are members there only. Undefined: not compared. */
  readonly members: { readonly missing: number; readonly added: number } | undefined;
}

export type AccountAction = 'repair' | 'adopt';

/** A finding as it is kept. `id` holds for one comparison. */
export interface ComparedAccount extends AccountFinding {
  readonly id: string;
  readonly isIgnored: boolean;
  readonly action:
    | {
        readonly kind: AccountAction;
        readonly state: 'queued' | 'succeeded' | 'failed';
        readonly error: { readonly code: string; readonly message: string } | undefined;
      }
    | undefined;
}

export interface Comparison {
  readonly id: ComparisonId;
  readonly jobId: JobId;
  readonly state: 'running' | 'succeeded' | 'failed' | 'canceled';
  readonly requestedBy: SchemaAuthor | undefined;
  readonly began: Date;
  readonly ended: Date | undefined;
  /** Objects of the target; `total` is undefined until the target has said how many there are. */
  readonly objects: { readonly done: number; readonly total: number | undefined };
  readonly requests: number;
  readonly error: { readonly code: string; readonly message: string } | undefined;
}

/** Accounts by class; those that are ignored count apart. */
export interface ComparisonCounts {
  readonly classes: Readonly<Record<AccountClass, number>>;
  readonly ignored: number;
  readonly queued: number;
}

/** The stages in their order: the directory's matching values, the target's users and groups, what was not seen there. */
export type ComparisonStage = 'sources' | 'users' | 'groups' | 'unseen';

/** A comparison (or the actions on its accounts) in the hands of one worker. */
export interface ComparisonWork {
  readonly comparison: Comparison;
  readonly stage: ComparisonStage;
  readonly position: string | undefined;
  readonly owner: string;
}

export interface SourceKey {
  readonly kind: ObjectKind;
  readonly sourceId: ObjectId;
  readonly attribute: string;
  readonly key: string;
}

/** What one step leaves behind; written in one transaction, only if the lease still holds. */
export interface ComparisonStep {
  readonly keys?: readonly SourceKey[];
  readonly findings?: readonly AccountFinding[];
  readonly stage: ComparisonStage;
  /** Undefined: the beginning of the stage. */
  readonly position: string | undefined;
  readonly listed: number;
  readonly total?: { readonly kind: ObjectKind; readonly objects: number };
  readonly requests: number;
}

/** What became of the action on one account. */
export interface ActionResult {
  readonly id: string;
  readonly error: { readonly code: string; readonly message: string } | undefined;
  /** The account as it is now, where the action succeeded. */
  readonly targetId: string | undefined;
}

export interface AccountQuery {
  readonly comparisonId: ComparisonId;
  readonly class?: AccountClass;
  readonly kind?: ObjectKind;
  readonly ignored: boolean;
  /** Target id, or a part of the display name or of the name in the directory. */
  readonly search?: string;
  readonly top: number;
  readonly skipToken?: string;
}

/** Accounts of a comparison: these, or all that a query finds (but ignored ones). */
export type AccountSelection = { readonly ids: readonly string[] } | Pick<AccountQuery, 'class' | 'kind' | 'search'>;

/** Comparisons and what they found. Every method is one transaction and may be called by several workers at once. */
export interface ComparisonStore {
  /** Begins a comparison. Throws `provisioning.comparison_running` when there is one, `provisioning.job_not_found`. */
  start(jobId: JobId, id: ComparisonId, by: SchemaAuthor | undefined): Promise<Comparison>;
  cancel(id: ComparisonId): Promise<boolean>;
  /** Newest first: a running one, the last that came to its end, and one that failed since. */
  list(jobId: JobId): Promise<readonly Comparison[]>;
  get(id: ComparisonId): Promise<Comparison | undefined>;
  counts(id: ComparisonId): Promise<ComparisonCounts>;
  /** By display name. */
  listAccounts(
    query: AccountQuery,
  ): Promise<{ readonly accounts: readonly ComparedAccount[]; readonly next: string | undefined }>;
  getAccount(id: ComparisonId, accountId: string): Promise<ComparedAccount | undefined>;
  /** How many accounts the action would be carried out on, and how many of them are users. */
  countSelected(id: ComparisonId, action: AccountAction, of: AccountSelection): Promise<SelectedAccounts>;
  /** Queues the action for the accounts that can have it. */
  queueAction(id: ComparisonId, action: AccountAction, of: AccountSelection): Promise<SelectedAccounts>;
  /** Ignores the accounts in their classes from now on, or no longer. Answers how many. */
  setIgnored(id: ComparisonId, isIgnored: boolean, of: AccountSelection): Promise<number>;

  /** Begins what the jobs' schedules want by now. */
  startDue(now: Date, newId: () => string): Promise<void>;
  /** Calls back when a comparison or an action was asked for. Returns the unsubscriber. */
  subscribe(listener: () => void): Promise<() => Promise<void>>;
  /** Takes the oldest comparison with work that nobody holds. */
  take(owner: string, leaseMs: number): Promise<ComparisonWork | undefined>;
  /** False: the lease was lost, or the comparison was canceled. */
  renew(work: ComparisonWork, leaseMs: number): Promise<boolean>;
  release(work: ComparisonWork): Promise<void>;
  /** Frees all leases: for a process that has the database to itself, at its start. */
  releaseAll(): Promise<void>;
  /** False: the lease was lost, or the comparison was canceled, and nothing was written. */
  commit(work: ComparisonWork, step: ComparisonStep): Promise<boolean>;
  /** Ends the comparison; one that succeeded takes the place of older ones. */
  finish(work: ComparisonWork, end: ComparisonEnd): Promise<void>;

  /** Ids of the directory's objects, also of those in the recycle bin, by id. */
  sourceIds(kind: ObjectKind, after: string | undefined, limit: number): Promise<readonly ObjectId[]>;
  /** Source objects with one of these matching values. */
  matchSources(
    id: ComparisonId,
    kind: ObjectKind,
    lookups: readonly { readonly attribute: string; readonly key: string }[],
  ): Promise<readonly SourceKey[]>;
  /** Linked objects that the listing did not show, by source id. */
  unseen(id: ComparisonId, after: string | undefined, limit: number): Promise<readonly UnseenLink[]>;
  /**
   * What is different between a linked group's members in the target and those it should have there. A member whose own
   * account was not seen is missing itself.
   */
  compareMembers(
    id: ComparisonId,
    groupId: ObjectId,
    shown: readonly string[],
  ): Promise<{ readonly missing: number; readonly added: number }>;
  /** Takes what the target shows as what was exported, so that the group's members are compared with it in full. Members without an account wait for theirs. */
  takeMembersAsExported(id: ComparisonId, groupId: ObjectId, shown: readonly string[]): Promise<void>;
  /** Linked groups with members to be added or removed that these objects brought along. */
  groupsWithPendingMembers(jobId: JobId, memberIds: readonly ObjectId[]): Promise<readonly ObjectId[]>;
  /** Linked users whose manager is one of these. */
  linkedReports(jobId: JobId, managerIds: readonly ObjectId[]): Promise<readonly ObjectId[]>;
  /** Accounts whose action is queued, oldest first. */
  queued(id: ComparisonId, limit: number): Promise<readonly ComparedAccount[]>;
  /** Writes what became of actions; accounts whose action succeeded are assigned and hold what they should. */
  settle(work: ComparisonWork, results: readonly ActionResult[]): Promise<void>;
}

export interface SelectedAccounts {
  readonly users: number;
  readonly groups: number;
}

export type ComparisonEnd =
  | { readonly state: 'succeeded' }
  | { readonly state: 'failed'; readonly error: { readonly code: string; readonly message: string } };

export interface UnseenLink {
  readonly kind: ObjectKind;
  readonly sourceId: ObjectId;
  readonly targetId: string;
  readonly displayName: string;
}
