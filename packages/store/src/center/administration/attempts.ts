import type { AdministratorStore } from '@joinery/graph-api/ports';
import type { Database } from '../../database.ts';

/** Counters of sign-in attempts in fixed windows, shared by every process on the database. */
export function createAttemptCounter(database: Database): Pick<AdministratorStore, 'countAttempts' | 'forgetAttempts'> {
  return {
    async countAttempts(attempts, windowSeconds, now) {
      const windowEnds = new Date(now.getTime() + windowSeconds * 1000);
      const rows = await database.query<{ key: string; attempts: number; window_ends: Date }>({
        // Sorted, so that two requests with the same keys lock them in the same order.
        text: `insert into sign_in_attempt as a (key, attempts, window_ends)
               select key, 1, $2 from unnest($1::text[]) key order by key
               on conflict (key) do update set
                 attempts = case when a.window_ends <= $3 then 1 else a.attempts + 1 end,
                 window_ends = case when a.window_ends <= $3 then excluded.window_ends else a.window_ends end
               returning key, attempts, window_ends`,
        values: [attempts.map(({ key }) => key), windowEnds, now],
      });
      const waits = rows
        .filter((row) => row.attempts > (attempts.find(({ key }) => key === row.key)?.max ?? 0))
        .map((row) => Math.ceil((row.window_ends.getTime() - now.getTime()) / 1000));
      return Math.max(0, ...waits);
    },

    async forgetAttempts(keys) {
      await database.query({ text: 'delete from sign_in_attempt where key = any($1)', values: [keys] });
    },
  };
}
