import { expect, test } from 'vitest';
import { generateToken } from './auth/token.ts';
import { maskUrl } from './request-log.ts';

function mask(target: string): string {
  const url = new URL(target, 'https://scim.example.com');
  return maskUrl(url.pathname, url.searchParams);
}

test('filters keep their shape and lose their literals', () => {
  const masked = mask('/scim/v2/Users?filter=userName eq "ada@contoso.com" and active eq true&count=1');
  expect(masked).not.toContain('ada');
  expect(masked).toContain('userName eq "***" and active eq true');
  expect(masked).toContain('count=1');
});

test('literals inside value paths are masked too', () => {
  const masked = mask('/scim/v2/Users?filter=emails[value eq "ada@contoso.com"]');
  expect(masked).not.toContain('ada');
  expect(masked).toContain('emails[value eq "***"]');
});

test('a filter that cannot be read is masked whole', () => {
  expect(mask('/scim/v2/Users?filter=ada lovelace')).toBe('/scim/v2/Users?filter=***');
});

test('unknown parameters and brackets of attribute lists show no values', () => {
  expect(mask('/scim/v2/Users?access_token=secret')).toBe('/scim/v2/Users?access_token=***');
  expect(mask('/scim/v2/Users?aadOptscim062020')).toBe('/scim/v2/Users?aadOptscim062020');
  expect(mask('/scim/v2/Users?attributes=emails[value eq "ada"]')).not.toContain('ada');
});

test('a token in the path is masked', () => {
  const token = generateToken();
  expect(mask(`/scim/v2/${token}/Users`)).toBe('/scim/v2/joinery_***/Users');
});
