import type { Exchange } from '../exchange.ts';

export type ReturnPreference = 'minimal' | 'representation';

/** `Prefer: return=…`, RFC 7240 §4.2; anything else in the header is ignored. */
export function returnPreferenceOf(exchange: Exchange): ReturnPreference | undefined {
  const header = exchange.request.headers.get('prefer');
  if (header === null) return undefined;
  const value = /(?:^|[,;\s])return\s*=\s*"?(minimal|representation)"?(?=$|[,;\s])/i.exec(header)?.[1]?.toLowerCase();
  return value === 'minimal' || value === 'representation' ? value : undefined;
}
