import type { Clock } from '@joinery/base';
import type { WorkspaceChangeFeed } from '@joinery/store/workspace';

const dayMs = 86_400_000;
const everyMs = 3_600_000;
const batch = 1_000;
/** The rest can wait for the next hour. */
const batchesMax = 500;

interface Housekeeping {
  stop(): Promise<void>;
}

/** Forgets the entries of the change feed that are older than the days; safe in several processes at once. */
async function forgetChanges(feed: WorkspaceChangeFeed, clock: Clock, days: number): Promise<void> {
  const time = new Date(clock.now() - days * dayMs);
  for (let count = 0; count < batchesMax; count += 1) if ((await feed.deleteBefore(time, batch)) < batch) return;
}

/** Once at the start and then every hour. `days` 0: nothing is forgotten. */
export function keepHouse(options: {
  readonly changeFeed: WorkspaceChangeFeed;
  readonly changeFeedDays: number;
  readonly clock: Clock;
  readonly onFailure: (error: unknown) => void;
}): Housekeeping {
  const { changeFeed, changeFeedDays, clock } = options;
  const ended = new AbortController();
  const run = async (): Promise<void> => {
    while (!ended.signal.aborted && changeFeedDays > 0) {
      await forgetChanges(changeFeed, clock, changeFeedDays).catch(options.onFailure);
      await clock.sleep(everyMs, ended.signal).catch(() => {});
    }
  };
  const running = run();
  return {
    async stop() {
      ended.abort();
      await running;
    },
  };
}
