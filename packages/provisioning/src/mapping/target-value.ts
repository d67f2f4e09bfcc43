import type { Json } from '@joinery/base';
import type { TargetAttribute } from '@joinery/connector-kit/ports';
import type { FlowValue } from '@joinery/expressions';

export type TargetValue =
  { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly code: string; readonly message: string };

function toScalar(attribute: TargetAttribute, text: string): TargetValue {
  switch (attribute.type) {
    case 'Boolean': {
      const folded = text.trim().toLowerCase();
      if (folded === 'true' || folded === '1') return { ok: true, value: true };
      if (folded === 'false' || folded === '0') return { ok: true, value: false };
      if (folded === '') return { ok: true, value: null };
      return {
        ok: false,
        code: 'InvalidValue',
        message: `The value for the Boolean target attribute ${attribute.name} is neither true nor false.`,
      };
    }
    case 'Integer': {
      if (text.trim() === '') return { ok: true, value: null };
      const number = Number(text);
      if (Number.isSafeInteger(number)) return { ok: true, value: number };
      return {
        ok: false,
        code: 'InvalidValue',
        message: `The value for the Integer target attribute ${attribute.name} is not an integer.`,
      };
    }
    default:
      return { ok: true, value: text };
  }
}

/** A flow value in the type of its target attribute. Several values for a single-valued attribute fail, as in Entra. */
export function toTargetValue(attribute: TargetAttribute, flow: FlowValue): TargetValue {
  if (flow === null) return { ok: true, value: null };
  if (typeof flow === 'string') {
    const scalar = toScalar(attribute, flow);
    return scalar.ok && attribute.multivalued && scalar.value !== null ? { ok: true, value: [scalar.value] } : scalar;
  }
  if (flow.length === 0) return { ok: true, value: null };
  if (!attribute.multivalued) {
    const only = flow.length === 1 ? flow[0] : undefined;
    if (typeof only === 'string') return toScalar(attribute, only);
    return {
      ok: false,
      code: 'SchemaPropertyCanOnlyAcceptValue',
      message: `The target attribute ${attribute.name} takes one value, but the source has ${flow.length}.`,
    };
  }
  const values: Json[] = [];
  for (const one of flow) {
    if (typeof one !== 'string') {
      values.push({ ...one });
      continue;
    }
    const scalar = toScalar(attribute, one);
    if (!scalar.ok) return scalar;
    values.push(scalar.value);
  }
  return { ok: true, value: values };
}
