import type { Json, JsonObject } from '@joinery/base';
import { parseDateTime } from '../date-time.ts';
import { invalidValue } from '../errors.ts';
import { foldCase } from '../fold-case.ts';
import { isObject, kindOf } from '../json-shape.ts';
import { isPlainText } from '../plain-text.ts';
import type { Tolerance } from '../tolerance.ts';
import type { Attribute } from './characteristics.ts';
import { findAttribute, findSubAttribute } from './registry.ts';

/** The greatest number of values of one attribute; `members`, which are rows, have their own limit. */
export const valuesMax = 250;
const textLengthMax = 200_000;
const namesMax = 1000;

export interface Coercion {
  readonly tolerance: Tolerance;
  /** PATCH: an explicit `null`, `""` or `[]` of a sub-attribute is kept as null, which means to unassign it. */
  readonly keepsUnset: boolean;
}

/**
 * Gives a client's value the type and form that the attribute's schema says: canonical names from any letter case, unknown
 * and readOnly names left out, nulls dropped, `"True"` made true, digits made an integer, one value made a list and a
 * list of one made a value, a scalar for a complex attribute made its `value`. Undefined when nothing is left.
 * The result is built from schema-known names only. Throws `scim.invalid_value`.
 */
export function coerceValue(attribute: Attribute, value: unknown, where: string, coercion: Coercion): Json | undefined {
  if (value === null || value === undefined) return undefined;
  if (!attribute.multiValued) return coerceElement(attribute, value, where, coercion);
  if (!Array.isArray(value)) coercion.tolerance.note('value.single_for_list', where);
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (values.length > valuesMax) {
    const detail = `${where} has ${values.length} values; at most ${valuesMax} are taken.`;
    throw invalidValue({ detail, attribute: where });
  }
  const elements = values
    .map((element) => coerceElement(attribute, element, where, { ...coercion, keepsUnset: false }))
    .filter((element) => element !== undefined);
  return elements.length === 0 ? undefined : keepFirstPrimary(elements, where, coercion);
}

/** One value of the attribute: the whole of a singular one, an element of a multi-valued one. */
export function coerceElement(
  attribute: Attribute,
  value: unknown,
  where: string,
  coercion: Coercion,
): Json | undefined {
  if (value === null || value === undefined) return undefined;
  if (Array.isArray(value)) {
    const list: readonly unknown[] = value;
    if (list.length === 0) return undefined;
    if (list.length > 1 || Array.isArray(list[0])) {
      throw invalidValue({ detail: `${where} takes one value, not a list of ${list.length}.`, attribute: where });
    }
    coercion.tolerance.note('value.list_for_single', where);
    return coerceElement(attribute, list[0], where, coercion);
  }
  if (attribute.type === 'complex') return coerceComplex(attribute, value, where, coercion);
  return coerceSimple(attribute, value, where, coercion);
}

function coerceComplex(attribute: Attribute, value: unknown, where: string, coercion: Coercion): Json | undefined {
  if (isObject(value)) {
    const object = coerceNames(
      (name) => findSubAttribute(attribute, name),
      value,
      (name) => `${where}.${name}`,
      coercion,
    );
    return unpackRole(attribute, object, where, coercion);
  }
  const sub = findSubAttribute(attribute, 'value');
  if (sub === undefined || typeof value !== 'string') {
    throw invalidValue({ detail: `${where} takes an object, not ${kindOf(value)}.`, attribute: where });
  }
  // QUIRK(entra): the manager, and members, as bare text.
  coercion.tolerance.note('value.text_for_complex', where);
  if (value === '') return coercion.keepsUnset ? { [sub.name]: null } : undefined;
  return unpackRole(attribute, { [sub.name]: value }, where, coercion);
}

/** The attributes of an extension, from the object under its URN. */
export function coerceExtension(
  attributes: readonly Attribute[],
  value: { readonly [name: string]: unknown },
  urn: string,
  coercion: Coercion,
): JsonObject | undefined {
  return coerceNames(
    (name) => findAttribute(attributes, name),
    value,
    (name) => `${urn}:${name}`,
    coercion,
  );
}

function coerceNames(
  find: (name: string) => Attribute | undefined,
  value: { readonly [name: string]: unknown },
  whereOf: (name: string) => string,
  coercion: Coercion,
): JsonObject | undefined {
  const entries = Object.entries(value);
  if (entries.length > namesMax) throw invalidValue({ detail: `An object has more than ${namesMax} names.` });
  const object = new Map<string, Json>();
  for (const [name, given] of entries) {
    const sub = find(name);
    if (sub === undefined) {
      coercion.tolerance.note('body.unknown_attribute', whereOf(name));
    } else if (sub.mutability === 'writeOnly') {
      coercion.tolerance.note('body.write_only_dropped', whereOf(sub.name));
    } else if (sub.mutability !== 'readOnly') {
      const isUnset = coercion.keepsUnset && isEmpty(given);
      const coerced = isUnset ? null : coerceValue(sub, given, whereOf(sub.name), coercion);
      if (coerced === undefined) object.delete(sub.name);
      else object.set(sub.name, coerced);
    }
  }
  return object.size === 0 ? undefined : Object.fromEntries(object);
}

