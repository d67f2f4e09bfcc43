import { fail, ok, type Problem, type Result } from '@joinery/base';
import { parseDateTime, printInstant } from '../date-time.ts';
import { invalidFilter } from '../errors.ts';
import { printAttributePath } from '../path/print.ts';
import { resolvePath } from '../path/resolve.ts';
import { isPlainText } from '../plain-text.ts';
import type { Attribute, AttributeType, ResourceType } from '../schema/characteristics.ts';
import { elementAttributes, findSubAttribute } from '../schema/registry.ts';
import type { AttributePath, CheckedFilter, CompareOperator, CompareValue, Filter, ResolvedPath } from './ast.ts';
import { parseFilter } from './parse.ts';

/**
 * Looks up every path of a filter in the schemas of a resource type and gives every value its attribute's type: dateTime as
 * ISO 8601 text in UTC, quoted booleans and numbers as themselves (QUIRK(entra): `roles[primary eq "True"]`). A complex attribute
 * without a sub-attribute means its `value`. All problems are given; an unknown attribute is one, so that no condition is
 * ever dropped.
 */
export function checkFilter(filter: Filter, type: ResourceType): Result<CheckedFilter> {
  const check = new FilterCheck((path) => resolvePath(path, type));
  return check.finish(check.node(filter));
}

/** The same for the filter inside `owner[…]`. */
export function checkElementFilter(filter: Filter, owner: Attribute): Result<CheckedFilter> {
  const check = new FilterCheck((path) => resolveInElement(path, owner));
  return check.finish(check.node(filter));
}

/** Parses and checks the filter of a request. Throws `scim.invalid_filter` with the first problem and its position. */
export function readFilter(text: string, type: ResourceType, isStrict = false): CheckedFilter {
  const parsed = parseFilter(text, isStrict);
  const checked = parsed.ok ? checkFilter(parsed.value, type) : parsed;
  if (checked.ok) return checked.value;
  const [first] = checked.problems;
  const detail = `The filter is not valid at position ${(first?.start ?? 0) + 1}: ${first?.message ?? ''}`;
  throw invalidFilter({ detail, problems: checked.problems });
}

const ordered: readonly CompareOperator[] = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'];
const equality: readonly CompareOperator[] = ['eq', 'ne'];
/** Which operators a type takes; undefined: all. RFC 7644 §3.4.2.2 table 3, and no text search in what is no text. */
const operatorsOf: ReadonlyMap<AttributeType, readonly CompareOperator[]> = new Map([
  ['boolean', equality],
  ['binary', equality],
  ['integer', ordered],
  ['decimal', ordered],
  ['dateTime', ordered],
]);

function resolveInElement(path: AttributePath, owner: Attribute): ResolvedPath | undefined {
  if (path.urn !== undefined || path.sub !== undefined) return undefined;
  const attribute = findSubAttribute(owner, path.attribute);
  return attribute === undefined ? undefined : { extension: undefined, attribute, sub: undefined };
}

class FilterCheck {
  private readonly problems: Problem[] = [];
  private readonly resolve: (path: AttributePath) => ResolvedPath | undefined;

  constructor(resolve: (path: AttributePath) => ResolvedPath | undefined) {
    this.resolve = resolve;
  }

  finish(filter: CheckedFilter | undefined): Result<CheckedFilter> {
    return filter === undefined || this.problems.length > 0 ? fail(...this.problems) : ok(filter);
  }

  /** Undefined when the node has a problem; the problem is noted. */
  node(node: Filter): CheckedFilter | undefined {
    switch (node.kind) {
      case 'and':
      case 'or': {
        const operands = node.operands.map((operand) => this.node(operand));
        return { kind: node.kind, operands: operands.filter((operand) => operand !== undefined) };
      }
      case 'not': {
        const operand = this.node(node.operand);
        return operand && { kind: 'not', operand };
      }
      case 'present': {
        const path = this.path(node);
        return path && { ...node, path };
      }
      case 'compare':
        return this.compare(node);
      case 'value-path':
        return this.valuePath(node);
    }
  }

