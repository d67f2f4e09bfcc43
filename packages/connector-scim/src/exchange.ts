/** One request and what came back, as shown to an administrator. Credentials are masked; personal data is not. */
export interface ScimExchange {
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly method: string;
  readonly url: string;
  readonly requestHeaders: readonly (readonly [string, string])[];
  readonly requestBody: string | undefined;
  /** Undefined when no answer came; `failure` then says why. */
  readonly status: number | undefined;
  readonly responseBody: string | undefined;
  readonly failure: string | undefined;
}

const bodyCharactersMax = 65_536;
const mask = '•••';

/** Replaces every occurrence of the secrets; empty ones are skipped. */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  let masked = text;
  for (const secret of secrets) {
    if (secret !== '') masked = masked.replaceAll(secret, mask);
  }
  return masked;
}

/** A body for the exchange view, cut to 64 Ki characters. */
export function excerptBody(body: string | undefined, secrets: readonly string[]): string | undefined {
  if (body === undefined) return undefined;
  const cut = body.length > bodyCharactersMax ? `${body.slice(0, bodyCharactersMax)}…` : body;
  return maskSecrets(cut, secrets);
}
