import { hash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { product } from '@joinery/base';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const prefix = `${product.command}_`;
const secretLength = 43;
const checksumLength = 6;
const form = new RegExp(`^${prefix}[0-9A-Za-z]{${secretLength + checksumLength}}$`);

/** `secretLength` digits hold 256 bits. */
function toBase62(bytes: Uint8Array): string {
  let rest = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  let text = '';
  for (let index = 0; index < secretLength; index++) {
    text = alphabet.charAt(Number(rest % 62n)) + text;
    rest /= 62n;
  }
  return text;
}

/** CRC32, most significant digit first. */
function checksumOf(text: string): string {
  let rest = crc32(text);
  let digits = '';
  for (let index = 0; index < checksumLength; index++) {
    digits = alphabet.charAt(rest % 62) + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}

/**
 * A new bearer token: `joinery_`, 43 base62 characters of 256 random bits, 6 characters of CRC32 over all before. The
 * prefix and the checksum let secret scanners find it without false alarms. 57 characters, so it fits where credentials
 * together may take 1 KB. Show it once and keep `hashToken` of it only.
 */
export function generateToken(random: Uint8Array = randomBytes(32)): string {
  if (random.length !== 32) throw new Error('invariant broken: a token is made of 32 random bytes');
  const text = prefix + toBase62(random);
  return text + checksumOf(text);
}

/** SHA-256 of the whole token: what is stored and looked up. The secret has 256 bits, so it needs no slow hash. */
export function hashToken(token: string): Uint8Array {
  return hash('sha256', token, 'buffer');
}

/** Whether prefix, length and checksum are those of `generateToken`: refuses typing errors without asking the store. */
export function looksLikeToken(token: string): boolean {
  return form.test(token) && checksumOf(token.slice(0, -checksumLength)) === token.slice(-checksumLength);
}
