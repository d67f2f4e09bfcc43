import { invalidValue } from './errors.ts';
import { parsePath } from './path/parse.ts';
import { resolvePath, resolveSchema } from './path/resolve.ts';
import type { Attribute, ResourceType } from './schema/characteristics.ts';

/** Which attributes an answer holds, RFC 7644 §3.9. */
export interface Projection {
  readonly mode: 'default' | 'only' | 'except';
  /**
   * The attributes named: by canonical name (`emails`), of extensions with the URN (`urn:…:User:department`), a whole extension
   * by its URN alone. With the sub-attributes named, or `all`.
   */
  readonly paths: ReadonlyMap<string, ReadonlySet<string> | 'all'>;
}

/** A parameter of the URL with commas, or the array of a SearchRequest. */
export type AttributeList = string | readonly string[] | undefined;

export const defaultProjection: Projection = { mode: 'default', paths: new Map() };
const namesMax = 200;

/**
 * Reads `attributes` and `excludedAttributes`: names in any letter case, with URN or dot, with blanks around. Of
 * `emails[type eq "work"]` the attribute is taken (QUIRK(postman)). An empty list counts as absent and an unknown name selects nothing.
 * Throws `scim.invalid_value` when both are given or more than 200 names.
 */
export function parseProjection(
  type: ResourceType,
  attributes?: AttributeList,
  excludedAttributes?: AttributeList,
): Projection {
  const only = namesOf(attributes);
  const except = namesOf(excludedAttributes);
  if (only.length > 0 && except.length > 0) {
    throw invalidValue({ detail: 'attributes and excludedAttributes exclude each other; send one of them.' });
  }
  if (only.length === 0 && except.length === 0) return defaultProjection;
  const names = only.length > 0 ? only : except;
  if (names.length > namesMax) {
    throw invalidValue({ detail: `At most ${namesMax} attributes can be named; there are ${names.length}.` });
  }
  return { mode: only.length > 0 ? 'only' : 'except', paths: collectPaths(type, names) };
}

/** Whether any part of a core attribute can be in the answer, e.g. whether `members` must be read from storage at all. */
export function isProjected(projection: Projection, attributeName: string): boolean {
  const named = projection.paths.get(attributeName);
  if (projection.mode === 'default') return true;
  return projection.mode === 'only' ? named !== undefined : named !== 'all';
}

/** What of an attribute the projection lets through: all, nothing, or some sub-attributes. */
export function projectedSubs(
  projection: Projection,
  extension: string | undefined,
  attribute: Attribute,
): 'all' | 'none' | ((sub: Attribute) => boolean) {
  if (attribute.returned === 'never') return 'none';
  if (attribute.returned === 'always') return 'all';
  const byDefault = attribute.returned === 'request' ? 'none' : defaultSubs(attribute);
  if (projection.mode === 'default') return byDefault;
  const whole = extension === undefined ? undefined : projection.paths.get(extension);
  const named = whole ?? projection.paths.get(pathKey(extension, attribute));
  if (projection.mode === 'only') {
    if (named === undefined) return 'none';
    if (named === 'all') return defaultSubs(attribute);
    return (sub) => sub.returned !== 'never' && (named.has(sub.name) || sub.returned === 'always');
  }
  if (named === undefined) return byDefault;
  return named === 'all' ? 'none' : (sub) => sub.returned === 'always' || (isDefault(sub) && !named.has(sub.name));
}

function defaultSubs(attribute: Attribute): 'all' | ((sub: Attribute) => boolean) {
  return attribute.subAttributes === undefined || attribute.subAttributes.every(isDefault) ? 'all' : isDefault;
}

function isDefault(attribute: Attribute): boolean {
  return attribute.returned === 'default' || attribute.returned === 'always';
}

function pathKey(extension: string | undefined, attribute: Attribute): string {
  return extension === undefined ? attribute.name : `${extension}:${attribute.name}`;
}

function collectPaths(type: ResourceType, names: readonly string[]): ReadonlyMap<string, ReadonlySet<string> | 'all'> {
  const paths = new Map<string, Set<string> | 'all'>();
  for (const name of names) {
    const parsed = parsePath(name);
    if (!parsed.ok) continue;
    const schema = resolveSchema(parsed.value, type);
    if (schema === type.schema.id) {
      for (const attribute of type.schema.attributes) paths.set(attribute.name, 'all');
    } else if (schema !== undefined) {
      paths.set(schema, 'all');
    }
    const path = resolvePath(parsed.value, type);
    if (path === undefined) continue;
    const key = pathKey(path.extension, path.attribute);
    const before = paths.get(key);
    if (path.sub === undefined) paths.set(key, 'all');
    else if (before === undefined) paths.set(key, new Set([path.sub.name]));
    else if (before !== 'all') before.add(path.sub.name);
  }
  return paths;
}

function namesOf(list: AttributeList): readonly string[] {
  const texts = list === undefined ? [] : typeof list === 'string' ? [list] : list;
  return texts.flatMap(splitAtCommas).filter((name) => name !== '');
}

/** Commas inside quotes belong to the value of a bracket. */
function splitAtCommas(text: string): readonly string[] {
  const names: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (character === '\\' && isQuoted) index++;
    else if (character === '"') isQuoted = !isQuoted;
    else if (character === ',' && !isQuoted) {
      names.push(text.slice(start, index).trim());
      start = index + 1;
    }
  }
  return [...names, text.slice(start).trim()];
}
