import type { AttributePath, ResolvedPath } from '../filter/ast.ts';

/** The path as a client writes it. */
export function printAttributePath(path: AttributePath): string {
  const prefix = path.urn === undefined ? '' : `${path.urn}:`;
  return `${prefix}${path.attribute}${path.sub === undefined ? '' : `.${path.sub}`}`;
}

/** The path in canonical names; an extension's attribute with its URN. */
export function printResolvedPath(path: ResolvedPath): string {
  const prefix = path.extension === undefined ? '' : `${path.extension}:`;
  return `${prefix}${path.attribute.name}${path.sub === undefined ? '' : `.${path.sub.name}`}`;
}
