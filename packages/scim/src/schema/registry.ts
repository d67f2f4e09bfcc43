import { attribute } from './attribute.ts';
import type { Attribute, ResourceType, Schema } from './characteristics.ts';
import { commonAttributes } from './common.ts';

const byName = new WeakMap<readonly Attribute[], ReadonlyMap<string, Attribute>>();
const none: readonly Attribute[] = [];
const simpleElements = new WeakMap<Attribute, readonly Attribute[]>();

/** An attribute by its name in any letter case (RFC 7643 §2.1). */
export function findAttribute(attributes: readonly Attribute[], name: string): Attribute | undefined {
  let index = byName.get(attributes);
  if (index === undefined) {
    index = new Map(attributes.map((each) => [each.name.toLowerCase(), each]));
    byName.set(attributes, index);
  }
  return index.get(name.toLowerCase());
}

/** A common attribute, or one of the resource type's own schema. */
export function findCoreAttribute(type: ResourceType, name: string): Attribute | undefined {
  return findAttribute(commonAttributes, name) ?? findAttribute(type.schema.attributes, name);
}

/** An extension of the type by its URN in any letter case. */
export function findExtension(type: ResourceType, urn: string): Schema | undefined {
  const lower = urn.toLowerCase();
  return type.extensions.find((extension) => extension.schema.id.toLowerCase() === lower)?.schema;
}

/** The only extension that has an attribute of the name; undefined when none or several have. */
export function findExtensionAttribute(
  type: ResourceType,
  name: string,
): { readonly schema: Schema; readonly attribute: Attribute } | undefined {
  const found = type.extensions.flatMap(({ schema }) => {
    const extensionAttribute = findAttribute(schema.attributes, name);
    return extensionAttribute === undefined ? [] : [{ schema, attribute: extensionAttribute }];
  });
  return found.length === 1 ? found[0] : undefined;
}

/**
 * What a value filter's names refer to: the sub-attributes of a complex attribute; for a simple multi-valued one the
 * name `value` (RFC 7643 §2.4).
 */
export function elementAttributes(owner: Attribute): readonly Attribute[] {
  if (owner.type === 'complex') return owner.subAttributes ?? none;
  if (!owner.multiValued) return none;
  let pseudo = simpleElements.get(owner);
  if (pseudo === undefined) {
    pseudo = [attribute('value', owner.type, owner.description, { caseExact: owner.caseExact })];
    simpleElements.set(owner, pseudo);
  }
  return pseudo;
}

/** A sub-attribute by its name in any letter case. */
export function findSubAttribute(owner: Attribute, name: string): Attribute | undefined {
  // QUIRK(entra): roles arrive with `displayName` for `display` in one documented shape.
  const canonical = owner.name === 'roles' && name.toLowerCase() === 'displayname' ? 'display' : name;
  return findAttribute(elementAttributes(owner), canonical);
}

/** Members of a group are rows, not part of its attributes. */
export function isMembers(extension: string | undefined, candidate: Attribute): boolean {
  return extension === undefined && candidate.name === 'members' && candidate.type === 'complex';
}
