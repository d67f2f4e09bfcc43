/*
 * Figures of the mapping language, on one core: evaluations per second of one expression, one user through a schema of 40
 * mappings, and how the time of replacing by a regular expression grows with the text. Each is the median and the slowest
 * of nine rounds, after two to warm up, in CPU time of the thread.
 *
 *   node --disable-warning=ExperimentalWarning bench/expressions.ts
 */
import { report, type Figure } from './lib/report.ts';
import { threadCpuMs } from './lib/statistics.ts';
import {
  checkExpression,
  compileExpression,
  parseExpression,
  type CompiledExpression,
  type EvaluationEnvironment,
  type SourceValue,
} from '@joinery/expressions';

const figures: Figure[] = [];
const roundsCount = 9;
const warmUpRoundsCount = 2;
const environment: EvaluationEnvironment = { now: 0, random: () => 0.5, defaultDomain: 'example.com' };

function compile(text: string): CompiledExpression {
  const parsed = parseExpression(text);
  const problems = parsed.ok ? checkExpression(parsed.value) : parsed.problems;
  if (!parsed.ok || problems.length > 0) throw new Error(`${text}: ${JSON.stringify(problems)}`);
  return compileExpression(parsed.value);
}

/** Milliseconds of each round, fastest first. What a round returns is counted, so that none is left out. */
function measure(round: () => number): { readonly median: number; readonly slowest: number } {
  const times: number[] = [];
  let work = 0;
  for (let index = -warmUpRoundsCount; index < roundsCount; index += 1) {
    const begun = threadCpuMs();
    work += round();
    if (index >= 0) times.push(threadCpuMs() - begun);
  }
  if (work === 0) throw new Error('nothing was evaluated');
  times.sort((a, b) => a - b);
  return { median: times[Math.floor(times.length / 2)] ?? 0, slowest: times.at(-1) ?? 0 };
}

/** Characters that came out; an evaluation that fails ends the run. */
function evaluate(expression: CompiledExpression, lookup: (name: string) => SourceValue): number {
  const result = expression.evaluate(lookup, environment);
  if (result.kind === 'error') throw new Error(`${expression.text}: ${result.message}`);
  return result.kind === 'value' && typeof result.value === 'string' ? result.value.length : 1;
}

/** Different objects, so that nothing can be remembered from one evaluation to the next. */
function people(givenName: string, surname: string): readonly ReadonlyMap<string, SourceValue>[] {
  return Array.from({ length: 1000 }, (_, index) => {
    return new Map<string, SourceValue>([
      ['givenName', `${givenName} ${index}`],
      ['surname', surname],
      ['displayName', `${givenName} ${index} ${surname}`],
      ['userPrincipalName', `${givenName}.${surname}.${index}@contoso.com`],
      ['mail', `${givenName}.${surname}.${index}@contoso.com`],
      ['mailNickname', `${givenName}${index}`],
      ['objectId', `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`],
      ['accountEnabled', true],
      ['IsSoftDeleted', 'False'],
      ['telephoneNumber', `+46 (8) 555-${index}`],
      ['mobile', null],
      ['proxyAddresses', [`SMTP:${index}@contoso.com`, `smtp:${index}@example.com`]],
      ['employeeHireDate', '2021-03-16'],
      ['country', 'SE'],
      ['department', 'Sales'],
      ['jobTitle', index % 2 === 0 ? 'Engineer' : null],
    ]);
  });
}

const loginName =
  'ToLower(Join("@", NormalizeDiacritics(StripSpaces(Join(".", [givenName], [surname]))), "contoso.com"))';

function rateOfOneExpression(): void {
  const expression = compile(loginName);
  const evaluationsPerRound = 200_000;
  console.log(`\n${loginName}`);
  for (const [label, objects] of [
    ['plain names', people('John', 'Smith')],
    ['accented names', people('Zoë', 'Müller')],
  ] as const) {
    const lookups = objects.map((object) => (name: string) => object.get(name) ?? null);
    const { median, slowest } = measure(() => {
      let characters = 0;
      for (let index = 0; index < evaluationsPerRound; index += 1) {
        const lookup = lookups[index % lookups.length];
        if (lookup) characters += evaluate(expression, lookup);
      }
      return characters;
    });
    const perSecond = (ms: number) => `${Math.round((evaluationsPerRound / ms) * 1000).toLocaleString('en-US')}/s`;
    console.log(`  ${label}: median ${perSecond(median)}, slowest round ${perSecond(slowest)}`);
    figures.push({
      name: `compiled \`${loginName}\` per core, ${label}`,
      measured: perSecond(median),
      mustReach: '≥ 300,000/s',
      isReached: evaluationsPerRound / median >= 300,
    });
  }
}

