import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Argument, Expression } from './ast.ts';
import {
  checkExpression,
  compileExpression,
  fromMappingSource,
  functions,
  parseExpression,
  printExpression,
  toMappingSource,
  type EvaluationEnvironment,
  type SourceValue,
} from './index.ts';

const nowhere = { start: 0, end: 0 };
const environment: EvaluationEnvironment = { now: 1_625_240_018_000, random: () => 0.5, defaultDomain: 'contoso.com' };
const names = functions.map(({ name }) => name);

const attribute = fc
  .stringMatching(/^[^\]]{1,12}$/)
  .filter((name) => name.trim() !== '')
  .map((name): Expression => ({ kind: 'attribute', name, ...nowhere }));
const text = fc.string({ unit: 'binary', maxLength: 12 });
const constant = fc.oneof(
  text.map((value): Expression => ({ kind: 'constant', value, form: 'string', ...nowhere })),
  fc.integer().map((value): Expression => ({ kind: 'constant', value: String(value), form: 'number', ...nowhere })),
  fc.nat().map((value): Expression => {
    return { kind: 'constant', value: `&H${value.toString(16).toUpperCase()}`, form: 'hex', ...nowhere };
  }),
);

const { expression } = fc.letrec<{ expression: Expression; call: Expression; slot: Argument }>((tie) => ({
  expression: fc.oneof({ maxDepth: 4, withCrossShrink: true }, attribute, constant, tie('call')),
  slot: fc.oneof(
    { weight: 4, arbitrary: tie('expression') },
    { weight: 1, arbitrary: fc.constant<Argument>({ kind: 'omitted', ...nowhere }) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(tie('expression'), fc.constantFrom('=', '<>', '>', '>=', '<', '<=' as const), tie('expression'))
        .map(([left, operator, right]): Argument => ({ kind: 'comparison', operator, left, right, ...nowhere })),
    },
  ),
  call: fc
    .tuple(fc.constantFrom(...names), fc.array(tie('slot'), { maxLength: 5 }))
    // One empty slot and no slot are written alike.
    .filter(([, args]) => !(args.length === 1 && args[0]!.kind === 'omitted'))
    .map(([name, args]): Expression => ({ kind: 'function', name, nameSpan: nowhere, args, ...nowhere })),
}));

function withoutPlaces(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, member) => (/^(start|end|nameSpan)$/.test(key) ? undefined : member)));
}

test('what is printed parses to the same tree', () => {
  fc.assert(
    fc.property(expression, (tree) => {
      const parsed = parseExpression(printExpression(tree));
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
      expect(withoutPlaces(parsed.value)).toEqual(withoutPlaces(tree));
    }),
    { numRuns: 500 },
  );
});

test('every node’s place holds its own text', () => {
  const visit = (source: string, node: Argument): void => {
    if (node.kind === 'omitted') return;
    expect(source.slice(node.start, node.end)).toBe(printExpression(node));
    if (node.kind === 'function') for (const argument of node.args) visit(source, argument);
    if (node.kind === 'comparison') for (const side of [node.left, node.right]) visit(source, side);
  };
  fc.assert(
    fc.property(expression, (tree) => {
      const source = printExpression(tree);
      const parsed = parseExpression(source);
      if (parsed.ok) visit(source, parsed.value);
    }),
    { numRuns: 200 },
  );
});

const piece = fc.oneof(
  fc.constantFrom(
    ...names,
    '(',
    ')',
    ',',
    '"',
    '[',
    ']',
    '\\',
    '=',
    '<>',
    ' ',
    '-1',
    '&HF',
    'vbTextCompare',
    '[a]',
    '"x"',
  ),
  fc.string({ unit: 'grapheme', maxLength: 3 }),
);

test('no text makes the parser or the checker fail, and problems lie within the text', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const source = pieces.join('');
      const parsed = parseExpression(source);
      const problems = parsed.ok ? checkExpression(parsed.value) : parsed.problems;
      if (!parsed.ok) expect(problems.length).toBeGreaterThan(0);
      for (const { start, end } of problems) {
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeGreaterThanOrEqual(start);
        expect(end).toBeLessThanOrEqual(source.length);
      }
    }),
    { numRuns: 1000 },
  );
});

const sourceValue = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '0', '-1', '&HFF', '2020-02-29', '9999-12-31T23:59:59Z', 'True', 'a b', '1'.repeat(50)),
  fc.array(fc.string(), { maxLength: 3 }),
  fc.array(fc.record({ id: fc.string(), value: fc.string(), displayName: fc.string() }), { maxLength: 2 }),
);

/** Calls with the right number of arguments, so that most of them pass the check. */
const evaluable = fc
  .constantFrom(...functions.filter(({ name }) => name !== 'SelectUniqueValue'))
  .chain((definition) => {
    const leaf = fc.constantFrom('[a]', '[b]', '[c]', '"x"', '1', '"2020-01-01"', 'Split([a], ",")', 'Now()');
    const { parameters } = definition;
    const count = definition.name === 'Switch' ? 4 : parameters.length;
    return fc
      .tuple(...Array.from({ length: count }, () => leaf))
      .map((args) => `${definition.name}(${args.join(', ')})`);
  });

test('no object makes an evaluation throw, and objects stay as they are', () => {
  fc.assert(
    fc.property(evaluable, fc.array(sourceValue, { minLength: 3, maxLength: 3 }), (source, values) => {
      const parsed = parseExpression(source);
      if (!parsed.ok || checkExpression(parsed.value).length > 0) return;
      const object = new Map<string, SourceValue>(values.map((value, index) => ['abc'[index]!, value]));
      const before = structuredClone(object);
      const compiled = compileExpression(parsed.value);
      const lookup = (name: string) => object.get(name) ?? null;
      const first = compiled.evaluate(lookup, environment);
      expect(object).toEqual(before);
      expect(compiled.evaluate(lookup, environment)).toEqual(first);
      if (first.kind === 'value' && typeof first.value === 'string') expect(first.value.isWellFormed()).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test('a source tree without texts is rebuilt to an expression that gives the same', () => {
  const strip = (source: ReturnType<typeof toMappingSource>): ReturnType<typeof toMappingSource> => ({
    ...source,
    expression: '',
    parameters: (source.parameters ?? []).map(({ key, value }) => ({ key, value: strip(value) })),
  });
  fc.assert(
    fc.property(evaluable, fc.array(sourceValue, { minLength: 3, maxLength: 3 }), (source, values) => {
      const parsed = parseExpression(source);
      if (!parsed.ok || checkExpression(parsed.value).length > 0) return;
      const rebuilt = fromMappingSource(strip(toMappingSource(parsed.value)));
      if (!rebuilt.ok) throw new Error(JSON.stringify(rebuilt.problems));
      const lookup = (name: string) => values['abc'.indexOf(name)] ?? null;
      const { kind: _, ...result } = compileExpression(parsed.value).evaluate(lookup, environment);
      const { kind: _also, ...again } = compileExpression(rebuilt.value).evaluate(lookup, environment);
      if (!('code' in result)) expect(again).toEqual(result);
    }),
    { numRuns: 500 },
  );
});
