import type { EntitledObject } from '@joinery/directory/ports';
import type { AttributeLookup, ScopeOutcome } from '@joinery/expressions';
import type { JobSettings } from '../job/job.ts';
import type { CompiledMapping } from '../mapping/compile.ts';
import { sourceLookup } from '../mapping/source-lookup.ts';
import { relatedValue } from './related.ts';

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

/** What a filter sees: the object without `IsSoftDeleted`, which is yet to be decided, its manager and its groups. */
function filterLookup(object: EntitledObject): AttributeLookup {
  const own = sourceLookup(object, undefined);
  return (name) => {
    const value = relatedValue(object, name);
    return value === undefined ? own(name) : value;
  };
}

/** Decides whether an object is to be provisioned by a job. `now` in milliseconds. */
export function decideScope(
  object: EntitledObject,
  mapping: CompiledMapping,
  settings: Pick<JobSettings, 'scope'>,
  now: number,
): ScopeDecision {
  const isActive = object.accountEnabled && !object.softDeleted;
  const isEntitled = settings.scope === 'all' || object.assigned;
  const filter = mapping.scope?.evaluate(filterLookup(object), now);
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
