import type { Json, JsonObject } from '@joinery/base';
import { ConnectorError, type AttributeValue, type TargetAttribute } from '@joinery/connector-kit';
import type { TargetPath } from './target-path.ts';

/** Multi-valued complex attributes of RFC 7643 §4.1.2: a plain value of theirs is the element's `value`. */
const complexMultiValued: ReadonlySet<string> = new Set([
  'emails',
  'phoneNumbers',
  'ims',
  'photos',
  'addresses',
  'groups',
  'entitlements',
  'roles',
  'x509Certificates',
  'members',
]);

export function isComplexMultiValued(path: TargetPath): boolean {
  return path.urn === undefined && complexMultiValued.has(path.name);
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !isJsonArray(value);
}

/** `Array.isArray` that knows read-only arrays. */
export function isJsonArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/**
 * A value of the engine as JSON of the target attribute's type: `"True"` of a Boolean is `true`, `"5"` of an Integer 5.
 * Throws `ConnectorError` `connector.invalid_value`, or logCode `SchemaPropertyCanOnlyAcceptValue` for several values of a
 * single-valued attribute.
 */
export function typedValue(value: AttributeValue, attribute: TargetAttribute, path: TargetPath): Json {
  if (isJsonArray(value)) {
    if (!attribute.multivalued && path.sub !== undefined) throw severalValues(attribute.name, value.length);
    if (!attribute.multivalued && value.length > 1) throw severalValues(attribute.name, value.length);
    const typed = value.map((element) => typedScalar(element, attribute, path));
    return attribute.multivalued ? typed : (typed[0] ?? null);
  }
  const typed = typedScalar(value, attribute, path);
  return attribute.multivalued && path.sub === undefined ? [typed] : typed;
}

function typedScalar(value: Json, attribute: TargetAttribute, path: TargetPath): Json {
  if (isJsonObject(value)) return value;
  if (attribute.type === 'Boolean' || path.sub === 'primary') return typedBoolean(value, attribute.name);
  if (attribute.type === 'Integer') return typedInteger(value, attribute.name);
  return value;
}

function typedBoolean(value: Json, name: string): boolean {
  if (typeof value === 'boolean') return value;
  const text = typeof value === 'string' ? value.trim().toLowerCase() : undefined;
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  throw invalidValue(name, 'is not True or False');
}

function typedInteger(value: Json, name: string): number {
  const number = typeof value === 'string' && /^\s*[+-]?\d+\s*$/.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isSafeInteger(number)) return number;
  throw invalidValue(name, 'is not an integer');
}

function invalidValue(name: string, what: string): ConnectorError {
  return new ConnectorError({
    code: 'connector.invalid_value',
    message: `The value for the target attribute ${name} ${what}. Check its mapping.`,
    detail: { attribute: name },
    retry: 'after-change',
    scope: 'object',
    logCode: 'InvalidValue',
  });
}

function severalValues(name: string, count: number): ConnectorError {
  return new ConnectorError({
    code: 'connector.several_values',
    message: `The target attribute ${name} takes one value, and the mapping gave ${count}. Check its mapping.`,
    detail: { attribute: name },
    retry: 'after-change',
    scope: 'object',
    logCode: 'SchemaPropertyCanOnlyAcceptValue',
  });
}

/**
 * An app role of the engine as an element of `roles`: without the id of the app role, which no role of RFC 7643 §4.1.2 has.
 * `naming` chooses between the RFC's `display` and the names as they were given.
 */
export function roleElement(role: JsonObject, naming: 'display' | 'as given'): JsonObject {
  const { id: _id, displayName, ...rest } = role;
  if (displayName === undefined) return rest;
  return naming === 'display' ? { ...rest, display: displayName } : { ...rest, displayName };
}
