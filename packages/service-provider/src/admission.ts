import type { TenantId } from '@joinery/base';
import { tooManyRequests, unavailable } from '@joinery/scim';

export interface AdmissionLimits {
  /** Requests of one tenant in work at once. */
  readonly tenantInWorkMax: number;
  /** Requests of one tenant that wait; the next one is 429. */
  readonly tenantWaitingMax: number;
  /** Requests in work at once over all tenants. */
  readonly inWorkMax: number;
  /** Requests that wait over all tenants; the next one is 503. */
  readonly waitingMax: number;
}

/**
 * Over all tenants some more in work than the store has connections (10 in PostgreSQL's pool), so that parsing and presenting never
 * leave one idle; of one tenant fewer, so that statements that wait for each other, as writes of one group do, leave some to the others.
 */
export const admissionDefaults: AdmissionLimits = {
  tenantInWorkMax: 8,
  tenantWaitingMax: 500,
  inWorkMax: 64,
  waitingMax: 5000,
};

const retryAfterSeconds = 1;

interface Tenant {
  inWork: number;
  readonly waiting: (() => void)[];
}

/**
 * Bounds what is in work, so that overload makes requests wait or be refused instead of filling memory: a request that waits
 * has no body read. Places that become free go to the tenants in turn, one request each, so a tenant's queue is long for itself
 * only. Lives in this process. INVARIANT: `#turns` holds exactly the tenants that wait and have a place of their own left.
 */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #tenants = new Map<TenantId, Tenant>();
  /** In the order of their turn. */
  readonly #turns = new Set<TenantId>();
  #inWork = 0;
  #waiting = 0;

  constructor(limits: Partial<AdmissionLimits> = {}) {
    this.#limits = { ...admissionDefaults, ...limits };
  }

  /** For metrics. */
  get inWork(): number {
    return this.#inWork;
  }

  /** For metrics. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Resolves when the request may go on, with the function that ends it. Throws 429 and 503 with `Retry-After`. */
  async enter(tenantId: TenantId): Promise<() => void> {
    const tenant = this.#tenants.get(tenantId) ?? { inWork: 0, waiting: [] };
    this.#tenants.set(tenantId, tenant);
    if (this.#mayStart(tenant)) this.#start(tenant);
    else await this.#wait(tenantId, tenant);
    let isDone = false;
    return () => {
      if (isDone) return;
      isDone = true;
      this.#leave(tenantId, tenant);
    };
  }

  #mayStart(tenant: Tenant): boolean {
    const { tenantInWorkMax, inWorkMax } = this.#limits;
    return tenant.waiting.length === 0 && tenant.inWork < tenantInWorkMax && this.#inWork < inWorkMax;
  }

  #start(tenant: Tenant): void {
    tenant.inWork += 1;
    this.#inWork += 1;
  }

  #wait(tenantId: TenantId, tenant: Tenant): Promise<void> {
    if (tenant.waiting.length >= this.#limits.tenantWaitingMax) {
      const detail = 'Too many requests of this tenant are waiting; send fewer at once.';
      throw tooManyRequests({ detail, retryAfterSeconds });
    }
    if (this.#waiting >= this.#limits.waitingMax) {
      if (tenant.inWork === 0 && tenant.waiting.length === 0) this.#tenants.delete(tenantId);
      throw unavailable({ detail: 'The service is overloaded; try again.', retryAfterSeconds });
    }
    this.#waiting += 1;
    if (tenant.inWork < this.#limits.tenantInWorkMax) this.#turns.add(tenantId);
    return new Promise((resolve) => tenant.waiting.push(resolve));
  }

  #leave(tenantId: TenantId, tenant: Tenant): void {
    tenant.inWork -= 1;
    this.#inWork -= 1;
    if (tenant.waiting.length > 0) this.#turns.add(tenantId);
    else if (tenant.inWork === 0) this.#tenants.delete(tenantId);
    this.#startWaiting();
  }

  #startWaiting(): void {
    while (this.#inWork < this.#limits.inWorkMax) {
      const [tenantId] = this.#turns;
      if (tenantId === undefined) return;
      this.#turns.delete(tenantId);
      const tenant = this.#tenants.get(tenantId);
      const next = tenant?.waiting.shift();
      if (tenant === undefined || next === undefined) throw new Error('invariant broken: a turn without a request');
      this.#waiting -= 1;
      this.#start(tenant);
      if (tenant.waiting.length > 0 && tenant.inWork < this.#limits.tenantInWorkMax) this.#turns.add(tenantId);
      next();
    }
  }
}
