import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Clock } from '@joinery/base';
import { createWorker, type EnginePorts } from '@joinery/provisioning';
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

/** What runs without being asked: cycles, mail, housekeeping. */
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
  const worker = createWorker(ports, {
    workerId: `${hostname()}-${process.pid}-${randomUUID()}`,
    onError: (error, jobId) => log.error({ err: error, jobId }, 'a job'),
  });
  const working = worker.run(stopWorker.signal).catch((error: unknown) => {
    if (!stopWorker.signal.aborted) log.fatal({ err: error }, 'the worker has ended');
  });
  return {
    async stop() {
      stopWorker.abort();
      await working;
      await unsubscribe();
      await queue.stop(queueStopMs);
      mailer?.close();
    },
  };
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
