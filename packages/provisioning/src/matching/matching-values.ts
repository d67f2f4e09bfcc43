import type { AttributeLookup, EvaluationEnvironment } from '@joinery/expressions';
import type { CompiledMapping } from '../mapping/compile.ts';
import { evaluateAttribute, type MappingFailure } from '../mapping/evaluate.ts';

/** One matching property's value for an object. `key` is the value as the target compares it. */
export interface MatchingValue {
  readonly attribute: string;
  readonly value: string;
  readonly key: string;
  readonly redact: boolean;
}

/** The form under which two matching values are the same: letter case counts only for exact-case attributes. */
export function foldMatchingValue(value: string, caseExact: boolean): string {
  return caseExact ? value : value.toLowerCase();
}

/** Values of the matching properties by precedence; those without a value are left out. */
export function matchingValues(
  mapping: CompiledMapping,
  lookup: AttributeLookup,
  environment: EvaluationEnvironment,
): { readonly values: readonly MatchingValue[]; readonly failure: MappingFailure | undefined } {
  const values: MatchingValue[] = [];
  for (const property of mapping.matching) {
    const evaluated = evaluateAttribute(property, lookup, environment);
    if (evaluated.kind === 'failed') return { values, failure: evaluated.failure };
    if (evaluated.kind === 'ignored') continue;
    const value = evaluated.value.value;
    const text = Array.isArray(value) ? value[0] : value;
    if (text === null || text === undefined || typeof text === 'object' || text === '') continue;
    values.push({
      attribute: property.target.name,
      value: String(text),
      key: foldMatchingValue(String(text), property.target.caseExact),
      redact: evaluated.value.redact,
    });
  }
  return { values, failure: undefined };
}