/** The ways to write "no value" in a PATCH: `null`, `""`, `[]` (RFC 7643 §2.5; Entra's null update test). */
export function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}

/**
 * QUIRK(entra): a role arrives as JSON inside the text of `value`, `"{\"id\":…,\"value\":\"25\",\"displayName\":…}"`.
 */
function unpackRole(
  attribute: Attribute,
  element: JsonObject | undefined,
  where: string,
  coercion: Coercion,
): JsonObject | undefined {
  const packed = element?.['value'];
  if (attribute.name !== 'roles' || typeof packed !== 'string' || !packed.startsWith('{')) return element;
  const parsed = parseObject(packed);
  if (parsed === undefined || typeof parsed['value'] !== 'string') return element;
  coercion.tolerance.note('value.json_in_text', where);
  const known = new Map(Object.entries(parsed).filter(([name]) => findSubAttribute(attribute, name) !== undefined));
  const inner = coerceNames(
    (name) => findSubAttribute(attribute, name),
    Object.fromEntries(known),
    (name) => `${where}.${name}`,
    coercion,
  );
  return { ...element, ...inner };
}

function parseObject(text: string): { readonly [name: string]: unknown } | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined; // no JSON: the text is the value
  }
}

/** At most one `primary` (RFC 7643 §2.4); QUIRK(pingone): two are sent, the first is kept. */
export function keepFirstPrimary(elements: readonly Json[], where: string, coercion?: Coercion): readonly Json[] {
  const first = elements.findIndex(isPrimary);
  return elements.map((element, index) => {
    if (index === first || !isPrimary(element)) return element;
    coercion?.tolerance.note('value.second_primary', where);
    return { ...element, primary: false };
  });
}

export function isPrimary(element: Json): element is JsonObject {
  return isObject(element) && element['primary'] === true;
}

function coerceSimple(attribute: Attribute, given: unknown, where: string, coercion: Coercion): Json {
  const value = unwrap(given, where, coercion);
  switch (attribute.type) {
    case 'boolean':
      if (typeof value === 'boolean') return value;
      if (typeof value === 'string' && /^(?:true|false)$/i.test(value)) {
        coercion.tolerance.note('value.boolean_as_text', where);
        return value.toLowerCase() === 'true';
      }
      break;
    case 'integer':
    case 'decimal': {
      const number = typeof value === 'string' ? numberOf(value, where, coercion) : value;
      const isFitting = attribute.type === 'integer' ? Number.isSafeInteger(number) : Number.isFinite(number);
      if (typeof number === 'number' && isFitting) return number;
      break;
    }
    case 'dateTime':
      if (typeof value === 'string' && parseDateTime(value) !== undefined) return value;
      break;
    case 'binary':
      if (typeof value === 'string' && /^[\w+/=\-\s]*$/.test(value) && value.length <= textLengthMax) return value;
      break;
    default:
      if (typeof value === 'string' && value.length <= textLengthMax && isPlainText(value)) {
        checkCanonical(attribute, value, where);
        return value;
      }
  }
  throw invalidValue({ detail: `${where} takes ${expectedOf(attribute)}, not ${kindOf(value)}.`, attribute: where });
}

function checkCanonical(
  { restrictsValues, canonicalValues = [], caseExact }: Attribute,
  value: string,
  where: string,
): void {
  if (restrictsValues !== true || canonicalValues.includes(value)) return;
  const folded = foldCase(value);
  if (!caseExact && canonicalValues.some((canonical) => foldCase(canonical) === folded)) return;
  const known = canonicalValues.slice(0, 10).join(', ');
  throw invalidValue({ detail: `${where} takes one of the values that its schema lists: ${known}.`, attribute: where });
}

/** QUIRK(entra): `{"value":{"value":"ID"}}`. */
function unwrap(given: unknown, where: string, coercion: Coercion): unknown {
  if (!isObject(given) || !Object.hasOwn(given, 'value') || isObject(given['value'])) return given;
  coercion.tolerance.note('value.object_for_simple', where);
  return given['value'];
}

function numberOf(text: string, where: string, coercion: Coercion): number | undefined {
  if (!/^[+-]?\d{1,18}(?:\.\d{1,18})?$/.test(text.trim())) return undefined;
  coercion.tolerance.note('value.number_as_text', where);
  return Number(text);
}

function expectedOf(attribute: Attribute): string {
  switch (attribute.type) {
    case 'boolean':
      return 'true or false';
    case 'integer':
      return 'an integer';
    case 'decimal':
      return 'a number';
    case 'dateTime':
      return 'a date and time such as "2024-05-31T12:00:00Z"';
    case 'binary':
      return 'base64 text';
    default:
      return `text of at most ${textLengthMax} Unicode characters, without U+0000`;
  }
}
