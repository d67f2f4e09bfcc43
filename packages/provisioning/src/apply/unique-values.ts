import type { JobContext } from '../cycle/context.ts';
import type { FailureText } from '../cycle/ports.ts';
import type { EvaluatedMapping } from '../mapping/evaluate.ts';
import { foldMatchingValue } from '../matching/matching-values.ts';
import { attempt, type PageControl } from './attempt.ts';
import type { ObjectWork } from './object-work.ts';

export type UniqueValues =
  | { readonly kind: 'done'; readonly value: ReadonlyMap<string, string> }
  | { readonly kind: 'failed'; readonly error: FailureText }
  | { readonly kind: 'stopped' };

/** True when no other object of this cycle has taken the value. */
async function reserve(context: JobContext, work: ObjectWork, attribute: string, key: string): Promise<boolean> {
  if (context.cycleId === undefined) return true;
  const holders = await context.ports.links.claimValues(context.cycleId, work.kind, [
    { sourceId: work.id, attribute: `unique:${attribute}`, key },
  ]);
  return holders.get(`unique:${attribute}\n${key}`) === work.id;
}

/** The first candidate of each SelectUniqueValue that the target does not have, at creation only. */
export async function chooseUniqueValues(
  context: JobContext,
  control: PageControl,
  work: ObjectWork,
  evaluated: EvaluatedMapping,
): Promise<UniqueValues> {
  const chosen = new Map<string, string>();
  for (const { attribute, candidates } of evaluated.attributes) {
    if (candidates === undefined) continue;
    const { name, caseExact } = attribute.target;
    for (const value of candidates) {
      const found = await attempt(context, control, () =>
        context.target.find(work.mapping.type, { attribute: name, value }),
      );
      if (found.kind !== 'done') return found;
      if (found.value.length > 0) continue;
      if (!(await reserve(context, work, name, foldMatchingValue(value, caseExact)))) continue;
      chosen.set(name, value);
      break;
    }
    if (!chosen.has(name)) {
      return {
        kind: 'failed',
        error: {
          code: 'NoUniqueValue',
          message: `Every candidate of SelectUniqueValue for ${name} is taken in the target; add another rule to the expression.`,
        },
      };
    }
  }
  return { kind: 'done', value: chosen };
}
