import type { Json } from '@joinery/base';
import { isComplexMultiValued, isJsonArray, isJsonObject } from './attribute-value.ts';
import { appRoleType, elementOf } from './create-body.ts';
import { asElement, severalElements, type TypedChange, type WireOperation } from './patch-operation.ts';
import type { TargetPath } from './target-path.ts';

const capitalized = { add: 'Add', replace: 'Replace', remove: 'Remove' } as const;
/**
 * QUIRK(entra): one operation per attribute, capitalised ops, booleans as "True"/"False", an id as the manager's plain
 * value, added roles as JSON text; see test/interop/entra/{disable-user,replace-several,patch-role-*}.json.
 */
export function entraOperations(changes: readonly TypedChange[]): readonly WireOperation[] {
  return [
    ...changes.filter(({ path }) => !isSingleRole(path)).flatMap(entraOperation),
    ...singleRole(changes, (role) => ({
      op: 'Add',
      path: 'roles',
      value: [
        {
          value: JSON.stringify({
            value: role.get('value') ?? null,
            displayName: role.get('display') ?? role.get('value') ?? null,
          }),
        },
      ],
    })),
  ];
}

function entraOperation(change: TypedChange): readonly WireOperation[] {
  const { path, operation, value } = change;
  if (operation === 'remove') return [{ op: capitalized.remove, path: path.text }];
  if (path.filter !== undefined && isJsonArray(value)) return severalElements(change, value, ['Remove', 'Add']);
  if (isRoles(path) && isJsonArray(value)) {
    // AssertiveAppRoleAssignmentsComplex replaces the whole list and is documented in lower case.
    if (operation === 'replace')
      return [{ op: 'replace', path: path.text, value: value.map((one) => asElement(path, one)) }];
    return [{ op: capitalized.add, path: path.text, value: value.map((role) => ({ value: roleAsText(role) })) }];
  }
  if (isComplexMultiValued(path) && isJsonArray(value)) {
    return [{ op: capitalized[operation], path: path.text, value: value.map((one) => asElement(path, one)) }];
  }
  return [{ op: capitalized[operation], path: path.text, value: booleanAsText(value) }];
}

/**
 * QUIRK(entra): with `aadOptscim062020`, filtered paths keep an operation each; the other attributes share one operation
 * without a path whose keys are paths, unless there is only one of them; see test/interop/entra/062020-*.json.
 */
export function entraFlaggedOperations(changes: readonly TypedChange[]): readonly WireOperation[] {
  const own: WireOperation[] = [];
  const shared: TypedChange[] = [];
  for (const change of changes) {
    const { path, operation, value } = change;
    if (isSingleRole(path)) continue;
    if (operation === 'remove') own.push({ op: 'remove', path: path.text });
    else if (path.filter !== undefined && isJsonArray(value))
      own.push(...severalElements(change, value, ['remove', 'add']));
    else if (path.filter !== undefined || change.attribute.type === 'Reference') {
      own.push({ op: operation, path: path.text, value });
    } else if (isJsonArray(value)) {
      const list = isComplexMultiValued(path) ? value.map((one) => asElement(path, one)) : value;
      own.push({ op: operation, path: path.text, value: list });
    } else shared.push(change);
  }
  const roles = singleRole(changes, (role) => ({
    op: 'add',
    path: 'roles',
    value: [{ ...elementOf(roleFilterOf(changes), role), ...(role.has('type') ? {} : { type: appRoleType }) }],
  }));
  return [...own, ...roles, ...sharedOperation(shared)];
}

function sharedOperation(changes: readonly TypedChange[]): readonly WireOperation[] {
  const [first] = changes;
  if (first === undefined) return [];
  if (changes.length === 1) return [{ op: first.operation, path: first.path.text, value: first.value }];
  const op = changes.some(({ operation }) => operation === 'replace') ? 'replace' : 'add';
  return [{ op, value: Object.fromEntries(changes.map(({ path, value }) => [path.text, value])) }];
}

/** The mappings to `roles[primary eq "True"].value`, `.display` and `.type` make one role. */
function singleRole(
  changes: readonly TypedChange[],
  print: (role: ReadonlyMap<string, Json>) => WireOperation,
): readonly WireOperation[] {
  const ofRole = changes.filter(({ path }) => isSingleRole(path));
  if (ofRole.length === 0) return [];
  const set = ofRole.filter(({ operation }) => operation !== 'remove');
  if (set.length === 0) return ofRole.map(({ path }) => ({ op: 'remove', path: path.text }));
  return [print(new Map(set.map(({ path, value }) => [path.sub ?? 'value', value])))];
}

function roleFilterOf(changes: readonly TypedChange[]): TargetPath {
  const found = changes.find(({ path }) => isSingleRole(path));
  if (found === undefined) throw new Error('invariant broken: a single role without its path');
  return found.path;
}

function isRoles(path: TargetPath): boolean {
  return path.urn === undefined && path.name === 'roles';
}

function isSingleRole(path: TargetPath): boolean {
  return isRoles(path) && path.filter !== undefined;
}

function roleAsText(role: Json): string {
  if (!isJsonObject(role)) return typeof role === 'string' ? role : JSON.stringify(role);
  const { id, value, displayName, display } = role;
  return JSON.stringify({ ...(id === undefined ? {} : { id }), value, displayName: displayName ?? display ?? value });
}

function booleanAsText(value: Json): Json {
  if (typeof value !== 'boolean') return value;
  return value ? 'True' : 'False';
}
