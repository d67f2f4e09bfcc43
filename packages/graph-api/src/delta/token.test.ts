import { expect, test } from 'vitest';
import { parseDeltaState, printDeltaState, type DeltaState } from './token.ts';

const groupId = '7d4f4c4e-9a3b-4f0e-8d3a-1b2c3d4e5f60';
const states: readonly DeltaState[] = [
  { phase: 'changes', after: 0n },
  { phase: 'changes', after: 123_456_789_012n },
  { phase: 'list', head: 7n, listToken: undefined, listed: false, pendingMembers: [] },
  { phase: 'list', head: 7n, listToken: 'x|y', listed: true, pendingMembers: [{ groupId, skipToken: 'abc' }] },
];

test.each(states)('a token leads back to its state: %o', (state) => {
  expect(parseDeltaState(printDeltaState(state))).toEqual(state);
});

const made = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

test.each([
  '',
  'latest',
  made({}),
  made(['c']),
  made(['c', 5]),
  made(['c', '-1']),
  made(['l', '1', null, false]),
  made(['l', '1', null, false, [['not-a-guid', 'x']]]),
  made(['l', '1', { toString: 1 }, false, []]),
])('refuses %s', (token) => {
  expect(() => parseDeltaState(token)).toThrow(expect.objectContaining({ code: 'graph.bad_request' }));
});
