import type { DirectoryFilter, DirectoryQuery } from '@joinery/directory/ports';
import { badRequest } from '../errors.ts';
import type { ODataFilter, ODataValue } from './filter.ts';
import { readQueryOptions, toOrderBy, type QueryOptions } from './query-options.ts';

/** What the directory can search by: comparisons, `startswith`, `in`, `and or not`. Throws `graph.bad_request`. */
export function toDirectoryFilter(filter: ODataFilter): DirectoryFilter {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return { kind: filter.kind, operands: filter.operands.map(toDirectoryFilter) };
    case 'not':
      return { kind: 'not', operand: toDirectoryFilter(filter.operand) };
    case 'compare':
      return {
        kind: 'compare',
        attribute: toAttribute(filter.path),
        operator: filter.operator,
        value: toValue(filter.value),
      };
    case 'in':
      return {
        kind: 'in',
        attribute: toAttribute(filter.path),
        values: filter.values.map((value) => toText(value, filter.path)),
      };
    case 'call':
      if (filter.name !== 'startswith') {
        throw badRequest(`$filter: ${filter.name} is not supported for directory objects; use startswith or $search.`);
      }
      return {
        kind: 'startswith',
        attribute: toAttribute(filter.path),
        value: toText(filter.value, filter.path),
      };
    case 'any':
      throw badRequest('$filter: any is not supported for directory objects.');
  }
}

/** Reads the options of a collection of directory objects. */
export function readDirectoryQuery(query: URLSearchParams): { query: DirectoryQuery; options: QueryOptions } {
  const options = readQueryOptions(query);
  const { filter, search, top, count, skipToken } = options;
  return {
    options,
    query: {
      top,
      count,
      ...toOrderBy(options.orderBy),
      ...(filter === undefined ? {} : { filter: toDirectoryFilter(filter) }),
      ...(search === undefined ? {} : { search }),
      ...(skipToken === undefined ? {} : { skipToken }),
    },
  };
}

function toAttribute(path: string): string {
  return path.startsWith('onPremisesExtensionAttributes/') ? path.slice('onPremisesExtensionAttributes/'.length) : path;
}

function toValue(value: ODataValue): string | boolean | null {
  if (value.kind === 'null') return null;
  return value.kind === 'boolean' ? value.value : value.text;
}

function toText(value: ODataValue, path: string): string {
  if (value.kind === 'string' || value.kind === 'bare') return value.text;
  throw badRequest(`$filter: ${path} must be compared with text here.`);
}
