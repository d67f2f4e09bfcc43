import { brandId, type Clock, type TenantId } from '@joinery/base';
import type { Database } from '../database.ts';
import { isResourceId } from './row.ts';

export interface Webhook {
  readonly tenantId: TenantId;
  readonly id: string;
  readonly url: string;
  readonly eventTypes: readonly string[];
  readonly secretGeneration: number;
  readonly created: Date;
  /** Sequence of the change feed up to which deliveries exist. */
  readonly position: string;
  readonly disabled: { readonly at: Date; readonly reason: string } | undefined;
}

export interface Delivery {
  readonly id: string;
  readonly webhookId: string;
  readonly event: string;
  readonly body: string;
  readonly created: Date;
  readonly state: 'waiting' | 'delivered';
  readonly attempts: number;
  readonly nextAttempt: Date;
  readonly lastStatus: number | undefined;
  readonly lastError: string | undefined;
}

/** A delivery that this process may send until its lease ends. */
export interface TakenDelivery extends Delivery {
  /** When the attempts began: at its creation, a redelivery, or when the webhook was switched on again. */
  readonly firstAttempt: Date;
  readonly webhook: Pick<Webhook, 'tenantId' | 'id' | 'url' | 'secretGeneration'>;
}

export interface DeliveryOutcome {
  readonly state: Delivery['state'];
  readonly status: number | undefined;
  readonly error: string | undefined;
  readonly nextAttempt: Date;
  /** Reason for switching the webhook off. */
  readonly disable: string | undefined;
}

/** Webhooks and what is to be delivered to them. Rows are the queue: what is stored as waiting is sent by some process. */
export interface WebhookStore {
  list(tenantId: TenantId): Promise<readonly Webhook[]>;
  get(tenantId: TenantId, id: string): Promise<Webhook | undefined>;
  /** Begins with what is written from now on. Undefined when the tenant has twenty. */
  create(tenantId: TenantId, webhook: Pick<Webhook, 'url' | 'eventTypes'>): Promise<Webhook | undefined>;
  /** `enabled: true` goes on where the deliveries stopped. Undefined when the id does not exist in the tenant. */
  change(
    tenantId: TenantId,
    id: string,
    change: { readonly url?: string; readonly eventTypes?: readonly string[]; readonly enabled?: boolean },
  ): Promise<Webhook | undefined>;
  rotateSecret(tenantId: TenantId, id: string): Promise<Webhook | undefined>;
  delete(tenantId: TenantId, id: string): Promise<boolean>;
  /** Newest first. */
  deliveries(tenantId: TenantId, id: string, before: string | undefined, limit: number): Promise<readonly Delivery[]>;
  /** Sends it again, as soon as possible, for a day. */
  redeliver(tenantId: TenantId, id: string, deliveryId: string): Promise<boolean>;

  /** Of all tenants: the enabled ones that have not followed the change feed to its end. */
  behind(): Promise<readonly Webhook[]>;
  /** Stores deliveries and moves the position in one transaction; false when another process did. */
  follow(
    webhook: Webhook,
    position: string,
    deliveries: readonly { readonly event: string; readonly body: (id: string) => string }[],
  ): Promise<boolean>;
  /** Of all tenants: due deliveries of enabled webhooks, leased until `until`. */
  take(limit: number, until: Date): Promise<readonly TakenDelivery[]>;
  settle(delivery: TakenDelivery, outcome: DeliveryOutcome): Promise<void>;
  /** Deletes deliveries that ended before the time. */
  forget(before: Date): Promise<void>;
}

interface WebhookRow {
  readonly tenant_id: string;
  readonly id: string;
  readonly url: string;
  readonly event_types: readonly string[];
  readonly secret_generation: number;
  readonly created: Date;
  readonly position: bigint;
  readonly disabled: Date | null;
  readonly disabled_reason: string | null;
}

interface DeliveryRow {
  readonly id: string;
  readonly webhook_id: string;
  readonly event: string;
  readonly body: string;
  readonly created: Date;
  readonly state: Delivery['state'];
  readonly attempts: number;
  readonly next_attempt: Date;
  readonly last_status: number | null;
  readonly last_error: string | null;
}

const webhooksMax = 20;
const columns = `w.tenant_id, w.id, w.url, w.event_types, w.secret_generation, w.created, w.position, w.disabled,
  w.disabled_reason`;
