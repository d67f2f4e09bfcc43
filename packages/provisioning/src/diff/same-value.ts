import type { Json } from '@joinery/base';
import type { TargetAttribute } from '@joinery/connector-kit/ports';

/** JSON text with members in name order, so that equal values have equal texts. */
function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const members = Object.entries(value as { readonly [name: string]: Json })
      .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value);
}

/** What every app role is given as its type. */
const appRoleType = 'WindowsAzureActiveDirectoryRole';

/**
 * An element of a complex attribute by what it says: targets add `$ref`, drop the `id` of an app role, call its name
 * `display`, leave out `primary` where it is false (RFC 7643 §2.4), and lack the type of an app role that came by PATCH in
 * Entra's default form, which does not carry it.
 */
function elementText(element: { readonly [name: string]: Json }): string {
  const { id: _id, $ref: _ref, displayName, display, primary, type, ...rest } = element;
  const name = display ?? displayName;
  return canonical({
    ...rest,
    ...(name === undefined ? {} : { display: name }),
    ...(type === undefined || type === appRoleType ? {} : { type }),
    ...(primary === undefined || String(primary).toLowerCase() === 'false' ? {} : { primary }),
  });
}

/** The text under which two single values of the attribute are the same. */
function comparisonText(attribute: TargetAttribute, value: Json): string {
  if (Array.isArray(value)) return canonical(value);
  // Array.isArray doesn't rule out read-only arrays.
  if (value !== null && typeof value === 'object') return elementText(value as { readonly [name: string]: Json });
  const text = String(value);
  if (attribute.type === 'Boolean') return text.toLowerCase();
  return attribute.caseExact ? text : text.toLowerCase();
}

export function toList(value: Json): readonly Json[] {
  if (value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** Values of `list` that are not in `other`, each once. */
export function valuesMissing(
  attribute: TargetAttribute,
  list: readonly Json[],
  other: readonly Json[],
): readonly Json[] {
  const known = new Set(other.map((value) => comparisonText(attribute, value)));
  return list.filter((value) => {
    const text = comparisonText(attribute, value);
    if (known.has(text)) return false;
    known.add(text);
    return true;
  });
}

/** Are two values of the attribute the same? Letter case counts by `caseExact`; the order of several values never does. */
export function sameValue(attribute: TargetAttribute, a: Json, b: Json): boolean {
  if (a === b) return true;
  const [left, right] = [toList(a), toList(b)];
  return valuesMissing(attribute, left, right).length === 0 && valuesMissing(attribute, right, left).length === 0;
}
