/** A resource as JSON; its keys are those that the application was sent. */
export type Resource = { [name: string]: unknown } & { readonly id: string };

export interface PatchOperation {
  readonly op: string;
  readonly path?: string;
  readonly value?: unknown;
}

type Element = { [name: string]: unknown };

/** The object that holds the last name of a path, made if it must be. */
function holderOf(resource: Element, path: string): { readonly holder: Element; readonly name: string } {
  let holder = resource;
  let rest = path;
  if (path.startsWith('urn:')) {
    const colon = path.lastIndexOf(':');
    holder = childOf(holder, path.slice(0, colon));
    rest = path.slice(colon + 1);
  }
  const [first = '', second] = rest.split('.');
  return second === undefined ? { holder, name: first } : { holder: childOf(holder, first), name: second };
}

function childOf(parent: Element, name: string): Element {
  const child = (parent[name] ?? {}) as Element;
  parent[name] = child;
  return child;
}

/** The value at a target attribute's path: `name.givenName`, `emails[type eq "work"].value`, `urn:…:manager`. */
export function valueAt(resource: Element, path: string): unknown {
  const filtered = /^(\w+)\[(\w+) eq "(.*?)"\]\.(\w+)$/.exec(path);
  if (filtered !== null) {
    const [, list = '', key = '', wanted, sub = ''] = filtered;
    const elements = (resource[list] ?? []) as readonly Element[];
    return elements.find((element) => String(element[key]).toLowerCase() === wanted?.toLowerCase())?.[sub];
  }
  const { holder, name } = holderOf(structuredClone(resource), path);
  const value = holder[name];
  return name === 'manager' ? (value as Element | undefined)?.['value'] : value;
}

export function memberIds(group: Element): readonly string[] {
  return ((group['members'] ?? []) as readonly { value: string }[]).map((one) => one.value);
}

/** `a eq "x"`, joined by `and`; `manager` is that of the enterprise extension. */
export function matches(resource: Element, filter: string): boolean {
  const terms = filter.split(/ and (?=[\w:.[\]" ]+ eq )/);
  return terms.every((term) => {
    const match = /^(.*) eq ("(?:[^"\\]|\\.)*")$/.exec(term.trim());
    if (match === null) throw new Error(`the application can't read the filter ${filter}`);
    const [, path = '', literal = '""'] = match;
    const full = path === 'manager' ? `${enterprise}:manager` : path;
    return String(valueAt(resource, full) ?? '').toLowerCase() === String(JSON.parse(literal)).toLowerCase();
  });
}

export const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** PATCH as RFC 7644 §3.5.2 and as Entra writes it. */
export function applyPatch(draft: Element, operations: readonly PatchOperation[]): void {
  for (const { op, path, value } of operations) {
    if (path !== undefined) applyOne(draft, op.toLowerCase(), path, value);
    else for (const [name, one] of Object.entries(value as Element)) applyOne(draft, op.toLowerCase(), name, one);
  }
}

function applyOne(draft: Element, op: string, path: string, value: unknown): void {
  if (/^members\b/.test(path)) return applyMembers(draft, op, path, value);
  const filtered = /^(\w+)\[(\w+) eq "(.*?)"\]\.(\w+)$/.exec(path);
  if (filtered !== null) return applyFiltered(draft, op, filtered, value);
  const { holder, name } = holderOf(draft, path);
  if (op === 'remove') delete holder[name];
  else if (name === 'manager') holder[name] = typeof value === 'string' ? { value } : value;
  else if (name === 'active') holder[name] = String(value).toLowerCase() === 'true';
  else holder[name] = value;
}

function applyFiltered(draft: Element, op: string, match: RegExpExecArray, value: unknown): void {
  const [, list = '', key = '', wanted = '', sub = ''] = match;
  const elements = (draft[list] ?? []) as Element[];
  let element = elements.find((one) => String(one[key]).toLowerCase() === wanted.toLowerCase());
  if (op === 'remove') {
    if (element !== undefined) delete element[sub];
    return;
  }
  if (element === undefined) {
    element = { [key]: wanted };
    elements.push(element);
  }
  element[sub] = value;
  draft[list] = elements;
}

function applyMembers(draft: Element, op: string, path: string, value: unknown): void {
  const named = /^members\[value eq "(.*?)"\]$/.exec(path)?.[1];
  const listed = named === undefined ? (value as readonly Element[]).map((one) => String(one['value'])) : [named];
  const rest = memberIds(draft).filter((id) => !listed.includes(id));
  draft['members'] = (op === 'remove' ? rest : [...rest, ...new Set(listed)]).map((id) => ({ value: id }));
}