const deliveryColumns = `d.id, d.webhook_id, d.event, d.body, d.created, d.state, d.attempts, d.next_attempt,
  d.last_status, d.last_error`;

function toWebhook(row: WebhookRow): Webhook {
  return {
    tenantId: brandId<TenantId>(row.tenant_id),
    id: row.id,
    url: row.url,
    eventTypes: row.event_types,
    secretGeneration: row.secret_generation,
    created: row.created,
    position: String(row.position),
    disabled: row.disabled === null ? undefined : { at: row.disabled, reason: row.disabled_reason ?? '' },
  };
}

function toDelivery(row: DeliveryRow): Delivery {
  return {
    id: row.id,
    webhookId: row.webhook_id,
    event: row.event,
    body: row.body,
    created: row.created,
    state: row.state,
    attempts: row.attempts,
    nextAttempt: row.next_attempt,
    lastStatus: row.last_status ?? undefined,
    lastError: row.last_error ?? undefined,
  };
}

export function createWebhookStore(database: Database, clock: Pick<Clock, 'now'>, newId: () => string): WebhookStore {
  const now = (): Date => new Date(clock.now());
  const one = (rows: readonly WebhookRow[]): Webhook | undefined => rows.map(toWebhook)[0];
  return {
    async list(tenantId) {
      const rows = await database.query<WebhookRow>({
        text: `select ${columns} from webhook w where w.tenant_id = $1 order by w.created, w.id`,
        values: [tenantId],
      });
      return rows.map(toWebhook);
    },
    async get(tenantId, id) {
      if (!isResourceId(id)) return undefined;
      return one(
        await database.query<WebhookRow>({
          text: `select ${columns} from webhook w where w.tenant_id = $1 and w.id = $2`,
          values: [tenantId, id],
        }),
      );
    },
    async create(tenantId, { url, eventTypes }) {
      return one(
        await database.query<WebhookRow>({
          text: `insert into webhook as w (tenant_id, id, url, event_types, created, position)
            select $1, $2, $3, $4::text[], $5, settled_change()
            where (select count(*) from webhook o where o.tenant_id = $1) < $6
            returning ${columns}`,
          values: [tenantId, newId(), url, [...eventTypes], now(), webhooksMax],
        }),
      );
    },
    async change(tenantId, id, { url, eventTypes, enabled }) {
      if (!isResourceId(id)) return undefined;
      return one(
        await database.query<WebhookRow>({
          text: `with again as (
              update webhook_delivery d set since = $6, next_attempt = $6, attempts = 0
              where $5::boolean and d.tenant_id = $1 and d.webhook_id = $2 and d.state = 'waiting'
                and exists (select from webhook o where o.tenant_id = $1 and o.id = $2 and o.disabled is not null))
            update webhook w set url = coalesce($3, w.url), event_types = coalesce($4::text[], w.event_types),
              disabled = case when $5::boolean then null when not $5 then coalesce(w.disabled, $6::timestamptz) else w.disabled end,
              disabled_reason = case when $5::boolean then null
                when not $5 and w.disabled is null then 'Switched off by an administrator.'
                else w.disabled_reason end,
              failures = case when $5::boolean then 0 else w.failures end
            where w.tenant_id = $1 and w.id = $2 returning ${columns}`,
          values: [
            tenantId,
            id,
            url ?? null,
            eventTypes === undefined ? null : [...eventTypes],
            enabled ?? null,
            now(),
          ],
        }),
      );
    },
    async rotateSecret(tenantId, id) {
      if (!isResourceId(id)) return undefined;
      return one(
        await database.query<WebhookRow>({
          text: `update webhook w set secret_generation = w.secret_generation + 1
            where w.tenant_id = $1 and w.id = $2 returning ${columns}`,
          values: [tenantId, id],
        }),
      );
    },
    async delete(tenantId, id) {
      if (!isResourceId(id)) return false;
      const rows = await database.query({
        text: 'delete from webhook w where w.tenant_id = $1 and w.id = $2 returning w.id',
        values: [tenantId, id],
      });
      return rows.length > 0;
    },
    async deliveries(tenantId, id, before, limit) {
      if (!isResourceId(id) || (before !== undefined && !isResourceId(before))) return [];
      const rows = await database.query<DeliveryRow>({
        text: `select ${deliveryColumns} from webhook_delivery d
          where d.tenant_id = $1 and d.webhook_id = $2 and ($3::uuid is null or d.id < $3)
          order by d.id desc limit $4`,
        values: [tenantId, id, before ?? null, limit],
      });
      return rows.map(toDelivery);
    },
    async redeliver(tenantId, id, deliveryId) {
      if (!isResourceId(id) || !isResourceId(deliveryId)) return false;
      const rows = await database.query({
        text: `update webhook_delivery d
          set state = 'waiting', attempts = 0, since = $4, next_attempt = $4, ended = null
          where d.tenant_id = $1 and d.webhook_id = $2 and d.id = $3 returning d.id`,
        values: [tenantId, id, deliveryId, now()],
      });
      return rows.length > 0;
    },
    async behind() {
      const rows = await database.query<WebhookRow>({
        name: 'workspace-webhooks-behind',
        text: `select ${columns} from webhook w
          where w.disabled is null and exists (
            select from change_feed f where f.tenant_id = w.tenant_id and f.sequence > w.position)`,
      });
      return rows.map(toWebhook);
    },
    async follow({ tenantId, id, position: from }, position, deliveries) {
      const made = deliveries.map(({ event, body }) => {
        const deliveryId = newId();
        return { id: deliveryId, event, body: body(deliveryId) };
      });
      const rows = await database.query({
        name: 'workspace-webhook-follow',
        text: `with moved as (
            update webhook w set position = $4
            where w.tenant_id = $1 and w.id = $2 and w.position = $3 and w.disabled is null returning w.id),
          made as (
            insert into webhook_delivery (tenant_id, webhook_id, id, event, body, created, since, next_attempt)
            select $1, m.id, n.id, n.event, n.body, $5, $5, $5
            from moved m cross join unnest($6::uuid[], $7::text[], $8::text[]) n (id, event, body))
          select m.id from moved m`,
        values: [
          tenantId,
          id,
          from,
          position,
          now(),
          made.map((delivery) => delivery.id),
          made.map(({ event }) => event),
          made.map(({ body }) => body),
        ],
      });
      return rows.length > 0;
    },
    async take(limit, until) {
      type Row = DeliveryRow & {
        readonly tenant_id: string;
        readonly since: Date;
        readonly url: string;
        readonly secret_generation: number;
      };
      const rows = await database.query<Row>({
        name: 'workspace-webhook-take',
        text: `update webhook_delivery d set attempts = d.attempts + 1, next_attempt = $3
          from (
            select x.tenant_id, x.webhook_id, x.id, w.url, w.secret_generation
            from webhook_delivery x join webhook w on w.tenant_id = x.tenant_id and w.id = x.webhook_id
            where x.state = 'waiting' and x.next_attempt <= $1 and w.disabled is null
            order by x.next_attempt limit $2 for update of x skip locked) due
          where d.tenant_id = due.tenant_id and d.webhook_id = due.webhook_id and d.id = due.id
          returning ${deliveryColumns}, d.tenant_id, d.since, due.url, due.secret_generation`,
        values: [now(), limit, until],
      });
      return rows.map((row) => ({
        ...toDelivery(row),
        firstAttempt: row.since,
        webhook: {
          tenantId: brandId<TenantId>(row.tenant_id),
          id: row.webhook_id,
          url: row.url,
          secretGeneration: row.secret_generation,
        },
      }));
    },
    async settle({ webhook, id, nextAttempt: lease }, outcome) {
      const { state, status, error, nextAttempt, disable } = outcome;
      await database.query({
        name: 'workspace-webhook-settle',
        text: `with settled as (
            update webhook_delivery d set state = $4, last_status = $5, last_error = $6, next_attempt = $7,
              ended = case when $4 = 'waiting' then null else $8::timestamptz end
            where d.tenant_id = $1 and d.webhook_id = $2 and d.id = $3 and d.next_attempt = $10)
          update webhook w set
            failures = case when $4 = 'delivered' then 0 else w.failures + 1 end,
            disabled = case when $9::text is null then w.disabled else coalesce(w.disabled, $8) end,
            disabled_reason = case when $9 is null or w.disabled is not null then w.disabled_reason else $9 end
          where w.tenant_id = $1 and w.id = $2`,
        values: [
          webhook.tenantId,
          webhook.id,
          id,
          state,
          status ?? null,
          error ?? null,
          nextAttempt,
          now(),
          disable ?? null,
          lease,
        ],
      });
    },
    async forget(before) {
      await database.query({
        text: 'delete from webhook_delivery d where d.ended < $1 /* of all tenants; no tenant_id */',
        values: [before],
      });
    },
  };
}
