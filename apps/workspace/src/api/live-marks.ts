import { createHash } from 'node:crypto';
import type { TenantId } from '@joinery/base';
import type { CredentialStore, RequestLog } from '@joinery/service-provider';
import type { Marks } from '../contract.ts';

type Listener = (marks: Marks) => void;

interface Watch {
  readonly listeners: Set<Listener>;
  last: Marks | undefined;
  timer: NodeJS.Timeout | undefined;
}

/** The request log is written once a second. */
const pollMs = 1_000;

/**
 * Tells listeners of a tenant when its request log or its tokens changed. Reads the database once a second per tenant that
 * somebody watches, however many watch, and so also sees what other processes on the same database do.
 */
export class LiveMarks {
  readonly #watches = new Map<TenantId, Watch>();
  readonly #stores: { readonly requestLog: RequestLog; readonly credentials: CredentialStore };

  constructor(stores: { readonly requestLog: RequestLog; readonly credentials: CredentialStore }) {
    this.#stores = stores;
  }

  listenersOf(tenantId: TenantId): number {
    return this.#watches.get(tenantId)?.listeners.size ?? 0;
  }

  /** Where things stand comes at once or with the first reading; answers what ends the listening. */
  listen(tenantId: TenantId, listener: Listener): () => void {
    const watch: Watch = this.#watches.get(tenantId) ?? { listeners: new Set(), last: undefined, timer: undefined };
    watch.listeners.add(listener);
    if (watch.last !== undefined) listener(watch.last);
    if (!this.#watches.has(tenantId)) {
      this.#watches.set(tenantId, watch);
      void this.#poll(tenantId, watch);
    }
    return () => {
      watch.listeners.delete(listener);
      if (watch.listeners.size > 0 || this.#watches.get(tenantId) !== watch) return;
      clearTimeout(watch.timer);
      this.#watches.delete(tenantId);
    };
  }

  async #poll(tenantId: TenantId, watch: Watch): Promise<void> {
    try {
      const marks = await this.#read(tenantId);
      const isSame = watch.last?.requests === marks.requests && watch.last.tokens === marks.tokens;
      watch.last = marks;
      if (!isSame) for (const listener of watch.listeners) listener(marks);
    } catch {
      // The database is away; the next reading tells what happened meanwhile.
    }
    if (watch.listeners.size > 0 && this.#watches.get(tenantId) === watch) {
      watch.timer = setTimeout(() => void this.#poll(tenantId, watch), pollMs).unref();
    }
  }

  async #read(tenantId: TenantId): Promise<Marks> {
    const [log, credentials] = await Promise.all([
      this.#stores.requestLog.list(tenantId, { before: undefined, limit: 1, failedOnly: false }),
      this.#stores.credentials.list(tenantId),
    ]);
    const told = credentials.map(({ id, lastUsed, revoked }) => [id, lastUsed?.getTime(), revoked?.getTime()]);
    const tokens = createHash('sha256').update(JSON.stringify(told)).digest('base64url').slice(0, 16);
    return { requests: log.entries[0]?.id ?? '', tokens };
  }
}
