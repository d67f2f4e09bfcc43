import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 random bits for cookies, CSRF tokens and links. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored of a secret. */
export function hashSecret(secret: string): Uint8Array {
  return createHash('sha256').update(secret).digest();
}

export function isSameSecret(left: string, right: string): boolean {
  return timingSafeEqual(hashSecret(left), hashSecret(right));
}
