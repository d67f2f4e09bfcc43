import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const checksumCharacters = 6;

/**
 * A new credential: `joinery_<kind>_` + 256 random bits + a checksum, so that scanners recognise it and a mistyped one is
 * refused without a look into the store.
 */
export function mintSecret(kind: 'access' | 'client' | 'session' | 'setup'): string {
  const body = `joinery_${kind}_${randomBytes(32).toString('base64url')}`;
  return body + checksum(body);
}

/** SHA-256, the only form in which credentials are stored. Undefined for a text that was never made by `mintSecret`. */
export function hashSecret(text: string): Uint8Array | undefined {
  if (text.length < 60 || text.length > 100) return undefined;
  const body = text.slice(0, -checksumCharacters);
  return checksum(body) === text.slice(-checksumCharacters) ? createHash('sha256').update(text).digest() : undefined;
}

function checksum(body: string): string {
  return crc32(body).toString(36).padStart(7, '0').slice(-checksumCharacters);
}
