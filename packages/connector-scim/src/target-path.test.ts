import { describe, expect, it } from 'vitest';
import { ConfigError } from '@joinery/base';
import { parseTargetPath } from './target-path.ts';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

describe('target attribute paths (facts §4.3)', () => {
  it.each([
    ['userName', { name: 'userName', element: 'userName' }],
    ['name.givenName', { name: 'name', sub: 'givenName', element: 'name' }],
    [
      'emails[type eq "work"].value',
      { name: 'emails', sub: 'value', element: 'emails[type eq "work"]', filter: [{ name: 'type', value: 'work' }] },
    ],
    [
      'emails[type eq "work"]',
      { name: 'emails', element: 'emails[type eq "work"]', filter: [{ name: 'type', value: 'work' }] },
    ],
    [
      'roles[primary eq "True"].value',
      { name: 'roles', sub: 'value', element: 'roles[primary eq "True"]', filter: [{ name: 'primary', value: true }] },
    ],
    [
      'emails[type eq "work" and primary eq true].value',
      {
        name: 'emails',
        sub: 'value',
        element: 'emails[type eq "work" and primary eq true]',
        filter: [
          { name: 'type', value: 'work' },
          { name: 'primary', value: true },
        ],
      },
    ],
    [`${enterprise}:department`, { urn: enterprise, name: 'department', element: `${enterprise}:department` }],
    [
      `${enterprise}:manager.displayName`,
      { urn: enterprise, name: 'manager', sub: 'displayName', element: `${enterprise}:manager` },
    ],
    [
      'urn:ietf:params:scim:schemas:core:2.0:User:userName',
      { name: 'userName', element: 'urn:ietf:params:scim:schemas:core:2.0:User:userName' },
    ],
  ])('%s', (text, expected) => {
    expect(parseTargetPath(text)).toEqual({ text, urn: undefined, filter: undefined, sub: undefined, ...expected });
  });

  it.each([
    '',
    '__proto__',
    'constructor',
    'name.__proto__',
    'name.constructor',
    'emails[__proto__ eq "x"].value',
    'emails[type ne "work"].value',
    'emails[type eq "work" or type eq "home"].value',
    'emails[type eq work].value',
    'a.b.c',
    'a b',
    'emails[',
    'x'.repeat(1000),
  ])('%s is refused', (text) => {
    expect(() => parseTargetPath(text)).toThrow(ConfigError);
  });
});
