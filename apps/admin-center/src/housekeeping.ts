import type { Clock } from '@joinery/base';
import type { ChangeFeed, DirectoryStore } from '@joinery/directory';
import type { AdministratorStore, AuditLog } from '@joinery/graph-api';
import type { CycleStore } from '@joinery/provisioning';
import type { Outbox } from '@joinery/store/center';

const dayMs = 86_400_000;

/** How long things are kept, in days. */
export const retentionDays = { recycleBin: 30, auditLog: 365, mails: 90, changeFeed: 30 } as const;

const purgeBatch = 500;
const purgeBatchesMax = 200;

export interface HousekeepingPorts {
  readonly directory: DirectoryStore;
  readonly feed: ChangeFeed;
  readonly administrators: AdministratorStore;
  readonly auditLog: AuditLog;
  readonly outbox: Outbox;
  readonly cycles: CycleStore;
  readonly clock: Clock;
}

/** Removes what is past its time and prepares the log's next days. Safe to run twice, in any process. */
export async function keepHouse(ports: HousekeepingPorts): Promise<{ readonly purged: number }> {
  const now = ports.clock.now();
  const before = (days: number) => new Date(now - days * dayMs);
  await ports.cycles.maintain(new Date(now));
  await ports.administrators.deleteExpired(new Date(now));
  await ports.auditLog.deleteBefore(before(retentionDays.auditLog));
  await ports.outbox.deleteBefore(before(retentionDays.mails));
  await inBatches((limit) => ports.feed.deleteBefore(before(retentionDays.changeFeed), limit));
  const purged = await inBatches((limit) =>
    ports.directory.purgeDeletedBefore(before(retentionDays.recycleBin), limit),
  );
  return { purged };
}

/** Until nothing is left or the rest can wait for the next hour. */
async function inBatches(remove: (limit: number) => Promise<number>): Promise<number> {
  let removed = 0;
  for (let batch = 0; batch < purgeBatchesMax; batch++) {
    const count = await remove(purgeBatch);
    removed += count;
    if (count < purgeBatch) break;
  }
  return removed;
}
