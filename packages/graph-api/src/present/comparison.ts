import { redactedAttributes } from '@joinery/provisioning';
import type { ComparedAccount, Comparison, ComparisonCounts, Job, Link } from '@joinery/provisioning/ports';
import type * as contract from '../contract/index.ts';

const typeOf = (kind: 'user' | 'group') => (kind === 'user' ? 'User' : 'Group');

export function presentComparison(comparison: Comparison, counts: ComparisonCounts): contract.Comparison {
  const { requestedBy } = comparison;
  return {
    id: comparison.id,
    state: comparison.state,
    requestedBy: requestedBy ? { id: requestedBy.id, displayName: requestedBy.displayName } : null,
    beganDateTime: comparison.began.toISOString(),
    endedDateTime: comparison.ended?.toISOString() ?? null,
    objects: { done: comparison.objects.done, total: comparison.objects.total ?? null },
    requests: comparison.requests,
    counts: counts.classes,
    ignored: counts.ignored,
    queued: counts.queued,
    error: comparison.error ?? null,
  };
}

export function presentAccount(account: ComparedAccount): contract.ComparedAccount {
  const { action, sourceId } = account;
  return {
    id: account.id,
    class: account.class,
    type: typeOf(account.kind),
    targetId: account.targetId,
    displayName: account.displayName,
    source: sourceId === undefined ? null : { id: sourceId, displayName: account.sourceName ?? '' },
    isLinked: account.isLinked,
    isInScope: account.isInScope,
    isIgnored: account.isIgnored,
    problem: account.problem ?? null,
    attributes: Object.entries(account.values).map(([name, value]) => ({ name, value })),
    differences: account.differences.map((one) => ({
      attribute: one.attribute,
      exportedValue: one.exported,
      oldValue: one.old,
      newValue: one.new,
    })),
    members: account.members ?? null,
    action: action ? { kind: action.kind, state: action.state, error: action.error ?? null } : null,
  };
}

const valueTextMax = 2_000;

export function presentLink(job: Job, link: Link): contract.Link {
  const hidden = redactedAttributes(job.schema);
  const exported = link.snapshot && [...link.snapshot];
  return {
    sourceId: link.sourceId,
    targetId: link.targetId,
    type: typeOf(link.kind),
    displayName: link.displayName,
    state: link.state,
    exported:
      exported?.map(([name, value]) => {
        const text = typeof value === 'string' ? value : JSON.stringify(value);
        return { name, value: hidden.has(name) ? '[Redact]' : text.slice(0, valueTextMax) };
      }) ?? null,
  };
}
