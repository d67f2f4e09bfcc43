// The parts of which filter-sql.ts makes conditions: values of attributes as SQL text, and comparisons of them.
import { assertNever } from '@joinery/base';
import {
  foldCase,
  parseDateTime,
  type Attribute,
  type CompareOperator,
  type CompareValue,
  type ResolvedPath,
} from '@joinery/scim';

/** Appends a value to the statement's parameters and answers its placeholder. */
export type AddParameter = (value: unknown) => string;

/** SQL that is true or false, never null. Not `isExact`: also true where the core has to decide. */
export interface Condition {
  readonly sql: string;
  readonly isExact: boolean;
}

export const always: Condition = { sql: 'true', isExact: true };
export const never: Condition = { sql: 'false', isExact: true };
export const unknown: Condition = { sql: 'true', isExact: false };

/** One value as SQL text, null where it is unassigned; folded unless caseExact. */
export interface Element {
  readonly text: string;
  readonly caseExact: boolean;
  /** What is stored, where `text` stands in for what is not. */
  readonly stored?: string;
  /** False for types that SQL does not compare as the core does. */
  readonly comparable: boolean;
}

export function present({ text, stored }: Element): Condition {
  return { sql: `(coalesce(${stored ?? text}, '') <> '')`, isExact: true };
}

function isComparable({ type }: Attribute): boolean {
  return type !== 'integer' && type !== 'decimal' && type !== 'dateTime' && type !== 'complex';
}

/** Names of attributes and URNs come from a schema, never from a request; they are quoted all the same. */
export function quote(name: string): string {
  return `'${name.replaceAll("'", "''")}'`;
}

function step(extension: string | undefined, name: string): string {
  return extension === undefined ? quote(name) : `${quote(extension)} -> ${quote(name)}`;
}

export function singleElement({ extension, attribute, sub }: ResolvedPath): Element {
  const target = sub ?? attribute;
  // What is never returned is not to be found out by comparing either.
  if (target.returned === 'never') return { text: 'null::text', caseExact: target.caseExact, comparable: true };
  const root = target.caseExact ? 'r.attributes' : 'r.folded';
  const text =
    sub === undefined
      ? `(${root} -> ${step(extension, attribute.name)} #>> '{}')`
      : `(${root} -> ${step(extension, attribute.name)} ->> ${quote(sub.name)})`;
  return { text, caseExact: target.caseExact, comparable: isComparable(target) };
}

/** Elements as `alias.a` (as stored) and `alias.f` (folded), side by side; a single complex value is one element. */
export function elementsOf({ extension, attribute }: ResolvedPath, alias: string): string {
  const list = (root: string): string => {
    const value = `${root} -> ${step(extension, attribute.name)}`;
    return `jsonb_array_elements(case jsonb_typeof(${value})
      when 'array' then ${value} when 'object' then jsonb_build_array(${value}) else '[]' end)`;
  };
  return `rows from (${list('r.attributes')}, ${list('r.folded')}) as ${alias} (a, f)`;
}

export function subElement(alias: string, sub: Attribute): Element {
  const column = sub.caseExact ? `${alias}.a` : `${alias}.f`;
  const value = `(case jsonb_typeof(${column}) when 'object' then ${column} ->> ${quote(sub.name)}
    else ${sub.name === 'value' ? `${column} #>> '{}'` : 'null'} end)`;
  const isPrimary = sub.name === 'primary' && sub.type === 'boolean';
  return {
    ...(isPrimary ? { text: `coalesce(${value}, 'false')`, stored: value } : { text: value }),
    caseExact: sub.caseExact,
    comparable: isComparable(sub),
  };
}

export function scalarElement(alias: string, attribute: Attribute): Element {
  const text = `(${attribute.caseExact ? `${alias}.a` : `${alias}.f`} #>> '{}')`;
  return { text, caseExact: attribute.caseExact, comparable: isComparable(attribute) };
}

export function compareText(
  element: Element,
  operator: CompareOperator,
  value: CompareValue,
  parameter: AddParameter,
): Condition {
  if (!element.comparable || value === null) return unknown;
  const wanted = typeof value === 'string' && !element.caseExact ? foldCase(value) : String(value);
  // PostgreSQL holds no text with NUL or a lone surrogate, so none is equal to it; order is left to the core.
  if (wanted.includes('\0') || !wanted.isWellFormed()) {
    return operator === 'ne' ? always : ['eq', 'co', 'sw', 'ew'].includes(operator) ? never : unknown;
  }
  const { text } = element;
  const placeholder = `${parameter(wanted)}::text`;
  const exact = (sql: string): Condition => ({ sql, isExact: true });
  switch (operator) {
    case 'eq':
      return exact(`coalesce(${text} = ${placeholder}, false)`);
    case 'ne':
      return exact(`(${text} is distinct from ${placeholder})`);
    case 'co':
      return exact(`coalesce(strpos(${text}, ${placeholder}) > 0, false)`);
    case 'sw':
      return exact(`coalesce(starts_with(${text}, ${placeholder}), false)`);
    case 'ew':
      return exact(`coalesce(right(${text}, length(${placeholder})) = ${placeholder}, false)`);
    case 'gt':
    case 'ge':
    case 'lt':
    case 'le':
      return exact(`coalesce(${text} collate "C" ${orders[operator]} ${placeholder}, false)`);
    default:
      return assertNever(operator);
  }
}

const orders = { gt: '>', ge: '>=', lt: '<', le: '<=' } as const;

export function joinConditions(conditions: readonly Condition[], operator: 'and' | 'or'): Condition {
  if (conditions.length === 0) return operator === 'and' ? always : never;
  return {
    sql: `(${conditions.map(({ sql }) => sql).join(` ${operator} `)})`,
    isExact: conditions.every(({ isExact }) => isExact),
  };
}

export function negate({ sql, isExact }: Condition): Condition {
  return isExact ? { sql: `(not ${sql})`, isExact } : unknown;
}

/** Rows hold milliseconds, a filter up to nanoseconds, so the rest beyond milliseconds is decided here. */
export function compareInstant(
  column: string,
  operator: CompareOperator,
  text: string,
  parameter: AddParameter,
): string {
  const instant = parseDateTime(text);
  if (instant === undefined) return operator === 'ne' ? 'true' : 'false';
  const milliseconds = instant.seconds * 1000 + Math.floor(instant.nanos / 1_000_000);
  const hasRest = instant.nanos % 1_000_000 !== 0;
  const placeholder = `${parameter(new Date(milliseconds).toISOString())}::timestamptz`;
  switch (operator) {
    case 'eq':
      return hasRest ? 'false' : `${column} = ${placeholder}`;
    case 'ne':
      return hasRest ? 'true' : `${column} <> ${placeholder}`;
    case 'gt':
      return `${column} > ${placeholder}`;
    case 'ge':
      return `${column} ${hasRest ? '>' : '>='} ${placeholder}`;
    case 'lt':
      return `${column} ${hasRest ? '<=' : '<'} ${placeholder}`;
    case 'le':
      return `${column} <= ${placeholder}`;
    default:
      return 'false';
  }
}
