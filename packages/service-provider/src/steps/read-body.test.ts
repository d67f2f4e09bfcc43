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

test.each([
  '{"a":1,"a":2}',
  '{"x":[{"a":{"b":1}},{"a":"}{:,","a" : {"b":[1,2]}}]}',
  '{"a":null,"a":false}',
  '{"a":[1,"2"],"a":[1,2]}',
  String.raw`{"a":1,"\u0061":2}`,
  '{"__proto__":1,"__proto__":2}',
])('a name given twice in one object with different values is 400 invalidSyntax: %s', (text) => {
  expect(() => parseJson(bytes(text))).toThrow(expect.objectContaining({ status: 400, scimType: 'invalidSyntax' }));
});

test.each([
  '{"a":1,"a":1}',
  '{"a":{"b":[1,{"c":"d"}]}, "a" : {"b":[1, {"c": "d"}]}}',
  '[{"a":1},{"a":2}]',
  '{"a":{"a":2},"b:":"\\":,","c":-1.5e3,"d":[]}',
])('a name given twice with one value, or in two objects, is read: %s', (text) => {
  expect(parseJson(bytes(text))).toEqual(JSON.parse(text));
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
