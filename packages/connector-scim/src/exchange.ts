import type { Exchange } from '@joinery/connector-kit';

export type ScimExchange = Exchange;

const bodyCharactersMax = 16_384;
/** Plain characters: one beyond Latin-1 doubles the memory of every text that holds it, up to the log rows of a page. */
const mask = '***';

/** Replaces every occurrence of the secrets; empty ones are skipped. */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  let masked = text;
  for (const secret of secrets) {
    if (secret !== '') masked = masked.replaceAll(secret, mask);
  }
  return masked;
}

/** A secret that lies across the cut is found as long as it is not longer than this. */
const secretCharactersMax = 16_384;

/** A body for the exchange view, cut to 16 Ki characters. */
export function excerptBody(body: string | undefined, secrets: readonly string[]): string | undefined {
  if (body === undefined) return undefined;
  if (body.length <= bodyCharactersMax) return maskSecrets(body, secrets);
  const masked = maskSecrets(body.slice(0, bodyCharactersMax + secretCharactersMax), secrets);
  return `${masked.slice(0, bodyCharactersMax)}…`;
}
