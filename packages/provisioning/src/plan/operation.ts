import type { Json, ObjectId } from '@joinery/base';
import type { ProvisioningStep } from '../job/log.ts';

/** One attribute that an operation changes; `null` is an absent value. Redacted values never leave the log in clear. */
export interface PlannedChange {
  readonly attribute: string;
  readonly old: Json;
  readonly new: Json;
  readonly redact: boolean;
}

/** What is to happen (or has happened) to one object, with its reason. */
export interface PlannedOperation {
  readonly kind: 'user' | 'group';
  readonly sourceId: ObjectId;
  readonly displayName: string;
  readonly action: 'create' | 'update' | 'disable' | 'delete' | 'skip';
  /** Why: a skip reason of the provisioning log, or what made the object due. */
  readonly reason: string;
  /** Undefined until the target has given an id. */
  readonly targetId: string | undefined;
  readonly changes: readonly PlannedChange[];
  readonly steps: readonly ProvisioningStep[];
}

/** How an operation ended, as an observer of a cycle sees it. */
export interface OperationOutcome {
  /** `warning`: done, but something was noticed about the target; `error` says what. */
  readonly outcome: 'success' | 'failure' | 'skipped' | 'warning';
  readonly targetId: string | undefined;
  readonly error: { readonly code: string; readonly message: string } | undefined;
}

/** Called for each operation, after it was carried out (or would have been, in a plan). */
export type OperationObserver = (operation: PlannedOperation, outcome: OperationOutcome) => void;
