import type { EntitledObject } from '@joinery/directory/ports';
import type { ScopeOutcome } from '@joinery/expressions';
import type { JobSettings } from '../job/job.ts';
import type { CompiledMapping } from '../mapping/compile.ts';
import { sourceLookup } from '../mapping/source-lookup.ts';

/** The facts that decide about scope, as the scoping step of the provisioning log shows them. */
export interface ScopeDecision {
  readonly isActive: boolean;
  readonly isSoftDeleted: boolean;
  readonly isAccountEnabled: boolean;
  readonly isAssigned: boolean;
  readonly isEntitled: boolean;
  /** Undefined when there is no scoping filter. */
  readonly filter: ScopeOutcome | undefined;
  /** IsActive ∧ (all ∨ assigned) ∧ filter. */
  readonly inScope: boolean;
  /** Unassigned, outside the filter or in the recycle bin, as opposed to blocked from sign-in only. */
  readonly hasLeft: boolean;
}

/** Decides whether an object is to be provisioned by a job. A filter sees the object without `IsSoftDeleted`; `now` in milliseconds. */
export function decideScope(
  object: EntitledObject,
  mapping: CompiledMapping,
  settings: Pick<JobSettings, 'scope'>,
  now: number,
): ScopeDecision {
  const isActive = object.accountEnabled && !object.softDeleted;
  const isEntitled = settings.scope === 'all' || object.assigned;
  const filter = mapping.scope?.evaluate(sourceLookup(object, undefined), now);
  const passes = filter?.inScope ?? true;
  return {
    isActive,
    isSoftDeleted: object.softDeleted,
    isAccountEnabled: object.accountEnabled,
    isAssigned: object.assigned,
    isEntitled,
    filter,
    inScope: isActive && isEntitled && passes,
    hasLeft: object.softDeleted || !isEntitled || !passes,
  };
}

/** The skip reason of an object that is out of scope. */
export function outOfScopeReason(decision: ScopeDecision): string {
  return decision.isActive && decision.isEntitled ? 'EntrySynchronizationSkipped' : 'NotEffectivelyEntitled';
}
