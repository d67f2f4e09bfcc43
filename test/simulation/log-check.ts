import type { Database } from '@joinery/store';
import type { Application } from './application.ts';

/**
 * Each change in the application has its row in the provisioning log, one that was written no earlier: also when the answer
 * was lost, or the worker died, and a later run told what it found. That an object is gone may also be told by the row of
 * its person, who is there again with another one.
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
  const gone = await database.query<{ target_id: string; last: Date }>({
    text: `select s.step->'details'->>'TargetId' as target_id, max(l.at) as last
      from provisioning_log l cross join jsonb_array_elements(l.steps) as s (step)
      where s.step->>'name' = 'EntrySynchronizationMatch' and s.step->>'status' = 'warning'
        and s.step->'details' ? 'TargetId' group by 1`,
  });
  const timesOf = (found: typeof rows) => new Map(found.map((row) => [row.target_id, row.last.getTime()]));
  const [told, toldGone] = [timesOf(rows), timesOf(gone)];
  return application.mutations
    .filter(({ at, id, kind }) => {
      const last = Math.max(told.get(id) ?? -Infinity, kind === 'delete' ? (toldGone.get(id) ?? -Infinity) : -Infinity);
      return at > from && last < at;
    })
    .map((one) => `${one.kind} of ${one.type}/${one.id} at ${one.at} has no row in the provisioning log`);
}
