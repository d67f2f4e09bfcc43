import type { Json, JsonObject } from '@joinery/base';
import type { AttributeValues } from '@joinery/connector-kit';
import { isComplexMultiValued, isJsonArray, isJsonObject, roleElement, typedValue } from './attribute-value.ts';
import type { Dialect } from './config.ts';
import { attributeOf, type ObjectShape } from './object-shape.ts';
import { enterpriseUserUrn, isManager, type TargetPath } from './target-path.ts';

export const coreUserUrn = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const coreGroupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group';
/** QUIRK(entra): the `type` that every app role gets, see test/interop/entra/create-user-single-role.json. */
export const appRoleType = 'WindowsAzureActiveDirectoryRole';

// Keys of these trees are names and URNs that parseTargetPath has checked.
type Tree = { [name: string]: Json | Tree | Tree[] };

/** The body of a create request, RFC 7644 §3.3 and facts §7.2. `memberIds` for groups. */
export function createBody(
  shape: ObjectShape,
  values: AttributeValues,
  dialect: Dialect,
  memberIds: readonly string[],
): JsonObject {
  const root: Tree = {};
  const elements = new Map<string, Tree[]>();
  const extensions = new Set<string>();
  for (const [name, value] of values) {
    const { attribute, path } = attributeOf(shape, name);
    if (value === null || (isJsonArray(value) && value.length === 0)) continue;
    if (path.urn !== undefined) extensions.add(path.urn);
    const parent = path.urn === undefined ? root : childOf(root, path.urn);
    place(parent, path, rolesFor(dialect, path, typedValue(value, attribute, path)), elements);
  }
  markWorkEmailPrimary(root);
  if (dialect !== 'rfc') addEntraHabits(root, shape);
  if (memberIds.length > 0) root['members'] = memberIds.map((value) => ({ value }));
  // Only Json leaves were put into the tree.
  return { schemas: schemasOf(shape, extensions, dialect), ...(root as JsonObject) };
}

/** QUIRK(entra): a create writes `displayName`, see test/interop/entra/create-user-complex-roles.json. */
function rolesFor(dialect: Dialect, path: TargetPath, value: Json): Json {
  if (path.urn !== undefined || path.name !== 'roles' || !isJsonArray(value)) return value;
  const naming = dialect === 'entra' ? 'as given' : 'display';
  return value.map((role) => (isJsonObject(role) ? roleElement(role, naming) : role));
}

function place(parent: Tree, path: TargetPath, value: Json, elements: Map<string, Tree[]>): void {
  if (path.filter !== undefined) return placeInElements(parent, path, value, elements);
  if (path.sub !== undefined) {
    childOf(parent, path.name)[path.sub] = value;
  } else if (isManager(path) && !isJsonObject(value)) {
    parent[path.name] = { value };
  } else if (isComplexMultiValued(path) && isJsonArray(value)) {
    const list = listOf(parent, path.name);
    for (const element of value) list.push(isJsonObject(element) ? element : { value: element });
  } else {
    parent[path.name] = value;
  }
}

/** Mappings with one filter share one element; several values make several elements. */
function placeInElements(parent: Tree, path: TargetPath, value: Json, elements: Map<string, Tree[]>): void {
  const own = elements.get(path.element) ?? [];
  elements.set(path.element, own);
  const values = isJsonArray(value) ? value : [value];
  for (const [index, single] of values.entries()) {
    let element = own[index];
    if (element === undefined) {
      element = {};
      for (const condition of path.filter ?? []) element[condition.name] = condition.value;
      own.push(element);
      listOf(parent, path.name).push(element);
    }
    if (path.sub !== undefined) element[path.sub] = single;
    else if (isJsonObject(single)) copyInto(element, single);
    else element['value'] = single;
  }
}

/** Not `Object.assign`, which would set the prototype for a key `__proto__` in the value. */
function copyInto(element: Tree, value: JsonObject): void {
  for (const [name, part] of Object.entries(value)) {
    if (name !== '__proto__') element[name] = part;
  }
}

function childOf(parent: Tree, name: string): Tree {
  const known = parent[name];
  if (typeof known === 'object' && known !== null && !Array.isArray(known)) return known as Tree;
  const child: Tree = {};
  parent[name] = child;
  return child;
}

function listOf(parent: Tree, name: string): Tree[] {
  const known = parent[name];
  if (Array.isArray(known)) return known as Tree[];
  const list: Tree[] = [];
  parent[name] = list;
  return list;
}

/** The work e-mail address is the primary one unless a mapping says otherwise (facts §4.3). */
function markWorkEmailPrimary(root: Tree): void {
  const emails = root['emails'];
  if (!Array.isArray(emails)) return;
  const list = emails as Tree[];
  if (list.some((email) => email['primary'] === true)) return;
  const work = list.find((email) => email['type'] === 'work' && email['primary'] === undefined);
  if (work?.['value'] !== undefined) work['primary'] = true;
}

/** What Entra adds by itself: `meta.resourceType`, a list of roles even when empty, and the type of a single role. */
function addEntraHabits(root: Tree, shape: ObjectShape): void {
  root['meta'] = { resourceType: shape.type.kind === 'user' ? 'User' : 'Group' };
  if (shape.type.kind !== 'user') return;
  for (const role of listOf(root, 'roles')) {
    if (role['primary'] === true && role['type'] === undefined) role['type'] = appRoleType;
  }
}

function schemasOf(shape: ObjectShape, used: ReadonlySet<string>, dialect: Dialect): readonly string[] {
  const core = shape.type.kind === 'user' ? coreUserUrn : coreGroupUrn;
  if (dialect === 'rfc') return [core, ...used];
  const listsEnterprise = used.has(enterpriseUserUrn) || shape.type.name === enterpriseUserUrn;
  return listsEnterprise ? [core, enterpriseUserUrn] : [core];
}

/** One element of a multi-valued attribute for a filtered path, as `createBody` would make it. */
export function elementOf(path: TargetPath, values: ReadonlyMap<string, Json>): JsonObject {
  const element: Tree = {};
  for (const condition of path.filter ?? []) element[condition.name] = condition.value;
  for (const [sub, value] of values) element[sub] = value;
  if (path.urn === undefined && path.name === 'emails') markWorkEmailPrimary({ emails: [element] });
  return element as JsonObject;
}
