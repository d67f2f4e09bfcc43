import fc from 'fast-check';
import {
  checkExpression,
  checkScopingFilter,
  compileExpression,
  compileScopingFilter,
  filterOperators,
  functions,
  parseExpression,
  parseScopingFilter,
  printExpression,
  type EvaluationEnvironment,
  type EvaluationResult,
  type FilterClause,
  type FunctionDefinition,
  type ScopingFilter,
  type SourceValue,
} from '../src/index.ts';
import { nastyTexts, patternPieces } from './fuzz-texts.ts';

/*
 * Random expressions and scoping filters by their grammars, over random objects, and what must hold of every one of them.
 * The short run is a test, the long one `npm run soak`.
 */
const attributeNames = ['a', 'b', 'c', 'appRoleAssignments'] as const;

const nastyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.constantFrom(...nastyTexts),
);

const sourceValue: fc.Arbitrary<SourceValue> = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  nastyText,
  fc.array(nastyText, { maxLength: 4 }),
  fc.array(fc.record({ id: nastyText, value: nastyText, displayName: nastyText }), { maxLength: 3 }),
);

const objectValues = fc
  .tuple(...attributeNames.map(() => sourceValue))
  .map((values) => new Map(attributeNames.map((name, index) => [name as string, values[index] ?? null])));

const patterns = fc.oneof(
  fc.array(fc.constantFrom(...patternPieces), { maxLength: 6 }).map((pieces) => pieces.join('')),
  fc.string({ maxLength: 12 }),
);

const words = fc.oneof(
  nastyText,
  patterns,
  fc.constantFrom('d', 'ww', 'yyyy', 'n', 'tr-TR', 'g', '${g}', '$1$&$_', 'yyyy-MM-dd', 'HH:mm:ss.FFFK', 'o', 'None'),
);

function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, String.raw`\$&`)}"`;
}

const { expression, call } = fc.letrec<{ expression: string; call: string; argument: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constantFrom(...attributeNames.map((name) => `[${name}]`)),
    words.map(quoted),
    fc.integer({ min: -300, max: 300 }).map(String),
    fc.constantFrom('&HF', 'vbTextCompare', '129699324000000000', '99999999999999999999'),
    tie('call'),
    tie('call'),
  ),
  argument: fc.oneof(
    { weight: 12, arbitrary: tie('expression') },
    { weight: 2, arbitrary: fc.constant('') },
    {
      weight: 1,
      arbitrary: fc
        .tuple(tie('expression'), fc.constantFrom('=', '<>', '>', '>=', '<', '<='), tie('expression'))
        .map((sides) => sides.join(' ')),
    },
  ),
  call: fc
    .constantFrom(...functions)
    .chain((definition) => argumentCount(definition).chain((count) => callOf(definition, count, tie))),
}));

type Tie = (key: 'expression' | 'argument') => fc.Arbitrary<string>;

const attributes = fc.constantFrom('[a]', '[b]', '[c]');

/** Mostly what the parameter takes, so that most calls pass the check; else anything. */
function slotOf({ parameters }: FunctionDefinition, index: number, tie: Tie): fc.Arbitrary<string> {
  const parameter = parameters[Math.min(index, parameters.length - 1)];
  if (parameter === undefined) return tie('argument');
  const { use, name } = parameter;
  const fitting: Partial<Record<typeof use, fc.Arbitrary<string>>> = {
    integer: fc.oneof(fc.integer({ min: 0, max: 12 }).map(String), attributes, fc.constantFrom('&HF', 'Count([a])')),
    dateTime: fc.oneof(attributes, fc.constantFrom('Now()', 'CDate([a])', 'CDate("2020-02-29")', '"1601-01-01"')),
    word: fc.constantFrom('vbTextCompare', 'vbBinaryCompare', '', '[a]'),
    roles: fc.constantFrom('[appRoleAssignments]', '[a]'),
  };
  const codes: Readonly<Record<string, readonly string[]>> = {
    interval: ['"d"', '"ww"', '"m"', '"yyyy"', '"h"', '"n"', '"s"', '[a]'],
    culture: ['"tr-TR"', '"de"', '', '[b]'],
    dateTimeStyles: ['', '"AllowInnerWhite"', '[a]'],
    inputFormat: ['"yyyy-MM-dd"', '"M/d/yyyy h:mm:ss tt"', '"o"', '[b]'],
    outputFormat: ['"yyyy-MM-ddTHH:mm:ss.FFFK"', '"dddd, d MMMM yy"', '[c]'],
  };
  const written = codes[name];
  const typed = (written && fc.constantFrom(...written)) ?? fitting[use] ?? tie('expression');
  return fc.oneof({ weight: 20, arbitrary: typed }, { weight: 1, arbitrary: tie('argument') });
}

