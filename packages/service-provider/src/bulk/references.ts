// `bulkId:…` in the place of an id, RFC 7644 §3.7.2: as a whole text that refers to something (`value`, `$ref`, a bare id among
// members, `manager`), as a literal in the filter of a PATCH path, and in the path of an operation.

const whole = /^(?:\/?(?:v2\/)?\w+\/)?bulkId:(.+)$/i;
const literal = /"bulkId:((?:[^"\\]|\\.)+)"/gi;
const inPath = /\/bulkId:([^/?]+)/i;

/** Names whose text is an id: of a member, of a PATCH operation, of the manager. Lower case. */
const referring: ReadonlySet<string> = new Set(['value', '$ref', 'members', 'manager']);

type Resolve = (bulkId: string) => string;

/** The same JSON value with every reference replaced by what `resolve` answers; a value without any is the same object. */
export function replaceReferences(value: unknown, resolve: Resolve, name = ''): unknown {
  if (typeof value === 'string') return replaceInText(value, resolve, name);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const replaced = (value as readonly unknown[]).map((element) => replaceReferences(element, resolve, name));
    return replaced.some((element, index) => element !== value[index]) ? replaced : value;
  }
  let isChanged = false;
  const entries = Object.entries(value).map(([key, part]) => {
    const replaced = replaceReferences(part as unknown, resolve, key.toLowerCase());
    isChanged ||= replaced !== part;
    return [key, replaced] as const;
  });
  return isChanged ? Object.fromEntries(entries) : value;
}

function replaceInText(text: string, resolve: Resolve, name: string): string {
  if (name === 'path') {
    return text.replace(literal, (_match, bulkId: string) => JSON.stringify(resolve(bulkId)));
  }
  // The last part of an extension's path, where a PATCH without a path names the manager.
  const isReference = referring.has(name) || name.endsWith(':manager');
  const bulkId = isReference ? whole.exec(text)?.[1] : undefined;
  return bulkId === undefined ? text : resolve(bulkId);
}

/** Every bulkId that a value refers to. */
export function referencesOf(value: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  replaceReferences(value, (bulkId) => {
    found.add(bulkId);
    return '';
  });
  return found;
}

/** The bulkId in the path of an operation: `/Users/bulkId:u1`. */
export function referenceOfPath(path: string): string | undefined {
  return inPath.exec(path)?.[1];
}

export function replaceInPath(path: string, resolve: Resolve): string {
  return path.replace(inPath, (_match, bulkId: string) => `/${resolve(bulkId)}`);
}
