import { JoineryError, type Clock, type JobId } from '@joinery/base';
import type { Database } from '../../database.ts';

/** What every part of the provisioning store works with. */
export interface StoreContext {
  readonly database: Database;
  readonly clock: Clock;
  /** A new random UUID. */
  readonly newId: () => string;
}

export const jobChannel = 'provisioning_job';

export function now(context: StoreContext): Date {
  return new Date(context.clock.now());
}

export function jobNotFound(id: JobId): JoineryError {
  return new JoineryError({
    code: 'provisioning.job_not_found',
    message: `There is no provisioning job with the id ${id}.`,
    detail: { id },
  });
}
