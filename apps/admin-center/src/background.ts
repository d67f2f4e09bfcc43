import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Clock } from '@joinery/base';
import { createDriftWorker, createWorker, raiseAlarms, type EnginePorts } from '@joinery/provisioning';
import { startQueue, type CenterStore, type Outbox } from '@joinery/store/center';
import type { Database } from '@joinery/store';
import type { Logger } from 'pino';
import { keepHouse } from './housekeeping.ts';
import { createMailer, type Mailer } from './mailer.ts';

export interface BackgroundOptions {
  readonly database: Database;
  readonly store: CenterStore;
  readonly ports: EnginePorts;
  readonly clock: Clock;
  readonly smtp: { readonly url: string; readonly from: string } | undefined;
  /** False: mail, housekeeping and alarms only, as in a process that serves the API. */
  readonly runsCycles: boolean;
  readonly log: Logger;
}

export interface Background {
  /** Lets the pages in hand end, then the queue's jobs. */
  stop(): Promise<void>;
}

const queueStopMs = 10_000;
/** Older unsent mails are left alone: nobody wants to hear of them any more. */
const mailAgeMaxMs = 7 * 86_400_000;
const mailsAtOnce = 500;
/** How often it is looked whether a job is overdue. */
const alarmMs = 60_000;

/** What runs without being asked: cycles, mail, housekeeping, and the alarm when cycles do not run. */
export async function startBackground(options: BackgroundOptions): Promise<Background> {
  const { database, store, ports, clock, log } = options;
  const mailer = options.smtp
    ? createMailer({ outbox: store.outbox, smtpUrl: options.smtp.url, from: options.smtp.from, clock })
    : undefined;
  const queue = await startQueue(
    database,
    {
      sendMail: async (mailId) => mailer?.send(mailId),
      async keepHouse() {
        const { purged } = await keepHouse({ ...store, clock });
        if (purged > 0) log.info({ purged }, 'emptied the recycle bin');
        await enqueueUnsent();
      },
    },
    (error) => log.error({ err: error }, 'queue'),
  );

  async function enqueueUnsent(): Promise<void> {
    if (!mailer) return;
    const since = new Date(clock.now() - mailAgeMaxMs);
    for (const mailId of await store.outbox.listUnsent(since, mailsAtOnce)) await queue.enqueueMail(mailId);
  }

  const unsubscribe = await listenForMails(mailer, store.outbox, queue.enqueueMail, log);
  await enqueueUnsent();

  const stopWorker = new AbortController();
  const workerOptions = {
    workerId: `${hostname()}-${process.pid}-${randomUUID()}`,
    onError: (error: unknown, jobId: string) => log.error({ err: error, jobId }, 'a job'),
  };
  const workers = !options.runsCycles
    ? []
    : [
        createWorker(ports, workerOptions),
        createDriftWorker({ ...ports, comparisons: store.comparisons }, workerOptions),
      ];
  const working = workers.map((worker) =>
    worker.run(stopWorker.signal).catch((error: unknown) => {
      if (!stopWorker.signal.aborted) log.fatal({ err: error }, 'a worker has ended');
    }),
  );
  const watching = watchJobs(ports, log, stopWorker.signal);
  return {
    async stop() {
      stopWorker.abort();
      await Promise.all([...working, watching]);
      await unsubscribe();
      await queue.stop(queueStopMs);
      mailer?.close();
    },
  };
}

/** Until aborted. It is not the worker that watches, but every process: who has stopped can't tell. */
async function watchJobs(ports: EnginePorts, log: Logger, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      for (const jobId of await raiseAlarms(ports)) log.error({ jobId }, 'a provisioning job is overdue');
    } catch (error) {
      log.error({ err: error }, 'overdue jobs were not looked for');
    }
    await ports.clock.sleep(alarmMs, signal).catch(() => {});
  }
}

async function listenForMails(
  mailer: Mailer | undefined,
  outbox: Outbox,
  enqueue: (mailId: string) => Promise<void>,
  log: Logger,
): Promise<() => Promise<void>> {
  if (!mailer) return async () => {};
  return outbox.subscribe((mailId) => {
    // What is missed here is found by the next look for unsent mails.
    enqueue(mailId).catch((error: unknown) => log.error({ err: error }, 'a mail was not queued'));
  });
}
