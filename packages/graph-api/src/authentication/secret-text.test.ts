import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { hashSecret, mintSecret } from './secret-text.ts';

test('a secret has a recognisable prefix and 256 random bits, and is found by its SHA-256', () => {
  const secret = mintSecret('client');
  expect(secret).toMatch(/^joinery_client_[A-Za-z0-9_-]{43}[a-z0-9]{6}$/);
  expect(hashSecret(secret)).toEqual(createHash('sha256').update(secret).digest());
  expect(new Set(Array.from({ length: 100 }, () => mintSecret('access'))).size).toBe(100);
});

test('a mistyped secret is refused by its checksum', () => {
  const secret = mintSecret('access');
  const at = 20;
  const other = secret[at] === 'a' ? 'b' : 'a';
  expect(hashSecret(secret.slice(0, at) + other + secret.slice(at + 1))).toBeUndefined();
  expect(hashSecret('')).toBeUndefined();
  expect(hashSecret('x'.repeat(10_000))).toBeUndefined();
});
