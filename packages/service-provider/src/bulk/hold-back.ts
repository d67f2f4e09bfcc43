import { referencesOf } from './references.ts';

export interface HeldBack {
  /** The data of a POST without the references that cannot be resolved yet. */
  readonly data: unknown;
  /** PATCH operations that add them afterwards, still with their bulkIds. */
  readonly operations: readonly { readonly op: 'add'; readonly path: string; readonly value: unknown }[];
}

/** Takes values that refer to resources not made yet out of the data of a POST, for a circle of references. */
export function holdBack(data: unknown, isHeld: (bulkId: string) => boolean): HeldBack {
  const operations: { op: 'add'; path: string; value: unknown }[] = [];
  const refers = (name: string, value: unknown): boolean => [...referencesOf({ [name]: value })].some(isHeld);

  function keep(entries: object, prefix: string): object {
    const kept: [string, unknown][] = [];
    for (const [name, value] of Object.entries(entries) as [string, unknown][]) {
      const path = prefix + name;
      if (!refers(name, value)) kept.push([name, value]);
      else if (Array.isArray(value)) {
        const held = (value as readonly unknown[]).filter((element) => refers(name, element));
        kept.push([name, value.filter((element) => !held.includes(element))]);
        operations.push({ op: 'add', path, value: held });
      } else if (prefix === '' && name.includes(':') && typeof value === 'object' && value !== null) {
        kept.push([name, keep(value, `${name}:`)]);
      } else operations.push({ op: 'add', path, value });
    }
    return Object.fromEntries(kept);
  }

  if (typeof data !== 'object' || data === null || Array.isArray(data)) return { data, operations };
  return { data: keep(data, ''), operations };
}
