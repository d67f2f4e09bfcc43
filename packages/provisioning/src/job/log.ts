import type { CycleId, JobId, ObjectId } from '@joinery/base';
import type { Exchange } from '@joinery/connector-kit/ports';

export type ProvisioningAction = 'create' | 'update' | 'delete' | 'stageddelete' | 'disable' | 'other';
export type Outcome = 'success' | 'failure' | 'skipped' | 'warning';

export interface ProvisioningStep {
  /** `EntryImport`, `EntrySynchronizationScoping`, `EntryExportAdd`, … */
  readonly name: string;
  readonly type: 'import' | 'scoping' | 'matching' | 'processing' | 'referenceResolution' | 'export';
  readonly status: Outcome;
  /** A full sentence: object, system, what was decided and why. */
  readonly description: string;
  readonly details: Readonly<Record<string, string>>;
}

/** One row of the provisioning log (Graph `provisioningObjectSummary`); immutable. */
export interface ProvisioningLogEntry {
  readonly id: string;
  readonly at: Date;
  readonly jobId: JobId;
  readonly cycleId: CycleId | undefined;
  readonly changeId: string;
  readonly servicePrincipalId: ObjectId;
  readonly action: ProvisioningAction;
  readonly outcome: Outcome;
  readonly durationMs: number;
  readonly source: { readonly id: string; readonly displayName: string; readonly type: 'User' | 'Group' };
  readonly target: { readonly id: string; readonly displayName: string; readonly type: string };
  /** Why: skip reason or planned operation's reason, e.g. `NotEffectivelyEntitled`, `RedundantExport`. */
  readonly reason: string;
  readonly error: { readonly code: string; readonly message: string; readonly recommendedAction: string } | undefined;
  readonly steps: readonly ProvisioningStep[];
  /** `[Redact]` stands for redacted values. */
  readonly modifiedProperties: readonly {
    readonly displayName: string;
    readonly oldValue: string | null;
    readonly newValue: string | null;
  }[];
  /** The requests behind the entry, masked and cut; only where it is written. They are read by `ProvisioningLog.listExchanges`. */
  readonly exchanges?: readonly Exchange[] | undefined;
}

/** A `$filter` over log entries, checked. Attribute names are Graph's paths, e.g. `provisioningStatusInfo/status`. */
export type LogFilter =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly LogFilter[] }
  | {
      readonly kind: 'compare';
      readonly attribute: LogAttribute;
      readonly operator: 'eq' | 'gt' | 'ge' | 'lt' | 'le' | 'contains' | 'startswith';
      readonly value: string;
    };

export type LogAttribute =
  | 'id'
  | 'activityDateTime'
  | 'jobId'
  | 'cycleId'
  | 'changeId'
  | 'provisioningAction'
  | 'provisioningStatusInfo/status'
  | 'servicePrincipal/id'
  | 'servicePrincipal/displayName'
  | 'sourceIdentity/id'
  | 'sourceIdentity/displayName'
  | 'targetIdentity/id'
  | 'targetIdentity/displayName';
