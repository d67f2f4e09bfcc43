/** What an API answered instead of a result. `code` is stable and dotted; `client.offline` when no answer came. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly requestId: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(options: {
    readonly status: number;
    readonly code: string;
    readonly message: string;
    readonly requestId?: string | undefined;
    readonly retryAfterSeconds?: number | undefined;
    readonly cause?: unknown;
  }) {
    super(options.message, { cause: options.cause });
    this.name = 'ApiError';
    this.status = options.status;
    this.code = options.code;
    this.requestId = options.requestId;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** Reads Graph's error body and RFC 9457 problems. */
export async function readApiError(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => undefined);
  const graph = field(body, 'error');
  const inner = field(graph, 'innerError');
  return new ApiError({
    status: response.status,
    code: text(inner, 'code') ?? text(graph, 'code') ?? text(body, 'code') ?? `http.${response.status}`,
    message: text(graph, 'message') ?? text(body, 'detail') ?? text(body, 'title') ?? response.statusText,
    requestId: text(inner, 'request-id') ?? response.headers.get('request-id') ?? undefined,
    retryAfterSeconds: Number(response.headers.get('retry-after')) || undefined,
  });
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function text(value: unknown, name: string): string | undefined {
  const found = field(value, name);
  return typeof found === 'string' && found !== '' ? found : undefined;
}
