import type { ObjectId } from '@joinery/base';
import type {
  EscrowWrite,
  LinkWrite,
  MemberWrite,
  PageOutcome,
  ScopeTurn,
  StagedDeparture,
  WaitingReference,
} from '../cycle/ports.ts';
import type { CycleCounts } from '../job/job.ts';
import type { ProvisioningLogEntry } from '../job/log.ts';
import type { OperationWrite } from '../preview/ports.ts';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
type AttributeOf = { readonly sourceId: ObjectId; readonly attribute: string };

/** A page's outcome while it is gathered. */
export interface OutcomeDraft {
  readonly links: LinkWrite[];
  readonly unlinked: ObjectId[];
  readonly membersAdded: MemberWrite[];
  readonly membersRemoved: MemberWrite[];
  readonly membersSettled: MemberWrite[];
  readonly membersComplete: ObjectId[];
  readonly referencesChanged: ObjectId[];
  readonly referencesExported: (AttributeOf & { readonly targetId: string })[];
  readonly escrows: EscrowWrite[];
  readonly escrowsSettled: AttributeOf[];
  readonly waiting: WaitingReference[];
  readonly waitingSettled: AttributeOf[];
  readonly departures: StagedDeparture[];
  readonly departuresSettled: ObjectId[];
  readonly exportsSettled: ObjectId[];
  readonly scopeTurns: ScopeTurn[];
  readonly log: ProvisioningLogEntry[];
  readonly operations: OperationWrite[];
  readonly deferred: ObjectId[];
  readonly counts: Mutable<Omit<CycleCounts, 'objects'>> & { readonly objects: Mutable<CycleCounts['objects']> };
  readonly overloaded: { objects: number; references: number };
  referenceFailures: number;
}

export function createOutcome(): OutcomeDraft & PageOutcome {
  return {
    links: [],
    unlinked: [],
    membersAdded: [],
    membersRemoved: [],
    membersSettled: [],
    membersComplete: [],
    referencesChanged: [],
    referencesExported: [],
    escrows: [],
    escrowsSettled: [],
    waiting: [],
    waitingSettled: [],
    departures: [],
    departuresSettled: [],
    exportsSettled: [],
    scopeTurns: [],
    log: [],
    operations: [],
    deferred: [],
    counts: {
      objects: { users: 0, groups: 0 },
      created: 0,
      updated: 0,
      disabled: 0,
      deleted: 0,
      skipped: 0,
      failed: 0,
      requests: 0,
    },
    overloaded: { objects: 0, references: 0 },
    referenceFailures: 0,
  };
}
