import { attempt, type PageControl } from '../apply/attempt.ts';
import { failResult, skipResult } from '../apply/export-object.ts';
import type { ObjectResult, ObjectWork } from '../apply/object-work.ts';
import { sendOperation } from '../apply/send-operation.ts';
import type { JobContext } from '../cycle/context.ts';
import { exportedStep, linkedStep, processingStep } from '../log/steps.ts';
import { snapshotChanges } from './find-account.ts';

/**
 * Brings the account of an object that has left scope back to what was exported when it left: switched off, above all.
 * Undefined: not done, since the job has failed or the lease is lost.
 */
export async function restoreSnapshot(
  context: JobContext,
  control: PageControl,
  work: ObjectWork,
): Promise<ObjectResult | undefined> {
  const { link, mapping } = work;
  if (link?.snapshot === undefined) return skipResult(work, 'RedundantExport');
  const read = await attempt(context, control, () => context.target.get(mapping.type, link.targetId));
  if (read.kind === 'stopped') return undefined;
  if (read.kind === 'failed') return failResult(work, 'update', read.error);
  if (read.value === undefined) return skipResult(work, 'InvalidAnchor', true);
  if (context.protectedAccounts.holds(mapping, link.targetId, read.value.values)) return skipResult(work, 'ProtectedAccount'); // prettier-ignore
  const changes = snapshotChanges(mapping, read.value.values, link.snapshot);
  if (changes.length === 0) return skipResult(work, 'RedundantExport');
  if (!mapping.allows.update) return skipResult(work, 'UpdateNotAllowed');
  work.steps.push(
    linkedStep(work.subject, link.targetId),
    processingStep(work.subject, 'disable', 'the target no longer holds what was exported when it left scope'),
  );
  const sent = await sendOperation(context, control, {
    kind: 'update',
    type: mapping.type,
    id: link.targetId,
    changes: changes.map((one) => ({
      attribute: one.attribute,
      operation: one.old === null ? 'add' : 'replace',
      value: one.new,
    })),
  });
  if (sent.kind === 'stopped') return undefined;
  if (sent.kind === 'failed') return failResult(work, 'disable', sent.error, changes);
  if (sent.value === false) return skipResult(work, 'InvalidAnchor', true);
  work.steps.push(exportedStep(work.subject, 'disable', changes));
  return {
    work,
    action: 'disable',
    reason: 'Drift',
    error: undefined,
    targetId: link.targetId,
    changes,
    link: { targetId: link.targetId, state: 'disabled', snapshot: link.snapshot },
    unlink: false,
    members: [],
  };
}
