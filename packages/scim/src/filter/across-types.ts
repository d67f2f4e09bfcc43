import type { ResourceType } from '../schema/characteristics.ts';
import { resolvePath } from '../path/resolve.ts';
import { invalidFilter } from '../errors.ts';
import type { AttributePath, CheckedFilter, Filter } from './ast.ts';
import { checkFilter, readFilter } from './check.ts';
import { parseFilter } from './parse.ts';

/** Every resource has an id, so `id pr` is true. */
const always: Filter = {
  kind: 'present',
  path: { urn: undefined, attribute: 'id', sub: undefined },
  start: 0,
  end: 0,
};
const never: Filter = { kind: 'not', operand: always };

function pathsOf(filter: Filter): readonly AttributePath[] {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.operands.flatMap(pathsOf);
    case 'not':
      return pathsOf(filter.operand);
    default:
      return [filter.path];
  }
}

/** The filter for a type that may lack some of its attributes: what is compared with such a one has no value. */
function withoutUnknown(filter: Filter, type: ResourceType): Filter {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return { ...filter, operands: filter.operands.map((operand) => withoutUnknown(operand, type)) };
    case 'not':
      return { ...filter, operand: withoutUnknown(filter.operand, type) };
    default:
      if (resolvePath(filter.path, type) !== undefined) return filter;
      return filter.kind === 'compare' && (filter.operator === 'ne') === (filter.value !== null) ? always : never;
  }
}

/**
 * Reads the filter of a query over several resource types (RFC 7644 §3.4.2.1), for each of them: an attribute that a type lacks
 * has no value in its resources. Throws `scim.invalid_filter`, also for an attribute that none of the types has.
 */
export function readFilterAcross(
  text: string,
  types: readonly ResourceType[],
  isStrict = false,
): readonly CheckedFilter[] {
  const parsed = parseFilter(text, isStrict);
  const isKnown = (path: AttributePath): boolean => types.some((type) => resolvePath(path, type) !== undefined);
  if (!parsed.ok || !pathsOf(parsed.value).every(isKnown)) return types.map((type) => readFilter(text, type, isStrict));
  return types.map((type) => {
    const checked = checkFilter(withoutUnknown(parsed.value, type), type);
    if (checked.ok) return checked.value;
    const detail = `The filter is not valid for ${type.name}: ${checked.problems[0]?.message ?? ''}`;
    throw invalidFilter({ detail, problems: checked.problems });
  });
}