function argumentCount({ parameters }: FunctionDefinition): fc.Arbitrary<number> {
  const least = parameters.filter((parameter) => parameter.required).length;
  const most = parameters.some((parameter) => parameter.allowMultipleOccurrences) ? 8 : parameters.length;
  return fc.oneof(
    { weight: 19, arbitrary: fc.integer({ min: least, max: Math.max(least, most) }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 9 }) },
  );
}

/** Replace works in modes, so that slots filled at random hardly ever make one. */
const replaceModes = [
  [1, 4],
  [1, 6],
  [2, 4],
  [2, 3, 4],
  [2, 3, 5],
];

function callOf(definition: FunctionDefinition, count: number, tie: Tie): fc.Arbitrary<string> {
  const { name } = definition;
  const print = (args: readonly string[]) => `${name}(${args.join(', ')})`;
  if (name !== 'Replace')
    return fc.tuple(...Array.from({ length: count }, (_, index) => slotOf(definition, index, tie))).map(print);
  const argument = tie('expression');
  return fc
    .tuple(fc.constantFrom(...replaceModes), argument, patterns.map(quoted), fc.tuple(argument, argument, argument))
    .map(([mode, source, pattern, rest]) =>
      print(
        Array.from({ length: 7 }, (_, slot) => {
          if (slot === 0) return source;
          if (!mode.includes(slot)) return '';
          return slot === 2 ? pattern : slot === 3 ? '"g"' : (rest[slot % 3] ?? '');
        }),
      ),
    );
}

const change = fc.record({
  at: fc.nat(),
  cut: fc.nat(5),
  put: fc.constantFrom('', '(', ')', '"', ',', '[', '\\', '='),
});

/** A text of the grammar, now and then with a piece cut out or put in. */
const expressionText = fc
  .tuple(
    fc.oneof({ weight: 9, arbitrary: call }, { weight: 1, arbitrary: expression }),
    fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: change }),
  )
  .map(([text, changed]) => {
    if (changed === undefined) return text;
    const at = changed.at % (text.length + 1);
    return text.slice(0, at) + changed.put + text.slice(at + changed.cut);
  });

const environment: EvaluationEnvironment = {
  now: Date.parse('2021-07-02T15:33:38Z'),
  random: () => 0.5,
  defaultDomain: 'contoso.com',
};

function claim(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}

export interface FuzzCounts {
  evaluated: number;
  refused: number;
  failed: number;
}

/** Throws when one of the claims does not hold; the message has fast-check's seed and the smallest counterexample. */
export function fuzzExpressions(runs: number, seed: number, counts: FuzzCounts): void {
  fc.assert(
    fc.property(expressionText, objectValues, (text, values) => checkOneExpression(text, values, counts)),
    { numRuns: runs, seed },
  );
}

function checkOneExpression(text: string, values: ReadonlyMap<string, SourceValue>, counts: FuzzCounts): void {
  const parsed = parseExpression(text);
  const problems = parsed.ok ? checkExpression(parsed.value) : parsed.problems;
  claim(parsed.ok || problems.length > 0, 'a text was refused without a problem');
  for (const { code, start, end } of problems) {
    claim(code.startsWith('expression.'), `a problem has the code ${code}`);
    claim(0 <= start && start <= end && end <= text.length, `a problem lies at ${start} to ${end}`);
  }
  if (!parsed.ok || problems.length > 0) {
    counts.refused += 1;
    return;
  }
  const compiled = compileExpression(parsed.value);
  claim(printExpression(parsed.value) === compiled.text, 'the compiled text is not the canonical one');
  const before = JSON.stringify([...values]);
  const lookup = (name: string) => values.get(name) ?? null;
  const result = compiled.evaluate(lookup, environment);
  checkResult(result, text);
  claim(JSON.stringify([...values]) === before, 'the evaluation changed its input');
  claim(JSON.stringify(compiled.evaluate(lookup, environment)) === JSON.stringify(result), 'a second run gave another result'); // prettier-ignore
  if (result.kind === 'error') counts.failed += 1;
  else counts.evaluated += 1;
}

