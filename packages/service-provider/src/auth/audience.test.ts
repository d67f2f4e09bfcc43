import { expect, test } from 'vitest';
import { canonicalAudience, isAudience } from './audience.ts';

test.each([
  ['https://scim.example.com/scim/v2', true],
  ['https://scim.example.com/scim/v2/', true],
  ['HTTPS://SCIM.Example.COM/scim/v2', true],
  ['https://scim.example.com:443/scim/v2', true],
  ['https://scim.example.com/SCIM/v2', false],
  ['http://scim.example.com/scim/v2', false],
  ['https://scim.example.com.evil.org/scim/v2', false],
  ['https://scim.example.com/scim/v2/other', false],
  ['https://scim.example.com', false],
  ['', false],
])('audience %s is this service provider: %s', (audience, expected) => {
  expect(isAudience(audience, 'https://scim.example.com/scim/v2')).toBe(expected);
});

test('only absolute http(s) URLs are audiences', () => {
  expect(canonicalAudience('scim')).toBeUndefined();
  expect(canonicalAudience('urn:example:scim')).toBeUndefined();
});
