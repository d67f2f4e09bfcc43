import type { Json } from '@joinery/base';
import { invalidSyntax, invalidValue } from './errors.ts';
import { isObject, kindOf } from './json-shape.ts';
import { readMembers } from './read-members.ts';
import type { MemberValue } from './patch/operation.ts';
import type { ReadResource } from './resource.ts';
import type { ResourceType, Schema } from './schema/characteristics.ts';
import { coerceExtension, coerceValue, isEmpty, type Coercion } from './schema/coerce.ts';
import { findCoreAttribute, findExtension, isMembers } from './schema/registry.ts';
import { validateResource } from './schema/validate.ts';
import { Tolerance } from './tolerance.ts';

const namesMax = 1000;

/**
 * Reads the body of a POST (`create`) or PUT (`replace`), RFC 7644 §3.3 and §3.5.1. Names and URNs in any letter case; of names
 * that differ only by case the last wins; nulls count as absent; values are coerced by type; readOnly attributes (`id`,
 * `meta`, `groups`), unknown attributes and unknown schemas are ignored. Of a body without `members` none are given.
 *
 * `create` adds the type's defaults. With `isStrict` nothing is ignored that the RFCs do not say to ignore. Throws `scim.invalid_syntax` when the body is no object, `scim.invalid_value` for a value that can not be
 * coerced or a required attribute that is missing or empty.
 */
export function readResource(
  type: ResourceType,
  body: unknown,
  mode: 'create' | 'replace',
  isStrict = false,
): ReadResource {
  if (!isObject(body)) {
    throw invalidSyntax({ detail: `The body must be a JSON object with a ${type.name}, not ${kindOf(body)}.` });
  }
  const entries = Object.entries(body);
  if (entries.length > namesMax) throw invalidValue({ detail: `The body has more than ${namesMax} names.` });
  const reader = new ResourceReader(type, isStrict);
  for (const [name, value] of entries) reader.read(name, value);
  if (!reader.namesItsSchema) reader.tolerance.note('body.missing_schemas', '');
  const attributes = {
    ...(mode === 'create' ? type.defaults : {}),
    ...Object.fromEntries(reader.attributes),
  };
  validateResource(type, attributes);
  return {
    attributes,
    members: reader.members,
    extensions: [...reader.extensions],
    tolerated: reader.tolerance.list(),
  };
}

class ResourceReader {
  readonly tolerance: Tolerance;
  readonly attributes = new Map<string, Json>();
  readonly extensions = new Set<string>();
  members: readonly MemberValue[] | undefined;
  /** Whether `schemas` has the URN of the type (RFC 7643 §3). */
  namesItsSchema = false;
  private readonly type: ResourceType;
  private readonly coercion: Coercion;

  constructor(type: ResourceType, isStrict: boolean) {
    this.type = type;
    this.tolerance = new Tolerance(isStrict);
    this.coercion = { tolerance: this.tolerance, keepsUnset: false };
  }

  read(name: string, value: unknown): void {
    const attribute = findCoreAttribute(this.type, name);
    const extension = attribute === undefined ? findExtension(this.type, name) : undefined;
    if (attribute?.name === 'schemas') {
      this.readSchemas(value);
    } else if (extension !== undefined) {
      this.readExtension(extension, value);
    } else if (attribute === undefined) {
      this.tolerance.note('body.unknown_attribute', name);
    } else if (isMembers(undefined, attribute)) {
      this.members = value === null || value === '' ? undefined : readMembers(value, this.tolerance);
    } else if (attribute.mutability === 'writeOnly') {
      this.tolerance.note('body.write_only_dropped', attribute.name);
    } else if (attribute.mutability !== 'readOnly') {
      this.set(attribute.name, coerceValue(attribute, value, attribute.name, this.coercion));
    }
  }

  private readSchemas(value: unknown): void {
    const urns: readonly unknown[] = Array.isArray(value) ? value.slice(0, namesMax) : [value];
    for (const urn of urns) {
      const text = typeof urn === 'string' ? urn : '';
      const extension = findExtension(this.type, text);
      if (extension !== undefined) this.extensions.add(extension.id);
      else if (text.toLowerCase() === this.type.schema.id.toLowerCase()) this.namesItsSchema = true;
      else this.tolerance.note('body.unknown_schema', text);
    }
  }

  private readExtension(extension: Schema, value: unknown): void {
    this.extensions.add(extension.id);
    if (isEmpty(value)) return this.set(extension.id, undefined);
    if (!isObject(value)) {
      const detail = `${extension.id} takes an object, not ${kindOf(value)}.`;
      throw invalidValue({ detail, attribute: extension.id });
    }
    return this.set(extension.id, coerceExtension(extension.attributes, value, extension.id, this.coercion));
  }

  private set(name: string, value: Json | undefined): void {
    if (value === undefined) this.attributes.delete(name);
    else this.attributes.set(name, value);
  }
}
