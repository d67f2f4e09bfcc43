import type { CycleTotals } from '../cycle/ports.ts';
import type { JobSettings, QuarantineReason } from '../job/job.ts';

/** The error thresholds of `entra-provisioning.md` §9.1: nothing is evaluated below 5,000 failures. */
const evaluatedFrom = 5_000;
const proportionMax = 0.4;
const failuresMax = 40_000;
const totalFailuresMax = 60_000;

/** The threshold that the failures of a cycle have passed; reference failures count in the total only. */
export function exceededThreshold(totals: CycleTotals): QuarantineReason | undefined {
  if (totals.failures + totals.referenceFailures > totalFailuresMax) return 'EncounteredTotalEscrowThreshold';
  if (totals.failures > failuresMax) return 'EncounteredBaseEscrowThreshold';
  if (totals.failures < evaluatedFrom) return undefined;
  return totals.failures > totals.events * proportionMax ? 'EncounteredEscrowProportionThreshold' : undefined;
}

/** Does the deletion guard hold the staged departures back? */
export function tripsDeletionGuard(
  guard: JobSettings['deletionGuard'],
  departures: { readonly staged: number; readonly linked: number },
): boolean {
  if (!guard.enabled) return false;
  if (departures.staged > guard.count) return true;
  return departures.staged > percentFloor && departures.staged > (departures.linked * guard.percent) / 100;
}

/** The percentage says nothing about a handful of objects. */
const percentFloor = 5;
