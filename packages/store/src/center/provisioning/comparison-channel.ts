import type { Session } from '../../database.ts';

export const comparisonChannel = 'provisioning_comparison';

/** Tells the workers that there is something to compare, or to repair or adopt. */
export async function notifyComparisons(session: Session): Promise<void> {
  await session.query({ text: `select pg_notify('${comparisonChannel}', '')` });
}
