import type { Json, JsonObject } from '@joinery/base';
import { invalidValue } from '../errors.ts';
import { isJsonArray, isJsonObject } from '../json-shape.ts';
import type { ResourceAttributes } from '../resource.ts';
import type { Attribute, ResourceType } from './characteristics.ts';
import { isPrimary, valuesMax } from './coerce.ts';
import { commonAttributes } from './common.ts';
import { isMembers } from './registry.ts';

/**
 * What must hold of a whole resource after a write, beyond the type of each value: required attributes are there and not
 * empty, those of an extension when the extension is there; no attribute has more than 250 values or two primary ones.
 * Throws `scim.invalid_value`.
 */
export function validateResource(type: ResourceType, attributes: ResourceAttributes): void {
  validateAttributes(commonAttributes, attributes, '');
  validateAttributes(type.schema.attributes, attributes, '');
  for (const { schema, required } of type.extensions) {
    const values = attributes[schema.id];
    if (isJsonObject(values)) validateAttributes(schema.attributes, values, `${schema.id}:`);
    else if (required) throw missing(schema.id, type.name);
  }
}

function validateAttributes(attributes: readonly Attribute[], values: JsonObject, prefix: string): void {
  for (const attribute of attributes) {
    if (attribute.name === 'schemas' || attribute.mutability === 'readOnly') continue;
    if (prefix === '' && isMembers(undefined, attribute)) continue;
    const value = values[attribute.name];
    const where = `${prefix}${attribute.name}`;
    if (attribute.required && isBlank(value)) throw missing(where, 'the resource');
    if (value !== undefined) validateValue(attribute, value, where);
  }
}

function validateValue(attribute: Attribute, value: Json, where: string): void {
  const elements = isJsonArray(value) ? value : [value];
  if (elements.length > valuesMax) {
    const detail = `${where} would have ${elements.length} values; at most ${valuesMax} are kept.`;
    throw invalidValue({ detail, attribute: where });
  }
  if (elements.length > 1 && elements.filter(isPrimary).length > 1) {
    throw invalidValue({ detail: `${where} would have more than one primary value.`, attribute: where });
  }
  for (const sub of attribute.subAttributes ?? []) {
    if (!sub.required) continue;
    const lacking = elements.some((element) => !isJsonObject(element) || isBlank(element[sub.name]));
    if (lacking) throw missing(`${where}.${sub.name}`, where);
  }
}

function isBlank(value: Json | undefined): boolean {
  return value === undefined || value === null || value === '' || (isJsonArray(value) && value.length === 0);
}

function missing(where: string, owner: string): Error {
  return invalidValue({ detail: `${where} is required in ${owner} and must not be empty.`, attribute: where });
}
