/** When a caller may usefully try the same call again. */
export type Retry = 'never' | 'later' | 'after-change';

export interface JoineryErrorOptions {
  /** Dotted and stable, listed in `docs/reference/error-codes.md`, e.g. `store.in_use`. */
  readonly code: string;
  /** One sentence an operator understands; names the attribute or object, never a secret or a whole payload. */
  readonly message: string;
  readonly detail?: Readonly<Record<string, unknown>>;
  readonly retry?: Retry;
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

/** Base of every error that a boundary may show to a person or a client. A broken invariant throws a plain `Error`. */
export class JoineryError extends Error {
  readonly code: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly retry: Retry;
  readonly retryAfterSeconds: number | undefined;

  constructor(options: JoineryErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = options.code;
    this.detail = options.detail ?? {};
    this.retry = options.retry ?? 'never';
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** A wrong flag, environment variable, settings file or input file. Exit code 2. */
export class ConfigError extends JoineryError {}
