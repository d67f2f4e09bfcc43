import { expect, test } from 'vitest';
import { compileProtectedAccounts } from './protected-accounts.ts';

test.each([
  ['admin@contoso.com', 'ADMIN@contoso.com', true],
  ['admin@contoso.com', 'admin@contoso.com.example', false],
  ['admin-*', 'Admin-7', true],
  ['admin-*', 'my-admin-7', false],
  ['*@admins.contoso.com', 'zoe@admins.contoso.com', true],
  ['*@admins.contoso.com', '@admins.contoso.com', true],
  ['a*b*c', 'a1b2c', true],
  ['a*b*c', 'acb', false],
  ['ab*ba', 'aba', false],
  ['*break*glass*', 'x-break-the-glass-1', true],
  ['*break*glass*', 'x-glass-break-1', false],
  ['*', 'anything', true],
  // Nothing but the star has a meaning of its own.
  ['a.c', 'abc', false],
])('%s names %s: %s', (pattern, text, expected) => {
  expect(compileProtectedAccounts([pattern]).names(text)).toBe(expected);
});

test('no patterns protect nobody', () => {
  expect(compileProtectedAccounts([])).toMatchObject({ isEmpty: true });
  expect(compileProtectedAccounts([]).names('')).toBe(false);
});

test('a pattern of many stars takes time in proportion to the text', () => {
  const protects = compileProtectedAccounts([`${'*a'.repeat(200)}*b`]);
  expect(protects.names(`${'a'.repeat(100_000)}c`)).toBe(false);
});
