import { ScimError } from '@joinery/scim';
import { expect, test } from 'vitest';
import { parseJson } from './read-body.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

function refusal(input: Uint8Array): ScimError {
  try {
    parseJson(input);
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
  throw new Error('was not refused');
}

test('a byte order mark is tolerated', () => {
  expect(parseJson(new Uint8Array([0xef, 0xbb, 0xbf, ...bytes('{"a":1}')]))).toEqual({ a: 1 });
});

test('of a key given twice the last value counts', () => {
  expect(parseJson(bytes('{"a":1,"a":2}'))).toEqual({ a: 2 });
});

test.each([
  ['nothing', new Uint8Array()],
  ['no JSON', bytes('{"userName": secret-value}')],
  ['invalid UTF-8', new Uint8Array([0x22, 0xc3, 0x28, 0x22])],
  ['65 levels', bytes('['.repeat(65) + ']'.repeat(65))],
  ['a million levels', bytes('{"a":'.repeat(1_000_000))],
])('%s is 400 invalidSyntax without a quotation of the body', (_name, input) => {
  const error = refusal(input);
  expect(error).toMatchObject({ status: 400, scimType: 'invalidSyntax' });
  expect(error.message).not.toContain('secret-value');
});

test('brackets inside of strings are no levels', () => {
  const text = JSON.stringify({ a: '['.repeat(100), b: '\\"{'.repeat(100), c: '\\' });
  expect(parseJson(bytes(text))).toMatchObject({ c: '\\' });
});

test('64 levels are read', () => {
  expect(() => parseJson(bytes('['.repeat(64) + ']'.repeat(64)))).not.toThrow();
});
