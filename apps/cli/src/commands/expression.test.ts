import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runExpression, type ExpressionOptions } from './expression.ts';

const root = join(import.meta.dirname, '..', '..', '..', '..');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'joinery-expression-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(text: string, object: unknown, options: Partial<ExpressionOptions> = {}) {
  let stdout = '';
  let stderr = '';
  const output = { stdout: (part: string) => void (stdout += part), stderr: (part: string) => void (stderr += part) };
  const code = runExpression(text, { input: JSON.stringify(object), ...options }, output);
  return { code, stdout, stderr };
}

describe('the value', () => {
  test.each([
    ['ToLower([mail])', { mail: 'A@B' }, '"a@b"\n'],
    ['[mail]', { mail: 'a@b' }, '"a@b"\n'],
    ['"text"', {}, '"text"\n'],
    ['[absent]', {}, 'null\n'],
    ['IsPresent([mail])', { mail: 'x' }, '"True"\n'],
    ['Split([a], ",")', { a: 'x, y' }, '["x","y"]\n'],
    ['[constructor]', {}, 'null\n'],
  ])('%s over %j', (text, object, stdout) => {
    expect(run(text, object)).toEqual({ code: 0, stdout, stderr: '' });
  });

  test('complex roles', () => {
    const roles = [{ id: '1', value: 'Admin', displayName: 'Admins' }];
    const { stdout } = run('AppRoleAssignmentsComplex([appRoleAssignments])', { appRoleAssignments: roles });
    expect(JSON.parse(stdout)).toEqual([
      { id: '1', value: 'Admin', displayName: 'Admins', primary: false, type: 'WindowsAzureActiveDirectoryRole' },
    ]);
  });

  test('an ignored flow is null, with a note', () => {
    const { code, stdout, stderr } = run('IgnoreFlowIfNullOrEmpty([a])', { a: '' });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'null\n' });
    expect(stderr).toContain('out of the flow');
  });

  test('--now', () => {
    expect(run('Now()', {}, { now: '2021-07-02T15:33:38Z' }).stdout).toBe('"7/2/2021 3:33:38 PM"\n');
    expect(run('Now()', {}, { now: '2021-07-02T15:33:38' }).stdout).toBe('"7/2/2021 3:33:38 PM"\n');
    expect(run('Now()', {}, { now: '2021-07-02' }).stdout).toBe('"7/2/2021 12:00:00 AM"\n');
  });

  test('--seed repeats', () => {
    const first = run('Guid()', {}, { seed: '7' }).stdout;
    expect(run('Guid()', {}, { seed: '7' }).stdout).toBe(first);
    expect(run('Guid()', {}, { seed: '8' }).stdout).not.toBe(first);
  });

  test('--taken passes over values, whatever their letter case', () => {
    const text = 'SelectUniqueValue("a@x", "b@x")';
    expect(run(text, {}).stdout).toBe('"a@x"\n');
    expect(run(text, {}, { taken: ['A@x'] }).stdout).toBe('"b@x"\n');
    const { code, stderr } = run(text, {}, { taken: ['a@x', 'b@x'] });
    expect(code).toBe(1);
    expect(JSON.parse(stderr).problems[0].code).toBe('expression.no_unique_value');
  });

  test('an input file', () => {
    const file = join(folder, 'object.json');
    writeFileSync(file, '\ufeff{"a":"x"}');
    expect(run('[a]', {}, { input: `@${file}` }).stdout).toBe('"x"\n');
  });
});

describe('problems', () => {
  test('before evaluation, all at once', () => {
    const { code, stdout, stderr } = run('Append(Apend([a]), Left("x", "y"))', {});
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(JSON.parse(stderr)).toEqual({
      problems: [
        {
          code: 'expression.unknown_function',
          message: 'There is no function Apend; did you mean Append?',
          start: 7,
          end: 12,
        },
        {
          code: 'expression.not_an_integer',
          message: 'The argument NumChars of Left must be an integer.',
          start: 29,
          end: 32,
        },
      ],
    });
  });

  test('of the syntax', () => {
    const { code, stderr } = run('Append("x"', {});
    expect(code).toBe(1);
    expect(JSON.parse(stderr).problems).toMatchObject([{ code: 'expression.syntax', start: 6, end: 7 }]);
  });

  test('of an evaluation', () => {
    const { code, stderr } = run('CDate([d])', { d: 'soon' });
    expect(code).toBe(1);
    expect(JSON.parse(stderr).problems).toMatchObject([{ code: 'expression.invalid_date', start: 6, end: 9 }]);
  });
});

describe('bad input ends with 2', () => {
  test.each([
    ['no JSON', { input: '{' }],
    ['no object', { input: '[]' }],
    ['a number', { input: '{"a":1}' }],
    ['a mixed array', { input: '{"a":["x",1]}' }],
    ['no such file', { input: '@/nonexistent/file.json' }],
    ['a wrong --now', { now: 'yesterday' }],
    ['a wrong --seed', { seed: 'x' }],
  ])('%s', (_, options) => {
    const { code, stdout, stderr } = run('[a]', {}, options);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^joinery: /);
  });
});

describe('the command', () => {
  const joinery = (...args: readonly string[]) => spawnSync(join(root, 'joinery'), args, { encoding: 'utf8' });

  test('prints the value', () => {
    const result = joinery('expression', 'Join("-", [a], "b")', '--input', '{"a":"x"}', '--taken', 'y', '--taken', 'z');
    expect(result.stdout).toBe('"x-b"\n');
    expect(result.status).toBe(0);
  });

  test('ends with 2 on an unknown flag and without --input', () => {
    expect(joinery('expression', '[a]', '--input', '{}', '--nothing').status).toBe(2);
    expect(joinery('expression', '[a]').status).toBe(2);
  });
});