  private valuePath(node: Extract<Filter, { kind: 'value-path' }>): CheckedFilter | undefined {
    const path = this.path(node);
    if (path === undefined) return undefined;
    if (path.sub !== undefined || elementAttributes(path.attribute).length === 0) {
      return this.problem(node, 'filter.no_elements', `${path.attribute.name} has no elements to filter in [ ].`);
    }
    const inner = checkElementFilter(node.filter, path.attribute);
    if (inner.ok) return { ...node, path, filter: inner.value };
    this.problems.push(...inner.problems);
    return undefined;
  }

  private compare(node: Extract<Filter, { kind: 'compare' }>): CheckedFilter | undefined {
    const found = this.path(node);
    if (found === undefined) return undefined;
    if (node.value === null) {
      if (equality.includes(node.operator)) return { ...node, path: found };
      return this.problem(node, 'filter.null_order', 'null can be compared with eq and ne only.');
    }
    const path = withDefaultSub(found);
    const target = path.sub ?? path.attribute;
    if (target.type === 'complex') {
      const names = elementAttributes(target).map((sub) => `${target.name}.${sub.name}`);
      return this.problem(node, 'filter.complex', `Compare a sub-attribute instead: ${names.join(', ')}.`);
    }
    const allowed = operatorsOf.get(target.type);
    if (allowed !== undefined && !allowed.includes(node.operator)) {
      const message = `${node.operator} does not apply to ${target.name} (${target.type}); use ${allowed.join(', ')}.`;
      return this.problem(node, 'filter.operator_type', message);
    }
    if (typeof node.value === 'string' && !isPlainText(node.value)) {
      return this.problem(node, 'filter.invalid_character', 'The value holds U+0000 or half of a surrogate pair.');
    }
    const value = typedValue(target, node.value);
    if (value === undefined) {
      return this.problem(node, 'filter.value_type', `${target.name} is compared with ${expected(target.type)}.`);
    }
    return { ...node, path, value };
  }

  private path(node: {
    readonly path: AttributePath;
    readonly start: number;
    readonly end: number;
  }): ResolvedPath | undefined {
    const found = this.resolve(node.path);
    const name = printAttributePath(node.path).slice(0, 200);
    if (found?.attribute.returned === 'never' || found?.sub?.returned === 'never') {
      return this.problem(node, 'filter.never_returned', `'${name}' is never returned and can not be searched for.`);
    }
    if (found !== undefined) return found;
    return this.problem(node, 'filter.unknown_attribute', `There is no attribute '${name}' in the schemas.`);
  }

  private problem(node: { readonly start: number; readonly end: number }, code: string, message: string): undefined {
    this.problems.push({ code, message, start: node.start, end: node.end });
    return undefined;
  }
}

/** `emails co "x"` and `manager eq "x"` mean the `value` (RFC 7644 §3.4.2.2 example; QUIRK(entra) reference checks). */
function withDefaultSub(path: ResolvedPath): ResolvedPath {
  if (path.sub !== undefined || path.attribute.type !== 'complex') return path;
  return { ...path, sub: findSubAttribute(path.attribute, 'value') };
}

function typedValue(attribute: Attribute, value: string | number | boolean): CompareValue | undefined {
  switch (attribute.type) {
    case 'boolean':
      return typeof value === 'boolean' ? value : readBoolean(value);
    case 'integer':
    case 'decimal': {
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
      return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
    }
    case 'dateTime': {
      const instant = typeof value === 'string' ? parseDateTime(value) : undefined;
      return instant && printInstant(instant);
    }
    default:
      return typeof value === 'boolean' ? undefined : String(value);
  }
}

function readBoolean(value: string | number): boolean | undefined {
  const lower = String(value).toLowerCase();
  return lower === 'true' ? true : lower === 'false' ? false : undefined;
}

function expected(type: AttributeType): string {
  switch (type) {
    case 'boolean':
      return 'true or false';
    case 'integer':
    case 'decimal':
      return 'a number';
    case 'dateTime':
      return 'a date and time with zone, such as "2024-05-31T12:00:00Z"';
    default:
      return 'a text in double quotes';
  }
}