function checkResult(result: EvaluationResult, text: string): void {
  switch (result.kind) {
    case 'ignore':
      return;
    case 'value':
      return claim(isFlowValue(result.value), `no value of the declared kinds: ${JSON.stringify(result.value)}`);
    case 'select-unique':
      return claim(
        result.candidates.every((one) => one !== '' && one.isWellFormed()),
        'a candidate is empty or ill-formed',
      );
    case 'error':
      claim(/^expression\.[a-z_]+$/.test(result.code), `an error has the code ${result.code}`);
      claim(result.message !== '' && result.message.length < 1000, 'an error has no message, or a long one');
      return claim(0 <= result.start && result.end <= text.length, `an error lies at ${result.start} to ${result.end}`);
    default:
      throw new Error(`a result of the unknown kind ${JSON.stringify(result)}`);
  }
}

function isFlowValue(value: unknown): boolean {
  if (value === null) return true;
  if (typeof value === 'string') return value.isWellFormed();
  if (!Array.isArray(value)) return false;
  return value.every((one) =>
    typeof one === 'string'
      ? one.isWellFormed()
      : one.primary === false && (one.displayName ?? one.display).isWellFormed(),
  );
}

const operand = fc.oneof(
  words,
  fc.integer().map(String),
  fc.constantFrom('NOW', 'NOW+14d', 'now - 30', 'NOW-999999d', '&HFF', '2021-07-02', 'true'),
);

const clause: fc.Arbitrary<FilterClause> = fc.constantFrom(...filterOperators).chain((operator) =>
  fc
    .record({
      sourceOperandName: fc.constantFrom<string>(
        ...attributeNames,
        'manager.a',
        'memberOf.displayName',
        'memberOf.x',
        '',
      ),
      operatorName: fc.constantFrom(operator.name, operator.name.toLowerCase(), operator.name.replace(/[ _]/g, '')),
      values: fc.oneof(
        { weight: 3, arbitrary: fc.constant(operator.example.operands) },
        { weight: 6, arbitrary: operand.map((text) => [text]) },
        { weight: 1, arbitrary: fc.array(operand, { maxLength: 3 }) },
      ),
      nullMatches: fc.constantFrom(undefined, true, false),
      multivaluedComparisonType: fc.constantFrom(undefined, 'Any' as const, 'All' as const),
    })
    .map(({ values, nullMatches, multivaluedComparisonType, ...rest }) => ({
      ...rest,
      targetOperand: { values },
      ...(nullMatches === undefined ? {} : { nullMatches }),
      ...(multivaluedComparisonType === undefined ? {} : { multivaluedComparisonType }),
    })),
);

const filter: fc.Arbitrary<ScopingFilter> = fc
  .array(fc.record({ name: fc.string({ maxLength: 5 }), clauses: fc.array(clause, { minLength: 1, maxLength: 3 }) }), {
    maxLength: 3,
  })
  .map((groups) => ({ groups }));

/** As `fuzzExpressions`, for scoping filters. */
export function fuzzScopingFilters(runs: number, seed: number, counts: FuzzCounts): void {
  fc.assert(
    fc.property(filter, objectValues, (one, values) => checkOneFilter(one, values, counts)),
    { numRuns: runs, seed },
  );
}

function checkOneFilter(one: ScopingFilter, values: ReadonlyMap<string, SourceValue>, counts: FuzzCounts): void {
  const read = parseScopingFilter(JSON.parse(JSON.stringify(one)));
  claim(read.ok, 'a filter of the right shape was not read');
  const problems = checkScopingFilter(read.value);
  claim(problems.every(({ code }) => code.startsWith('scope.')), 'a problem has a code of another kind'); // prettier-ignore
  if (problems.length > 0) {
    counts.refused += 1;
    return;
  }
  const compiled = compileScopingFilter(read.value);
  const before = JSON.stringify([...values]);
  const { inScope, clauses, changesAt } = compiled.evaluate((name) => values.get(name) ?? null, environment.now);
  claim(JSON.stringify([...values]) === before, 'the evaluation changed its input');
  claim(clauses.length === one.groups.flatMap((group) => group.clauses).length, 'a clause has no outcome');
  const expected =
    one.groups.length === 0 ||
    one.groups.some((_, index) =>
      clauses.filter(({ groupIndex }) => groupIndex === index).every(({ passed }) => passed),
    );
  claim(inScope === expected, 'the outcome does not follow from the clauses');
  claim(changesAt === undefined || (compiled.readsNow && changesAt > environment.now), `it changes at ${changesAt}`);
  for (const outcome of clauses)
    if (outcome.decidedBy === 'absence' && !outcome.operator.endsWith('NULL'))
      claim(outcome.passed === outcome.nullMatches, 'the null rule did not decide');
  counts.evaluated += 1;
}
