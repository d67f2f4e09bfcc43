import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  checkExpression,
  compileExpression,
  functions,
  parseExpression,
  type EvaluationEnvironment,
  type SourceValue,
} from '../src/index.ts';

/** A case of the language: an expression over an object, and what must come of it. */
interface Case {
  readonly name: string;
  readonly source: string;
  readonly input: {
    readonly expression: string;
    readonly attributes?: Readonly<Record<string, SourceValue>>;
    /** ISO 8601, for Now. */
    readonly now?: string;
    /** What the random source gives, over and over. */
    readonly random?: readonly number[];
  };
  readonly expect: {
    readonly value?: SourceValue;
    readonly redact?: boolean;
    readonly ignore?: true;
    readonly candidates?: readonly string[];
    /** A regular expression that the value matches. */
    readonly pattern?: string;
    /** Codes of the problems before evaluation, by place. */
    readonly problems?: readonly string[];
    readonly error?: string;
    /** The text at the place of the first problem, or of the error. */
    readonly at?: string;
    readonly messageLacks?: string;
  };
}

const folder = join(import.meta.dirname, 'cases');
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));

function readCases(file: string): readonly Case[] {
  return JSON.parse(readFileSync(join(folder, file), 'utf8'));
}

function environmentOf({ now, random }: Case['input']): EvaluationEnvironment {
  let calls = 0;
  // A fixed sequence that visits the whole range.
  const next = () => {
    calls += 1;
    return random === undefined ? (calls * 0.618034) % 1 : random[calls % random.length]!;
  };
  return { now: now === undefined ? 0 : Date.parse(now), random: next, defaultDomain: 'contoso.com' };
}

function problemsOf(text: string) {
  const parsed = parseExpression(text);
  return parsed.ok ? checkExpression(parsed.value) : parsed.problems;
}

function evaluate({ input }: Case) {
  const parsed = parseExpression(input.expression);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const values = new Map(Object.entries(input.attributes ?? {}));
  return compileExpression(parsed.value).evaluate((name) => values.get(name) ?? null, environmentOf(input));
}

function run(one: Case): void {
  const { input, expect: expected } = one;
  const problems = problemsOf(input.expression);
  expect(problems.map(({ code }) => code)).toEqual(expected.problems ?? []);
  if (expected.problems !== undefined) {
    const [first] = problems;
    if (expected.at !== undefined) expect(input.expression.slice(first!.start, first!.end)).toBe(expected.at);
    return;
  }
  const result = evaluate(one);
  if (expected.error !== undefined) {
    expect(result).toMatchObject({ kind: 'error', code: expected.error });
    if (result.kind !== 'error') return;
    if (expected.at !== undefined) expect(input.expression.slice(result.start, result.end)).toBe(expected.at);
    if (expected.messageLacks !== undefined) expect(result.message).not.toContain(expected.messageLacks);
  } else if (expected.ignore) expect(result).toEqual({ kind: 'ignore' });
  else if (expected.candidates)
    expect(result).toMatchObject({ kind: 'select-unique', candidates: expected.candidates });
  else if (expected.pattern !== undefined) {
    expect(result).toMatchObject({ kind: 'value', value: expect.stringMatching(new RegExp(expected.pattern)) });
  } else expect(result).toEqual({ kind: 'value', value: expected.value, redact: expected.redact ?? false });
}

for (const file of files)
  describe(file.replace('.json', ''), () => {
    for (const one of readCases(file)) test(`${one.name}: ${one.input.expression}`, () => run(one));
  });

test('every function has a case file, and every case file but the language’s a function', () => {
  const named = files.map((file) => file.replace('.json', '')).filter((name) => name !== 'language');
  expect(named.toSorted()).toEqual(functions.map(({ name }) => name).toSorted());
});

describe('the examples of every definition', () => {
  const all = functions.flatMap(({ name, example, moreExamples = [] }) =>
    [example, ...moreExamples].map((one) => ({ name, example: one, expression: one.expression })),
  );
  test.each(all)('$expression', ({ name, example }) => {
    expect(problemsOf(example.expression)).toEqual([]);
    const result = evaluate({
      name,
      source: '',
      input: { expression: example.expression, attributes: example.input },
      expect: {},
    });
    if (result.kind === 'select-unique') expect(result.candidates[0]).toBe(example.result);
    else if (example.result !== undefined) expect(result).toMatchObject({ kind: 'value', value: example.result });
    else {
      expect(result.kind).toBe('value');
      expect(example.sample).toBeDefined();
    }
  });
});
