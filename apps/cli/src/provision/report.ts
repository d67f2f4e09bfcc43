import type { CycleCounts } from '@joinery/provisioning';
import type { PlanDifference, ReportedOperation } from './plan.ts';
import type { Performed, ProvisionResult } from './run.ts';

export interface ProvisionReport {
  readonly cycle: 'initial' | 'incremental';
  readonly plan: boolean;
  readonly counts: CycleCounts & { readonly durationMs: number };
  readonly operations: readonly ReportedOperation[];
  /** With `--apply-plan`, when nothing was sent because this is another operation by now. */
  readonly changed?: readonly PlanDifference[];
}

function reportOperation({ operation, outcome, rowId }: Performed): ReportedOperation {
  return {
    type: operation.kind === 'user' ? 'User' : 'Group',
    id: rowId,
    action: operation.action,
    targetId: outcome.targetId ?? operation.targetId ?? null,
    reason: operation.reason,
    changes: operation.changes.map((change) => ({
      attribute: change.attribute,
      old: change.redact ? '[Redact]' : change.old,
      new: change.redact ? '[Redact]' : change.new,
    })),
    outcome: outcome.outcome,
    error: outcome.error ?? null,
  };
}

export function createReport(result: ProvisionResult, plan: boolean, durationMs: number): ProvisionReport {
  const { objects, created, updated, disabled, deleted, skipped, failed, requests } = result.counts;
  return {
    cycle: result.cycle.kind,
    plan,
    counts: { durationMs, objects, created, updated, disabled, deleted, skipped, failed, requests },
    operations: result.planned ?? result.performed.map(reportOperation),
    ...(result.differences === undefined ? {} : { changed: result.differences }),
  };
}

/** For people: what was (or would be) done to whom; skips are only counted. */
export function printReport(report: ProvisionReport): string {
  const { counts } = report;
  const shown = report.operations.filter((operation) => operation.action !== 'skip');
  const lines = shown.slice(0, 200).map((operation) => {
    const mark =
      operation.outcome === 'failure' ? `FAILED ${operation.error?.code ?? ''}: ${operation.error?.message ?? ''}` : '';
    return `${operation.action.padEnd(8)} ${operation.type.padEnd(5)} ${operation.id}  ${operation.changes.map((change) => change.attribute).join(', ')} ${mark}`.trimEnd();
  });
  if (shown.length > 200) lines.push(`… and ${shown.length - 200} more; --json shows all`);
  for (const { type, id, planned, now } of report.changed?.slice(0, 200) ?? []) {
    lines.push(
      `changed  ${type.padEnd(5)} ${id}  planned: ${planned?.action ?? 'nothing'}, now: ${now?.action ?? 'nothing'}`,
    );
  }
  const isRefused = report.changed !== undefined;
  const done = report.plan
    ? 'Plan: nothing was sent.'
    : isRefused
      ? 'The plan has changed: nothing was sent.'
      : 'Done.';
  const numbers = (['created', 'updated', 'disabled', 'deleted', 'skipped', 'failed'] as const)
    .map((key) => `${counts[key]} ${key}`)
    .join(', ');
  lines.push(
    `${done} ${report.cycle} cycle, ${counts.objects.users} users and ${counts.objects.groups} groups: ${numbers}; ${counts.requests} requests.`,
  );
  return `${lines.join('\n')}\n`;
}
