import { expect, test } from 'vitest';
import { deltaLink, nextLink, readQueryOptions } from './query-options.ts';

const read = (query: string) => () => readQueryOptions(new URLSearchParams(query));
const refused = expect.objectContaining({ code: 'graph.bad_request' });

test('reads the options of a collection in any letter case', () => {
  expect(read('$top=5&$select=id,displayName&$count=true&$orderby=displayName desc&$skipToken=abc')()).toMatchObject({
    top: 5,
    select: ['id', 'displayName'],
    count: true,
    orderBy: { property: 'displayName', descending: true },
    skipToken: 'abc',
  });
  expect(read('')()).toMatchObject({ top: 100, count: false, select: undefined, filter: undefined });
});

test.each(['$top=0', '$top=1000', '$top=x', '$top=-1', '$count=yes', '$select=', '$orderby=a,b', '$search=', '$expand=manager', '$top=1&$top=2'])(
  'refuses %s',
  (query) => {
    expect(read(query)).toThrow(refused);
  },
); // prettier-ignore

test('reads $search with and without the property that Graph wants', () => {
  expect(read('$search="displayName:anna"')().search).toBe('anna');
  expect(read('$search="anna b"')().search).toBe('anna b');
  expect(read('$search=anna')().search).toBe('anna');
});

test('links keep the query and replace the token', () => {
  const query = new URLSearchParams("$filter=displayName eq 'a&b'&$skiptoken=old&$top=2".replace('&b', '%26b'));
  const next = new URL(nextLink('https://center.example/v1.0/users', query, 'new='));
  expect(next.searchParams.get('$filter')).toBe("displayName eq 'a&b'");
  expect(next.searchParams.getAll('$skiptoken')).toEqual(['new=']);
  expect(next.searchParams.get('$top')).toBe('2');
  const delta = new URL(deltaLink('https://center.example/v1.0/users/delta', query, 'd'));
  expect(delta.searchParams.has('$skiptoken')).toBe(false);
  expect(delta.searchParams.get('$deltatoken')).toBe('d');
});
