import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runScope } from './scope.ts';

const filter = {
  groups: [
    {
      name: 'Sales',
      clauses: [{ sourceOperandName: 'department', operatorName: 'EQUALS', targetOperand: { values: ['Sales'] } }],
    },
  ],
};

function run(text: string, object: unknown, now?: string) {
  let stdout = '';
  let stderr = '';
  const output = { stdout: (part: string) => void (stdout += part), stderr: (part: string) => void (stderr += part) };
  const input = typeof object === 'string' ? object : JSON.stringify(object);
  const code = runScope(text, { input, ...(now === undefined ? {} : { now }) }, output);
  return { code, stdout, stderr };
}

describe('the outcome', () => {
  test('in scope', () => {
    expect(run(JSON.stringify(filter), { department: 'Sales' })).toEqual({
      code: 0,
      stdout: 'true\n',
      stderr: 'group "Sales": department EQUALS "Sales", value "Sales": true\n',
    });
  });

  test('out of scope is no failure', () => {
    expect(run(JSON.stringify(filter), {})).toEqual({
      code: 0,
      stdout: 'false\n',
      stderr: 'group "Sales": department EQUALS "Sales", value null: false\n',
    });
  });

  test('says what NOW stood for, and where nullMatches decided', () => {
    const clauses = [
      {
        sourceOperandName: 'manager.city',
        operatorName: 'NOT EQUALS',
        targetOperand: { values: ['Lund'] },
        nullMatches: true,
      },
      { sourceOperandName: 'hired', operatorName: 'AFTER', targetOperand: { values: ['NOW-30d'] } },
    ];
    const text = JSON.stringify({ groups: [{ name: 'g', clauses }] });
    expect(run(text, { hired: '2026-02-28' }, '2026-03-01T08:00:00Z')).toEqual({
      code: 0,
      stdout: 'true\n',
      stderr:
        'group "g": manager.city NOT EQUALS "Lund", value null (nullMatches): true\n' +
        'group "g": hired AFTER "NOW-30d" (2026-01-30T08:00:00Z), value "2026-02-28": true\n',
    });
  });

  test('no groups', () => {
    expect(run('{"groups":[]}', {})).toEqual({ code: 0, stdout: 'true\n', stderr: '' });
  });
});

describe('problems', () => {
  test.each([
    ['{', 'scope.invalid_json'],
    ['{}', 'scope.invalid_shape'],
    [JSON.stringify(filter).replace('EQUALS', 'EQALS'), 'scope.unknown_operator'],
  ])('%s: %s', (text, code) => {
    const result = run(text, {});
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(JSON.parse(result.stderr).problems[0].code).toBe(code);
  });

  test('bad input ends with 2', () => {
    expect(run(JSON.stringify(filter), '{')).toMatchObject({ code: 2, stdout: '' });
    expect(run('@/nonexistent/filter.json', {})).toMatchObject({ code: 2, stdout: '' });
  });
});

test('the command', () => {
  const root = join(import.meta.dirname, '..', '..', '..', '..');
  const args = ['scope', JSON.stringify(filter), '--input', '{"department":"HR"}'];
  const result = spawnSync(join(root, 'joinery'), args, { encoding: 'utf8' });
  expect(result.stdout).toBe('false\n');
  expect(result.status).toBe(0);
});
