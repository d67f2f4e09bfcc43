// Two steps, each safe to repeat and to run in several processes at once. Follow: the change feed behind a webhook's
// position becomes rows of deliveries, in one transaction with the new position. Send: due rows are leased, sent, and
// settled; a process that dies leaves its lease to end. So every change is delivered at least once.
import { product, type Clock } from '@joinery/base';
import { TransportFailure } from '@joinery/connector-scim';
import type {
  DeliveryOutcome,
  TakenDelivery,
  Webhook,
  WebhookStore,
  WorkspaceChangeFeed,
} from '@joinery/store/workspace';
import { sendOutgoing, type OutgoingOptions } from '../outgoing.ts';
import { eventTypeOf, printEvent } from './event.ts';
import { secretOf, signatureHeaders } from './signature.ts';

export interface DispatcherOptions {
  readonly webhooks: WebhookStore;
  readonly changeFeed: WorkspaceChangeFeed;
  readonly clock: Clock;
  readonly secretKey: Uint8Array;
  readonly tenantUrl: string;
  readonly outgoing: OutgoingOptions;
  /** Between two looks at the database when there is nothing to do; a second by default. */
  readonly pollMs?: number;
  /** Before attempt 2, 3, …; the last one repeats until a day has passed. */
  readonly retrySeconds?: readonly number[];
  readonly onFailure: (error: unknown) => void;
}

const pageSize = 200;
const takenMax = 16;
const timeoutMs = 15_000;
const leaseMs = 60_000;
const answerBytesMax = 64 * 1024;
const dayMs = 24 * 3600_000;
const keptMs = 30 * dayMs;
const pollMsDefault = 1_000;
const retrySecondsDefault = [5, 30, 120, 600, 1800, 3600, 7200, 14_400];

export interface Dispatcher {
  /** Ends after the deliveries in hand. */
  stop(): Promise<void>;
}

export function startDispatcher(options: DispatcherOptions): Dispatcher {
  const { webhooks, clock } = options;
  const ending = new AbortController();
  let forgottenAt = clock.now();

  async function work(): Promise<void> {
    while (!ending.signal.aborted) {
      let isBusy = false;
      try {
        isBusy = await dispatchOnce(options);
        if (clock.now() - forgottenAt >= dayMs) {
          forgottenAt = clock.now();
          await webhooks.forget(new Date(clock.now() - keptMs));
        }
      } catch (error) {
        // The database is away, or a bug: told, and tried again after the pause.
        if (!ending.signal.aborted) options.onFailure(error);
      }
      if (!isBusy) await clock.sleep(options.pollMs ?? pollMsDefault, ending.signal).catch(() => undefined);
    }
  }

  const working = work();
  return {
    async stop() {
      ending.abort();
      await working;
    },
  };
}

/** One round of both steps; whether there was anything to do. */
async function dispatchOnce(options: DispatcherOptions): Promise<boolean> {
  let isBusy = false;
  for (const webhook of await options.webhooks.behind()) isBusy = (await follow(options, webhook)) || isBusy;
  const taken = await options.webhooks.take(takenMax, new Date(options.clock.now() + leaseMs));
  await Promise.all(taken.map(async (delivery) => options.webhooks.settle(delivery, await deliver(options, delivery))));
  return isBusy || taken.length > 0;
}

async function follow({ changeFeed, webhooks, tenantUrl }: DispatcherOptions, webhook: Webhook): Promise<boolean> {
  const changes = await changeFeed.read(webhook.tenantId, webhook.position, pageSize);
  const last = changes.at(-1);
  if (last === undefined) return false;
  const wanted = changes.filter((change) => webhook.eventTypes.includes(eventTypeOf(change)));
  return webhooks.follow(
    webhook,
    last.sequence,
    wanted.map((change) => ({ event: eventTypeOf(change), body: () => printEvent(change, { tenantUrl }) })),
  );
}

async function deliver(options: DispatcherOptions, delivery: TakenDelivery): Promise<DeliveryOutcome> {
  const { clock, secretKey, outgoing } = options;
  const { webhook, id, body } = delivery;
  const timestamp = Math.floor(clock.now() / 1000);
  try {
    const { status } = await sendOutgoing(outgoing, {
      method: 'POST',
      url: new URL(webhook.url),
      headers: [
        ['content-type', 'application/json'],
        ['user-agent', `${product.name} webhooks`],
        ...signatureHeaders(secretOf(secretKey, webhook), { id, timestamp, body }),
      ],
      body,
      timeoutMs,
      answerBytesMax,
    });
    if (status >= 200 && status < 300) {
      return { state: 'delivered', status, error: undefined, nextAttempt: new Date(clock.now()), disable: undefined };
    }
    return failureOf(options, delivery, status, `The receiver answered ${status}.`);
  } catch (error) {
    if (!(error instanceof TransportFailure)) throw error;
    return failureOf(options, delivery, undefined, error.message.slice(0, 500));
  }
}

/** 410 Gone ends it at once, as Standard Webhooks says; otherwise a day of attempts does. */
function failureOf(
  { clock, retrySeconds = retrySecondsDefault }: DispatcherOptions,
  delivery: TakenDelivery,
  status: number | undefined,
  error: string,
): DeliveryOutcome {
  const now = clock.now();
  const seconds = retrySeconds[Math.min(delivery.attempts, retrySeconds.length) - 1] ?? 0;
  const isGone = status === 410;
  const isOver = now + seconds * 1000 > delivery.firstAttempt.getTime() + dayMs;
  if (!isGone && !isOver) {
    return { state: 'waiting', status, error, nextAttempt: new Date(now + seconds * 1000), disable: undefined };
  }
  const disable = isGone
    ? 'The receiver answered 410 Gone.'
    : `Deliveries failed for a day (${delivery.attempts} attempts); the last one: ${error}`;
  // Waiting still: what is not delivered goes out when the webhook is switched on again.
  return { state: 'waiting', status, error, nextAttempt: new Date(now), disable };
}
