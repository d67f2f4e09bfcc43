const windowMs = 15 * 60_000;
const entriesMax = 10_000;

interface Failures {
  count: number;
  until: number;
}

/** Counts failed sign-ins per key (address, account) in a window of 15 minutes, in this process. */
export class SignInAttempts {
  readonly #failures = new Map<string, Failures>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  /** Whole seconds until the key may try again; 0: now. */
  waitSeconds(key: string, nowMs: number): number {
    const failures = this.#failures.get(key);
    if (failures === undefined || failures.until <= nowMs || failures.count < this.#max) return 0;
    return Math.ceil((failures.until - nowMs) / 1000);
  }

  fail(key: string, nowMs: number): void {
    const failures = this.#failures.get(key);
    if (failures !== undefined && failures.until > nowMs) {
      failures.count += 1;
      return;
    }
    this.#failures.delete(key);
    if (this.#failures.size >= entriesMax) this.#failures.delete(this.#failures.keys().next().value ?? key);
    this.#failures.set(key, { count: 1, until: nowMs + windowMs });
  }

  succeed(key: string): void {
    this.#failures.delete(key);
  }
}
