import type { Json, JsonObject } from '@joinery/base';
import { mutability } from '../errors.ts';
import { equalJson } from '../json-shape.ts';
import type { Attribute } from '../schema/characteristics.ts';
import { elementAttributes, findSubAttribute } from '../schema/registry.ts';

/**
 * Sets the named sub-attributes and leaves the others, RFC 7644 §3.5.2.3; null unassigns one. Undefined when nothing is left, or
 * when the `value` of a singular attribute was unassigned (QUIRK(entra): the manager is removed with `{"value":""}`).
 */
export function mergeSubs(
  attribute: Attribute,
  current: JsonObject | undefined,
  value: JsonObject,
): JsonObject | undefined {
  if (!attribute.multiValued && value['value'] === null) return undefined;
  let next: JsonObject | undefined = current;
  for (const sub of elementAttributes(attribute)) {
    const given = value[sub.name];
    if (given === undefined) continue;
    next = given === null ? withoutSub(next, sub.name) : setOne(attribute, next, sub, given, value);
  }
  return next;
}

export function setSub(attribute: Attribute, current: JsonObject | undefined, sub: Attribute, value: Json): JsonObject {
  return setOne(attribute, current, sub, value, {});
}

export function unsetSub(
  attribute: Attribute,
  current: JsonObject | undefined,
  sub: Attribute,
): JsonObject | undefined {
  if (sub.mutability === 'immutable' && current?.[sub.name] !== undefined) throw immutable(attribute, sub);
  if (sub.name === 'value' && !attribute.multiValued) return undefined;
  return withoutSub(current, sub.name);
}

function setOne(
  attribute: Attribute,
  current: JsonObject | undefined,
  sub: Attribute,
  value: Json,
  together: JsonObject,
): JsonObject {
  const before = current?.[sub.name];
  if (sub.mutability === 'immutable' && before !== undefined && !equalJson(before, value)) {
    throw immutable(attribute, sub);
  }
  const next = { ...current, [sub.name]: value };
  const isNewReference = sub.name === 'value' && before !== undefined && before !== value;
  if (!isNewReference || findSubAttribute(attribute, '$ref') === undefined || together['$ref'] !== undefined) {
    return next;
  }
  return withoutSub(next, '$ref') ?? next; // the old address names another resource
}

function withoutSub(current: JsonObject | undefined, name: string): JsonObject | undefined {
  const kept = Object.entries(current ?? {}).filter(([each]) => each !== name);
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

function immutable(attribute: Attribute, sub: Attribute): Error {
  const where = `${attribute.name}.${sub.name}`;
  return mutability({ detail: `${where} can not be changed once it has a value.`, attribute: where });
}
