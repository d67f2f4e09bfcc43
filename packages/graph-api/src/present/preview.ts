import type { Preview, PreviewMember, PreviewOperation } from '@joinery/provisioning/ports';
import type * as contract from '../contract/index.ts';

const objectType = (kind: 'user' | 'group'): 'User' | 'Group' => (kind === 'user' ? 'User' : 'Group');

function presentCounts(preview: Preview): contract.Preview['counts'] {
  if (preview.state !== 'succeeded') return null;
  const counts = { create: 0, update: 0, disable: 0, delete: 0, skip: 0, failed: 0 };
  for (const { action, failed, count } of preview.counts) counts[failed ? 'failed' : action] += count;
  return counts;
}

function presentApplication({ application }: Preview): contract.Preview['application'] {
  if (application === undefined) return null;
  const isOver = application.state === 'succeeded' || application.state === 'failed';
  return {
    requestedDateTime: application.requested.toISOString(),
    requestedBy: application.requestedBy ?? null,
    allowDeletes: application.allowsDeletes,
    state: application.state,
    cycleId: application.cycleId ?? null,
    pages: application.pages,
    counts: isOver ? { done: 0, failed: 0, changed: 0, skipped: 0, ...application.counts } : null,
    error: application.error ?? null,
  };
}

export function presentPreview(preview: Preview): contract.Preview {
  return {
    id: preview.id,
    state: preview.state,
    kind: preview.kind ?? null,
    createdDateTime: preview.created.toISOString(),
    createdBy: preview.requestedBy ?? null,
    endedDateTime: preview.ended?.toISOString() ?? null,
    expirationDateTime: preview.expires.toISOString(),
    pages: preview.pages,
    requests: preview.requests,
    counts: presentCounts(preview),
    reasons: preview.counts.map(({ kind, ...rest }) => ({ objectType: objectType(kind), ...rest })),
    deletionGuard: preview.deletionGuard ?? null,
    error: preview.error ?? null,
    application: presentApplication(preview),
  };
}

export function presentPreviewOperation(operation: PreviewOperation): contract.PreviewOperation {
  return {
    objectId: operation.sourceId,
    objectType: objectType(operation.kind),
    displayName: operation.displayName,
    action: operation.action,
    reason: operation.reason,
    targetId: operation.targetId ?? null,
    changes: operation.changes.map(({ reference, ...change }) => ({
      ...change,
      reference: reference === undefined ? null : { id: reference.id, displayName: reference.displayName ?? null },
    })),
    members: operation.members,
    error: operation.error === undefined ? null : { code: operation.error.code, message: operation.error.message },
    applied:
      operation.applied === undefined
        ? null
        : { outcome: operation.applied.outcome, detail: operation.applied.detail ?? null },
  };
}

export function presentPreviewMember(member: PreviewMember): contract.PreviewMember {
  return { id: member.memberId, displayName: member.displayName ?? null, operation: member.operation };
}
