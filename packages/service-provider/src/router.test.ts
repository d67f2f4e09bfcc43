import { describe, expect, test } from 'vitest';
import { decodePath, Router, type Route } from './router.ts';

const step = (): undefined => undefined;
const route = (method: Route['method'], path: string): Route => ({ method, path, steps: [step], isPublic: false });
const router = new Router(
  [
    route('GET', '/'),
    route('GET', '/Users'),
    route('POST', '/Users'),
    route('POST', '/Users/.search'),
    route('GET', '/Users/{id}'),
  ],
  '/scim/v2',
);

describe('decodePath', () => {
  test.each([
    ['/scim/v2/Users', ['scim', 'v2', 'Users']],
    ['/scim/v2/Users/', ['scim', 'v2', 'Users']],
    ['/scim/v2/%55sers', ['scim', 'v2', 'Users']],
    ['/Schemas/urn%3Aietf', ['Schemas', 'urn:ietf']],
    ['/Users/%2541', ['Users', '%41']],
    ['/', []],
  ])('reads %s once', (path, segments) => {
    expect(decodePath(path)).toEqual(segments);
  });

  test.each([
    '/scim//v2',
    '//scim/v2',
    '/Users//',
    '/Users/a%2Fb',
    '/Users/%2e%2e',
    '/Users/.',
    '/Users;v=1',
    '/Users%3B',
    '/Users%00',
    '/Users%0d%0a',
    '/Users\\a',
    '/Users%5Ca',
    '/Users/%E0%A4',
    '/Users/%',
    'Users',
  ])('refuses %s', (path) => {
    expect(decodePath(path)).toBeUndefined();
  });
});

describe('Router', () => {
  test.each([
    ['GET', '/scim/v2/Users', ''],
    ['GET', '/SCIM/V2/users', ''],
    ['HEAD', '/scim/v2/Users', ''],
    ['GET', '/scim/v2/uSERS/018F-a', '018F-a'],
    ['POST', '/scim/v2/Users/.SEARCH', ''],
    ['GET', '/scim/v2', ''],
    ['GET', '/scim/v2/', ''],
  ])('%s %s finds its row', (method, path, id) => {
    expect(router.match(method, path)).toEqual({ kind: 'route', steps: [step], id });
  });

  test('a literal segment wins over an id', () => {
    expect(router.match('GET', '/scim/v2/Users/.search')).toMatchObject({
      kind: 'method-not-allowed',
      allow: ['POST', 'OPTIONS'],
    });
  });

  test('a known path tells its methods', () => {
    expect(router.match('DELETE', '/scim/v2/Users')).toMatchObject({
      kind: 'method-not-allowed',
      allow: ['GET', 'POST', 'HEAD', 'OPTIONS'],
    });
  });

  test.each([
    '/scim/v2/Users/1/2',
    '/scim/v2/__proto__',
    '/scim/v2/constructor',
    '/scim/v1/Users',
    '/scim',
    '/Users',
    '/x/scim/v2/Users',
  ])('%s is not found', (path) => {
    expect(router.match('GET', path)).toEqual({ kind: 'not-found' });
  });
});
