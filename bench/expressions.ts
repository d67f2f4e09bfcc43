/*
 * Evaluations per second of the expression of design §9, on one core. Prints the machine, then the median and the
 * slowest of nine rounds for plain and for accented names.
 *
 *   node --disable-warning=ExperimentalWarning bench/expressions.ts
 */
import { cpus } from 'node:os';
import { compileExpression, parseExpression, type EvaluationEnvironment } from '@joinery/expressions';

const text = 'ToLower(Join("@", NormalizeDiacritics(StripSpaces(Join(".", [givenName], [surname]))), "contoso.com"))';
const roundsCount = 9;
const evaluationsPerRound = 200_000;

const parsed = parseExpression(text);
if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
const compiled = compileExpression(parsed.value);
const environment: EvaluationEnvironment = { now: 0, random: () => 0, defaultDomain: 'example.com' };

/** Different objects, so that nothing can be remembered from one evaluation to the next. */
function people(givenName: string, surname: string): readonly ReadonlyMap<string, string>[] {
  return Array.from(
    { length: 1000 },
    (_, index) =>
      new Map([
        ['givenName', `${givenName} ${index}`],
        ['surname', surname],
      ]),
  );
}

function measure(objects: readonly ReadonlyMap<string, string>[]): readonly number[] {
  const rates: number[] = [];
  let characters = 0;
  for (let round = -2; round < roundsCount; round += 1) {
    const begun = performance.now();
    for (let index = 0; index < evaluationsPerRound; index += 1) {
      const object = objects[index % objects.length];
      const result = compiled.evaluate((name) => object?.get(name) ?? null, environment);
      if (result.kind === 'value' && typeof result.value === 'string') characters += result.value.length;
    }
    // The first two rounds warm up.
    if (round >= 0) rates.push((evaluationsPerRound / (performance.now() - begun)) * 1000);
  }
  if (characters === 0) throw new Error('nothing was evaluated');
  return rates.toSorted((a, b) => a - b);
}

console.log(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}`);
console.log(text);
for (const [label, objects] of [
  ['plain names', people('John', 'Smith')],
  ['accented names', people('Zoë', 'Müller')],
] as const) {
  const rates = measure(objects);
  const perSecond = (rate = 0) => `${Math.round(rate).toLocaleString('en-US')}/s`;
  console.log(
    `${label}: median ${perSecond(rates[Math.floor(rates.length / 2)])}, slowest round ${perSecond(rates[0])}`,
  );
}
