import { expect, test } from 'vitest';
import { etagOf, matchesEtag } from './etag.ts';

test('a version is a weak tag', () => {
  expect(etagOf(3)).toBe('W/"3"');
});

test.each([
  ['W/"3"', true],
  ['"3"', true],
  ['w/"3"', true],
  ['*', true],
  ['W/"1", W/"3"', true],
  ['"1","2"', false],
  ['W/"33"', false],
  ['', false],
  ['3', false],
])('If-Match: %s names version 3: %s', (header, expected) => {
  expect(matchesEtag(header, 3)).toBe(expected);
});
