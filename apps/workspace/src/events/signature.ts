import { createHmac } from 'node:crypto';
import type { Webhook } from '@joinery/store/workspace';

const prefix = 'whsec_';

/** The signing secret of a webhook, derived from the installation's key, so that the database holds nothing of it. */
export function secretOf(key: Uint8Array, webhook: Pick<Webhook, 'tenantId' | 'id' | 'secretGeneration'>): string {
  const { tenantId, id, secretGeneration } = webhook;
  const text = `webhook signing secret:${tenantId}:${id}:${secretGeneration}`;
  return prefix + createHmac('sha256', key).update(text).digest('base64');
}

/**
 * The headers of Standard Webhooks (https://www.standardwebhooks.com): HMAC-SHA-256 over `id.timestamp.body`, with the
 * bytes that the secret holds as base64 behind `whsec_`. The time is in seconds.
 */
export function signatureHeaders(
  secret: string,
  message: { readonly id: string; readonly timestamp: number; readonly body: string },
): readonly (readonly [string, string])[] {
  const { id, timestamp, body } = message;
  const signed = createHmac('sha256', Buffer.from(secret.slice(prefix.length), 'base64'))
    .update(`${id}.${timestamp}.${body}`)
    .digest('base64');
  return [
    ['webhook-id', id],
    ['webhook-timestamp', String(timestamp)],
    ['webhook-signature', `v1,${signed}`],
  ];
}
