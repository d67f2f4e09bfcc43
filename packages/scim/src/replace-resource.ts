import type { Json, JsonObject } from '@joinery/base';
import { mutability } from './errors.ts';
import { equalJson, isJsonObject } from './json-shape.ts';
import type { ReadResource, ResourceAttributes } from './resource.ts';
import type { Attribute, ResourceType } from './schema/characteristics.ts';

/**
 * What PUT makes of a resource, RFC 7644 §3.5.1. Attributes left out are cleared, with three exceptions: those with a default of
 * the type (`active`), so that an update never re-activates a user; immutable ones; and extensions that the body neither sent nor
 * listed in `schemas`, since clients send back only what they know. Members left out are kept by the caller.
 * Throws `scim.mutability` when an immutable attribute would change.
 */
export function replaceResource(
  type: ResourceType,
  current: ResourceAttributes,
  read: ReadResource,
): ResourceAttributes {
  const next = new Map<string, Json>(Object.entries(read.attributes));
  for (const name of Object.keys(type.defaults ?? {})) keep(next, current, name);
  keepImmutable(type.schema.attributes, current, next, '');
  for (const { schema } of type.extensions) {
    if (!read.extensions.includes(schema.id)) {
      keep(next, current, schema.id);
      continue;
    }
    const before = current[schema.id];
    if (!isJsonObject(before)) continue;
    const sent = next.get(schema.id);
    const values = new Map<string, Json>(isJsonObject(sent) ? Object.entries(sent) : []);
    keepImmutable(schema.attributes, before, values, `${schema.id}:`);
    if (values.size > 0) next.set(schema.id, Object.fromEntries(values));
  }
  return Object.fromEntries(next);
}

function keep(next: Map<string, Json>, current: JsonObject, name: string): void {
  const value = current[name];
  if (!next.has(name) && value !== undefined) next.set(name, value);
}

function keepImmutable(
  attributes: readonly Attribute[],
  current: JsonObject,
  next: Map<string, Json>,
  prefix: string,
): void {
  for (const attribute of attributes) {
    if (attribute.mutability !== 'immutable') continue;
    const before = current[attribute.name];
    const after = next.get(attribute.name);
    if (before !== undefined && after !== undefined && !equalJson(before, after)) {
      const where = `${prefix}${attribute.name}`;
      throw mutability({ detail: `${where} can not be changed once it has a value.`, attribute: where });
    }
    keep(next, current, attribute.name);
  }
}
