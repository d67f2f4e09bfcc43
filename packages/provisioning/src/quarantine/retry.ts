import type { Quarantine, QuarantineReason } from '../job/job.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

export const quarantineLifetimeMs = 28 * 24 * hourMs;

/** Probing after credentials or reachability failed: 1, 2, 4, … 40 minutes. `failures` counts those so far, from 1. */
export function probeDelayMs(failures: number): number {
  return Math.min(40, 2 ** Math.min(Math.max(failures, 1) - 1, 10)) * minuteMs;
}

/** Cycles in a quarantine for errors: 6, 12 and 24 hours after it began, then every 24 hours. */
export function quarantinedCycleDelayMs(began: number, now: number): number {
  const elapsed = now - began;
  const next = [6, 12, 24].map((hours) => hours * hourMs).find((due) => due > elapsed);
  return next === undefined ? 24 * hourMs : next - elapsed;
}

/** While departures are held back the job goes on as usual; everything else makes it rare. */
export function slowsCycles(reason: QuarantineReason): boolean {
  return reason !== 'TooManyDeletes';
}

export function isExpired(quarantine: Pick<Quarantine, 'currentBegan'>, now: number): boolean {
  return now - quarantine.currentBegan.getTime() > quarantineLifetimeMs;
}
