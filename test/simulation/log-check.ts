import type { Database } from '@joinery/store';
import type { Application } from './application.ts';

/**
 * Each change in the application has its row in the provisioning log, one that was written no earlier: also when the answer
 * was lost, or the worker died, and a later run told what it found.
 */
export async function unloggedChanges(
  database: Database,
  application: Application,
  /** What was under way when links were dropped is forgotten with them. */
  from: number,
): Promise<readonly string[]> {
  const rows = await database.query<{ target_id: string; last: Date }>({
    text: `select target_id, max(at) as last from provisioning_log where target_id <> '' group by target_id`,
  });
  const last = new Map(rows.map((row) => [row.target_id, row.last.getTime()]));
  return application.mutations
    .filter((one) => one.at > from && (last.get(one.id) ?? -Infinity) < one.at)
    .map((one) => `${one.kind} of ${one.type}/${one.id} at ${one.at} has no row in the provisioning log`);
}
