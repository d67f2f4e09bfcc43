import type { Json, JsonObject } from '@joinery/base';
import type { TargetObject } from '@joinery/connector-kit';
import { memberOf } from './answer.ts';
import { isComplexMultiValued, isJsonArray, isJsonObject } from './attribute-value.ts';
import type { ObjectShape, ShapedAttribute } from './object-shape.ts';
import type { PathCondition, TargetPath } from './target-path.ts';

/** The type's attributes as the resource shows them; members are never read. */
export function readTargetObject(shape: ObjectShape, id: string, resource: JsonObject): TargetObject {
  const values = new Map<string, Json>();
  for (const [name, shaped] of shape.attributes) {
    if (shape.type.kind === 'group' && shaped.path.name === 'members') continue;
    const value = readAttribute(resource, shaped);
    if (value !== undefined) values.set(name, value);
  }
  return { id, values };
}

/** The value at the path; undefined when absent. Booleans written as text become booleans. */
export function readAttribute(resource: JsonObject, { attribute, path }: ShapedAttribute): Json | undefined {
  const found = attribute.multivalued ? readSeveral(resource, path) : readOne(resource, path);
  if (attribute.type !== 'Boolean' || typeof found !== 'string') return found;
  if (/^true$/i.test(found)) return true;
  return /^false$/i.test(found) ? false : found;
}

/** Does the resource hold an element that the path's filter selects? */
export function hasElement(resource: JsonObject, path: TargetPath): boolean {
  return elementsOf(resource, path).length > 0;
}

function readSeveral(resource: JsonObject, path: TargetPath): Json | undefined {
  const elements = elementsOf(resource, path);
  const keepsElements = path.sub === undefined && path.filter === undefined;
  const values = elements.map((element) => (keepsElements ? element : partOf(element, path.sub ?? 'value')));
  const present = values.filter((value) => value !== undefined);
  return present.length === 0 ? undefined : present;
}

function readOne(resource: JsonObject, path: TargetPath): Json | undefined {
  const elements = elementsOf(resource, path);
  const isList = isJsonArray(rootOf(resource, path));
  const chosen = isList && path.filter === undefined ? (elements.find(isPrimary) ?? elements[0]) : elements[0];
  if (chosen === undefined) return undefined;
  if (path.sub !== undefined) return partOf(chosen, path.sub);
  // A reference such as manager, and an element of emails, is known by its `value`.
  if (isJsonObject(chosen)) return memberOf(chosen, 'value') ?? (isComplexMultiValued(path) ? undefined : chosen);
  return chosen;
}

function elementsOf(resource: JsonObject, path: TargetPath): readonly Json[] {
  const root = rootOf(resource, path);
  if (root === undefined) return [];
  const all = isJsonArray(root) ? root : [root];
  const { filter } = path;
  return filter === undefined
    ? all
    : all.filter((element) => filter.every((condition) => satisfies(element, condition)));
}

function rootOf(resource: JsonObject, path: TargetPath): Json | undefined {
  const container = path.urn === undefined ? resource : memberOf(resource, path.urn);
  return isJsonObject(container) ? memberOf(container, path.name) : undefined;
}

function partOf(element: Json, sub: string): Json | undefined {
  if (isJsonObject(element)) return memberOf(element, sub);
  return sub === 'value' ? element : undefined;
}

function isPrimary(element: Json): boolean {
  return isJsonObject(element) && satisfies(element, { name: 'primary', value: true });
}

function satisfies(element: Json, condition: PathCondition): boolean {
  const value = isJsonObject(element) ? memberOf(element, condition.name) : undefined;
  return value !== undefined && String(value).toLowerCase() === String(condition.value).toLowerCase();
}
