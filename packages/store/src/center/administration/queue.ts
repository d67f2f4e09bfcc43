import { PgBoss } from 'pg-boss';
import type { Database } from '../../database.ts';

const mailQueue = 'mail';
const housekeepingQueue = 'housekeeping';
const connectionsMax = 3;

export interface QueueHandlers {
  /** Sends one mail of the outbox; throwing makes it be tried again, ever later. */
  sendMail(mailId: string): Promise<void>;
  /** Runs once an hour, in one process. */
  keepHouse(): Promise<void>;
}

/** What is a queue by nature: mails with retries, and housekeeping by the clock. Shared by every process on the database. */
export interface CenterQueue {
  /** Does nothing when the mail waits in the queue already. */
  enqueueMail(mailId: string): Promise<void>;
  /** Lets the handlers in hand end, up to the time. */
  stop(timeoutMs: number): Promise<void>;
}

/** Starts pg-boss in its own schema (`pgboss`) of the center's database. */
export async function startQueue(
  database: Database,
  handlers: QueueHandlers,
  onError: (error: Error) => void,
): Promise<CenterQueue> {
  const boss = new PgBoss({ connectionString: database.url, max: connectionsMax, useListenNotify: true });
  boss.on('error', onError);
  await boss.start();
  // Exclusive: at most one job of a mail (its singleton key) is queued or running.
  await boss.createQueue(mailQueue, {
    policy: 'exclusive',
    notify: true,
    retryLimit: 20,
    retryDelay: 15,
    retryBackoff: true,
    retryDelayMax: 3600,
    expireInSeconds: 120,
  });
  await boss.createQueue(housekeepingQueue, { policy: 'exclusive', retryLimit: 2, expireInSeconds: 900 });
  await boss.schedule(housekeepingQueue, '17 * * * *');
  await boss.work<{ mailId: string }>(mailQueue, async (jobs) => {
    for (const job of jobs) await handlers.sendMail(job.data.mailId);
  });
  await boss.work(housekeepingQueue, async () => handlers.keepHouse());
  return {
    async enqueueMail(mailId) {
      await boss.send(mailQueue, { mailId }, { singletonKey: mailId });
    },
    async stop(timeoutMs) {
      await boss.stop({ graceful: true, close: true, timeout: timeoutMs });
    },
  };
}
