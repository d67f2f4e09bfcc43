import type { Link } from '../cycle/ports.ts';
import type { JobSettings } from '../job/job.ts';
import type { CompiledMapping } from '../mapping/compile.ts';
import { outOfScopeReason, type ScopeDecision } from '../scope/decide.ts';

/**
 * What is wanted of an object, before the target is asked:
 * - `provision`: create it, or bring it up to date; `isSoftDeleted` is what mappings see.
 * - `depart`: disable or delete it in the target; staged until the deletion guard has spoken.
 * - `skip`: nothing; `unlink` when the link has lost its meaning.
 */
export type Intent =
  | { readonly kind: 'provision'; readonly isSoftDeleted: boolean }
  | { readonly kind: 'depart'; readonly action: 'disable' | 'delete'; readonly reason: string }
  | { readonly kind: 'skip'; readonly reason: string; readonly unlink: boolean };

function skip(reason: string, unlink = false): Intent {
  return { kind: 'skip', reason, unlink };
}

/** A linked object that may not be seen as active any more (`entra-provisioning.md` §3.1). */
function planLeaving(decision: ScopeDecision, link: Link, mapping: CompiledMapping, settings: JobSettings): Intent {
  const reason = decision.isSoftDeleted
    ? 'SoftDeleted'
    : decision.hasLeft
      ? outOfScopeReason({ ...decision, isActive: true })
      : 'AccountDisabled';
  if (settings.upsertOnly) return skip('UpsertOnly');
  if (decision.hasLeft && !decision.isSoftDeleted && settings.skipOutOfScopeDeletions) {
    return skip('SkipOutOfScopeDeletions');
  }
  // A group has nothing that could be switched off, unless its mapping says so.
  const deletes =
    decision.hasLeft && (mapping.kind === 'group' ? !mapping.softDeletes : settings.onLeavingScope === 'delete');
  if (deletes && mapping.allows.delete) return { kind: 'depart', action: 'delete', reason };
  if (deletes && mapping.kind === 'group') return skip('DeleteNotAllowed');
  // Blocked from sign-in only: a mapping of accountEnabled says so too. Entra sends nothing without IsSoftDeleted.
  const saysBlocked = mapping.readsAccountEnabled && settings.profile === 'efficient' && !decision.hasLeft;
  if (!mapping.softDeletes && !saysBlocked) return skip('NoIsSoftDeletedMapping');
  if (!mapping.allows.update) return skip('UpdateNotAllowed');
  if (link.state === 'disabled') {
    return decision.hasLeft ? skip('NotEffectivelyEntitled') : { kind: 'provision', isSoftDeleted: true };
  }
  return { kind: 'depart', action: 'disable', reason };
}

/** Decides what is wanted of one object. `decision` undefined: the object is gone from the directory for good. */
export function planIntent(
  decision: ScopeDecision | undefined,
  link: Link | undefined,
  mapping: CompiledMapping,
  settings: JobSettings,
): Intent {
  if (decision === undefined) {
    if (link === undefined) return skip('NotInSource');
    if (settings.upsertOnly) return skip('UpsertOnly', true);
    if (!mapping.allows.delete) return skip('DeleteNotAllowed', true);
    return { kind: 'depart', action: 'delete', reason: 'HardDeleted' };
  }
  if (decision.inScope) return { kind: 'provision', isSoftDeleted: false };
  // Never in the target by our doing: disabled and out-of-scope objects are neither matched nor created.
  if (link === undefined) return skip(outOfScopeReason(decision));
  return planLeaving(decision, link, mapping, settings);
}
