import type { AttributePath, ResolvedPath } from '../filter/ast.ts';
import type { Attribute, ResourceType } from '../schema/characteristics.ts';
import { findAttribute, findCoreAttribute, findExtensionAttribute, findSubAttribute } from '../schema/registry.ts';
import { printAttributePath } from './print.ts';

/**
 * Finds a path in the schemas of a resource type, names and URNs in any letter case; undefined when there is no such
 * attribute. A path with a URN is matched with the longest known schema URN, since `2.0:User:name.familyName` can not be
 * split without knowing it; a dot after the URN is taken for the colon (QUIRK(entra): `…:2.0:User.manager`). Without a URN: common and
 * core attributes, else the only extension that has the name (QUIRK(entra): `manager`).
 */
export function resolvePath(path: AttributePath, type: ResourceType): ResolvedPath | undefined {
  if (path.urn !== undefined) {
    const split = splitUrn(printAttributePath(path), type);
    if (split === undefined || split.rest === '') return undefined;
    return resolveNames(split.extension, split.attributes, split.rest.split('.'));
  }
  const core = findCoreAttribute(type, path.attribute);
  if (core !== undefined) return resolveSub(undefined, core, path.sub);
  const found = findExtensionAttribute(type, path.attribute);
  return found === undefined ? undefined : resolveSub(found.schema.id, found.attribute, path.sub);
}

/** The schema that a path names as a whole: an extension's URN, or the type's own. */
export function resolveSchema(path: AttributePath, type: ResourceType): string | undefined {
  if (path.urn === undefined) return undefined;
  const split = splitUrn(printAttributePath(path), type);
  return split?.rest === '' ? split.urn : undefined;
}

interface Split {
  readonly urn: string;
  readonly extension: string | undefined;
  readonly attributes: (name: string) => Attribute | undefined;
  readonly rest: string;
}

function splitUrn(text: string, type: ResourceType): Split | undefined {
  const lower = text.toLowerCase();
  const schemas = [type.schema, ...type.extensions.map((extension) => extension.schema)];
  const known = schemas
    .filter(({ id }) => lower.startsWith(id.toLowerCase()) && /^[:.]?$/.test(text.charAt(id.length)))
    .sort((left, right) => right.id.length - left.id.length)[0];
  if (known === undefined) return undefined;
  const isCore = known === type.schema;
  return {
    urn: known.id,
    extension: isCore ? undefined : known.id,
    attributes: (name) => (isCore ? findCoreAttribute(type, name) : findAttribute(known.attributes, name)),
    rest: text.slice(known.id.length + 1),
  };
}

function resolveNames(
  extension: string | undefined,
  find: (name: string) => Attribute | undefined,
  names: readonly string[],
): ResolvedPath | undefined {
  const [name, sub, ...more] = names;
  if (name === undefined || more.length > 0) return undefined;
  const attribute = find(name);
  return attribute === undefined ? undefined : resolveSub(extension, attribute, sub);
}

function resolveSub(
  extension: string | undefined,
  attribute: Attribute,
  subName: string | undefined,
): ResolvedPath | undefined {
  if (subName === undefined) return { extension, attribute, sub: undefined };
  const sub = findSubAttribute(attribute, subName);
  if (sub === undefined) return undefined;
  return { extension, attribute, sub: attribute.type === 'complex' ? sub : undefined };
}
