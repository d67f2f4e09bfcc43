import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { generateToken, hashToken, looksLikeToken } from './token.ts';

describe('tokens', () => {
  test('have the product prefix, fewer than 200 characters and no two alike', () => {
    const tokens = Array.from({ length: 100 }, () => generateToken());
    expect(new Set(tokens).size).toBe(100);
    for (const token of tokens) expect(token).toMatch(/^joinery_[0-9A-Za-z]{49}$/);
  });

  test('carry all 256 random bits and a CRC32 of what is before it, both in base62', () => {
    const token = generateToken(new Uint8Array(32).fill(255));
    const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
    const valueOf = (text: string) => [...text].reduce((sum, digit) => sum * 62n + BigInt(alphabet.indexOf(digit)), 0n);
    expect(valueOf(token.slice(8, 51))).toBe(2n ** 256n - 1n);
    expect(valueOf(token.slice(51))).toBe(BigInt(crc32(token.slice(0, 51))));
  });

  test('with a typing error do not look like tokens', () => {
    const token = generateToken(new Uint8Array(32).fill(7));
    expect(looksLikeToken(token)).toBe(true);
    for (let index = 0; index < token.length; index++) {
      const wrong = token.slice(0, index) + (token[index] === 'x' ? 'y' : 'x') + token.slice(index + 1);
      expect(looksLikeToken(wrong)).toBe(false);
    }
    expect(looksLikeToken('')).toBe(false);
    expect(looksLikeToken(`${token}\n`)).toBe(false);
  });

  test('are kept as their SHA-256', () => {
    const token = generateToken();
    expect(Buffer.from(hashToken(token)).toString('hex')).toBe(createHash('sha256').update(token).digest('hex'));
  });
});
