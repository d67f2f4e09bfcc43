import type { Json } from '@joinery/base';
import type { AttributeLookup, EvaluationEnvironment } from '@joinery/expressions';
import type { CompiledAttribute, CompiledMapping } from './compile.ts';
import { toTargetValue } from './target-value.ts';

export interface MappingFailure {
  readonly code: string;
  readonly message: string;
}

/** What one attribute mapping gives for an object. `value` null: the source has none. */
export interface EvaluatedAttribute {
  readonly attribute: CompiledAttribute;
  readonly value: Json;
  readonly redact: boolean;
  /** Candidates of SelectUniqueValue: the first that the target does not have becomes the value, at creation only. */
  readonly candidates: readonly string[] | undefined;
}

export interface EvaluatedMapping {
  /** Without the attributes that were taken out of the flow. */
  readonly attributes: readonly EvaluatedAttribute[];
  readonly failure: MappingFailure | undefined;
}

type Evaluated =
  | { readonly kind: 'value'; readonly value: EvaluatedAttribute }
  | { readonly kind: 'ignored' }
  | { readonly kind: 'failed'; readonly failure: MappingFailure };

export function evaluateAttribute(
  attribute: CompiledAttribute,
  lookup: AttributeLookup,
  environment: EvaluationEnvironment,
): Evaluated {
  if (attribute.expression === undefined) {
    return { kind: 'value', value: { attribute, value: null, redact: false, candidates: undefined } };
  }
  const result = attribute.expression.evaluate(lookup, environment);
  switch (result.kind) {
    case 'ignore':
      return { kind: 'ignored' };
    case 'error':
      return {
        kind: 'failed',
        failure: {
          code: 'AttributeMappingError',
          message: `The expression for ${attribute.target.name} failed at character ${result.start + 1}: ${result.message} Expression: ${attribute.expression.text}`,
        },
      };
    case 'select-unique':
      return {
        kind: 'value',
        value: { attribute, value: null, redact: result.redact, candidates: result.candidates },
      };
    case 'value': {
      const target = toTargetValue(attribute.target, result.value);
      if (!target.ok) return { kind: 'failed', failure: { code: target.code, message: target.message } };
      return {
        kind: 'value',
        value: { attribute, value: target.value, redact: result.redact, candidates: undefined },
      };
    }
  }
}

/** Evaluates every mapping on the whole source object, never on what changed; the first failure fails the object. */
export function evaluateMapping(
  mapping: CompiledMapping,
  lookup: AttributeLookup,
  environment: EvaluationEnvironment,
): EvaluatedMapping {
  const attributes: EvaluatedAttribute[] = [];
  for (const attribute of mapping.attributes) {
    const evaluated = evaluateAttribute(attribute, lookup, environment);
    if (evaluated.kind === 'failed') return { attributes, failure: evaluated.failure };
    if (evaluated.kind === 'value') attributes.push(evaluated.value);
  }
  return { attributes, failure: undefined };
}
