import type { Lookup } from '@joinery/connector-kit';
import type { Dialect } from './config.ts';
import { attributeOf, type ObjectShape } from './object-shape.ts';

/** A query part and the same with its values masked, for messages. */
export interface Query {
  readonly query: string;
  readonly masked: string;
}

/** The filter of a matching query, and what a group query leaves out (facts §7.1). */
export function matchQuery(shape: ObjectShape, lookup: Lookup, dialect: Dialect): Query {
  const [left, right] = filterAround(shape, lookup.attribute, dialect);
  const { type } = attributeOf(shape, lookup.attribute).attribute;
  const value = dialect === 'rfc' ? literalOf(lookup.value, type) : JSON.stringify(lookup.value);
  const leaveOut = shape.type.kind === 'group' ? 'excludedAttributes=members&' : '';
  return {
    query: `${leaveOut}filter=${encodeURIComponent(`${left}${value}${right}`)}`,
    masked: `${leaveOut}filter=${left}"…"${right}`,
  };
}

/** `id eq "…" and manager eq "…"`, asking for the id only (facts §7.1). */
export function referenceQuery(attribute: string, id: string, referencedId: string): Query {
  const name = attribute.slice(attribute.lastIndexOf(':') + 1);
  const print = (own: string, other: string) => `id eq ${own} and ${name} eq ${other}`;
  return {
    query: `filter=${encodeURIComponent(print(JSON.stringify(id), JSON.stringify(referencedId)))}&attributes=id`,
    masked: `filter=${print('"…"', '"…"')}&attributes=id`,
  };
}

/**
 * The filter before and after its value. RFC 7644 has no sub-attribute after a value filter, so `rfc` puts the comparison
 * inside the brackets; Entra sends `emails[type eq "work"].value eq "…"`.
 */
function filterAround(shape: ObjectShape, attribute: string, dialect: Dialect): readonly [string, string] {
  const { path } = attributeOf(shape, attribute);
  if (dialect !== 'rfc' || path.filter === undefined) return [`${attribute} eq `, ''];
  return [`${path.element.slice(0, -1)} and ${path.sub ?? 'value'} eq `, ']'];
}

function literalOf(value: string, type: string): string {
  if (type === 'Boolean' && /^(true|false)$/i.test(value)) return value.toLowerCase();
  if (type === 'Integer' && /^-?\d{1,15}$/.test(value)) return value;
  return JSON.stringify(value);
}