/** As templates have them: most attributes as they are, some constants, and the usual expressions. */
const schema = (
  'userPrincipalName displayName givenName surname mail mailNickname objectId jobTitle department country city state ' +
  'streetAddress postalCode physicalDeliveryOfficeName telephoneNumber mobile facsimileTelephoneNumber employeeId ' +
  'companyName preferredLanguage'
)
  .split(' ')
  .map((name) => `[${name}]`);
const expressions = [
  '"work"',
  '"true"',
  '"en-US"',
  'Switch([IsSoftDeleted], , "False", "True", "True", "False")',
  loginName,
  'Replace([mail], "@contoso.com", , , "", , )',
  'Replace([telephoneNumber], , "[()\\\\s-]+", , "", , )',
  'Replace([telephoneNumber], , "\\\\+(?<country>\\\\d+) .*", , "${country}", , )',
  'Coalesce([mail], [userPrincipalName])',
  'IIF([country] = "SE", "Sverige", [country])',
  'IIF(IsNullOrEmpty([mobile]), [telephoneNumber], [mobile])',
  'Join(" ", [givenName], [surname], [department])',
  'Append(Left([givenName], 1), Mid([surname], 1, 7))',
  'Item([proxyAddresses], 1)',
  'PCase([displayName], " -")',
  'ToUpper([country])',
  'FormatDateTime([employeeHireDate], , "yyyy-MM-dd", "M/d/yyyy")',
  'DateDiff("d", CDate([employeeHireDate]), Now())',
  'Not([IsSoftDeleted])',
];

function timeOfOneUser(): void {
  const mappings = [...schema, ...expressions].map(compile);
  if (mappings.length !== 40) throw new Error(`the schema has ${mappings.length} mappings`);
  const objects = people('Zoë', 'Müller');
  const repeats = 4;
  const { median, slowest } = measure(() => {
    let characters = 0;
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      for (const object of objects) {
        for (const mapping of mappings) characters += evaluate(mapping, (name) => object.get(name) ?? null);
      }
    }
    return characters;
  });
  const perUser = (ms: number) => `${((ms / objects.length / repeats) * 1000).toFixed(1)} µs`;
  console.log(`\na schema of ${mappings.length} mappings, ${expressions.length - 3} of them functions`);
  console.log(`  one user: median ${perUser(median)}, slowest round ${perUser(slowest)}`);
  figures.push({
    name: `one user through ${mappings.length} expressions`,
    measured: perUser(median),
    mustReach: '≤ 100 µs',
    isReached: (median / objects.length / repeats) * 1000 <= 100,
  });
}

/** Patterns that take an engine with backtracking exponential or quadratic time, and texts that make them do so. */
const hostile: readonly (readonly [string, (length: number) => string])[] = [
  ['(a+)+$', (length) => `${'a'.repeat(length - 1)}!`],
  ['(a|aa)+$', (length) => `${'a'.repeat(length - 1)}!`],
  ['(a*)*b', (length) => 'a'.repeat(length)],
  ['(a*b)?', (length) => 'a'.repeat(length)],
  ['(.*?,){20}x', (length) => 'a,'.repeat(length / 2)],
  ['([a-zA-Z0-9])(([-.]|[_]+)?([a-zA-Z0-9]+))*@', (length) => 'a'.repeat(length)],
  ['\\\\b(é|\\\\w)+$', (length) => `${'é'.repeat(length - 1)}!`],
];

function growthOfRegularExpressions(): void {
  console.log(
    '\nreplacing every match of a regular expression: ms for 1,000, 10,000 and 100,000 characters, and the growth',
  );
  let steepest = 0;
  for (const [pattern, makeText] of hostile) {
    const expression = compile(`Replace([a], , "${pattern}", , "-")`);
    const times = [1_000, 10_000, 100_000].map((length) => {
      const text = makeText(length);
      // The clock of a thread has steps of up to some milliseconds.
      const repeats = 400_000 / length;
      const round = (): number => {
        let characters = 0;
        for (let index = 0; index < repeats; index += 1) characters += evaluate(expression, () => text);
        return characters;
      };
      return measure(round).median / repeats;
    });
    const [first = 0, second = 0, third = 0] = times;
    const shown = times.map((ms) => ms.toFixed(2).padStart(9)).join('');
    steepest = Math.max(steepest, third / second);
    const growth = `${(second / first).toFixed(1)}×, ${(third / second).toFixed(1)}×`;
    console.log(`  ${pattern.replaceAll('\\\\', '\\').padEnd(46)}${shown}   ${growth}`);
  }
  console.log('  (ten times the text should take about ten times as long)');
  figures.push({
    name: 'replacing by a hostile regular expression: time for ten times the text, the steepest of seven',
    measured: `${steepest.toFixed(1)} ×`,
    mustReach: 'linear (≤ 15 ×)',
    isReached: steepest <= 15,
  });
}

rateOfOneExpression();
timeOfOneUser();
growthOfRegularExpressions();
report({ name: 'expressions', processes: ['one process, one core'], figures, details: {} });
