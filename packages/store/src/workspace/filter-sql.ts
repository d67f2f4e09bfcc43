/**
 * Filter tree → SQL over `resource r` of tenant `$1`. The SQL is true for every resource that satisfies the filter; where it
 * is `exact`, for no other. What is not exact, the core's `evaluateFilter` finishes:
 *
 * | not pushed down | why |
 * |---|---|
 * | `meta.location`, `members.$ref`, `groups.$ref` | addresses are made when a resource is presented; here they begin with the endpoint (`/Users/…`) |
 * | numbers and dateTimes among the attributes | no core attribute is one; those of tenants' schemas are compared by the core |
 * | `schemas` with co, sw, ew, gt, ge, lt, le | computed from the attributes |
 *
 * INVARIANT: every value of the filter is a parameter. A condition is never null (`not` would keep it null), but for the
 * anchor, which stands in a conjunction only.
 */
import { assertNever } from '@joinery/base';
import {
  evaluateFilter,
  foldCase,
  type CheckedFilter,
  type CompareOperator,
  type CompareValue,
  type ResolvedPath,
  type ResourceType,
  type Schema,
} from '@joinery/scim';
import type { ResourceTypeName } from '@joinery/service-provider/ports';
import { asksForChanges, findAnchor } from './filter-anchor.ts';
import {
  always,
  compareInstant,
  compareText,
  elementsOf,
  joinConditions,
  negate,
  never,
  present,
  quote,
  scalarElement,
  singleElement,
  subElement,
  unknown,
  type AddParameter,
  type Condition,
  type Element,
} from './filter-elements.ts';
import { isBuiltIn, isResourceId } from './row.ts';

export interface FilterSql {
  readonly condition: string;
  /** An equality on `r` that every match satisfies and that an index answers; undefined when there is none. */
  readonly anchor: string | undefined;
  /** A range of the time of change, which is to be read before anything is put in order. */
  readonly asksForChanges: boolean;
  /** False: the core has to look at what the condition lets through. */
  readonly isExact: boolean;
  /** What an inexact filter needs for the core to look at. */
  readonly reads: { readonly members: boolean; readonly groups: boolean };
}

type Compare = Extract<CheckedFilter, { kind: 'compare' }>;

/** `type` with the tenant's schemas. */
export function compileFilter(filter: CheckedFilter, resourceType: ResourceType, parameter: AddParameter): FilterSql {
  const type: ResourceTypeName = resourceType.name;
  const values: unknown[] = [];
  const hold: AddParameter = (value) => `«${values.push(value) - 1}»`;
  const compiler = new FilterCompiler(resourceType, hold);
  const condition = compiler.compile(filter);
  const anchor = findAnchor(filter, type, hold);
  // Conditions may be given up while the tree is compiled; only what is left in the text becomes a parameter.
  const placeholders = new Map<string, string>();
  const bind = (text: string): string =>
    text.replaceAll(/«(\d+)»/g, (_, index: string) => {
      const placeholder = placeholders.get(index) ?? parameter(values[Number(index)]);
      placeholders.set(index, placeholder);
      return placeholder;
    });
  return {
    condition: bind(condition.sql),
    anchor: anchor === undefined ? undefined : bind(anchor),
    asksForChanges: asksForChanges(filter),
    isExact: condition.isExact,
    reads: compiler.reads,
  };
}

class FilterCompiler {
  readonly reads = { members: false, groups: false };
  private readonly type: ResourceTypeName;
  private readonly resourceType: ResourceType;
  private readonly parameter: AddParameter;
  private depth = 0;

  constructor(resourceType: ResourceType, parameter: AddParameter) {
    this.type = resourceType.name;
    this.resourceType = resourceType;
    this.parameter = parameter;
  }

  compile(filter: CheckedFilter): Condition {
    switch (filter.kind) {
      case 'and':
        return joinConditions(
          filter.operands.map((operand) => this.compile(operand)),
          'and',
        );
      case 'or':
        return joinConditions(
          filter.operands.map((operand) => this.compile(operand)),
          'or',
        );
      case 'not':
        return negate(this.compile(filter.operand));
      case 'compare':
        return this.compare(filter);
      case 'present':
        return this.present(filter.path);
      case 'value-path':
        return this.valuePath(filter.path, filter.filter);
      default:
        return assertNever(filter);
    }
  }

  private compare(node: Compare): Condition {
    const { path, operator, value } = node;
    if (value === null) {
      const present = this.present(path);
      return operator === 'ne' ? present : negate(present);
    }
    if (path.extension === undefined) {
      const common = this.compareCommon(node, path.attribute.name, path.sub?.name ?? '');
      if (common !== undefined) return common;
    }
    return this.overElements(
      path,
      (element) => compareText(element, operator, value, this.parameter),
      operator === 'ne',
    );
  }

  /** Attributes that are kept outside `attributes`. */
  private compareCommon(node: Compare, name: string, sub: string): Condition | undefined {
    const { operator, value } = node;
    switch (name) {
      case 'id':
        return this.column('r.id::text', true, node);
      case 'externalId':
        return this.column('r.external_id', true, node);
      case 'userName':
        return this.type === 'User' ? this.column('r.user_name_folded', false, node) : undefined;
      case 'displayName':
        return isBuiltIn(this.type) ? this.column('r.display_name_folded', false, node) : undefined;
      case 'schemas':
        return this.schemas(operator, value);
      case 'meta':
        return this.meta(node, sub);
      case 'members':
      case 'groups':
        return this.relation(name, (column) => this.compareRelation(column, sub, operator, value), operator === 'ne');
      default:
        return undefined;
    }
  }

  private column(column: string, caseExact: boolean, { operator, value }: Compare): Condition {
    const element = { text: column, caseExact, comparable: true };
    return compareText(element, operator, value, this.parameter);
  }

  private meta(node: Compare, sub: string): Condition {
    const { operator, value } = node;
    switch (sub) {
      case 'created':
      case 'lastModified': {
        const column = sub === 'created' ? 'r.created' : 'r.last_modified';
        return { sql: compareInstant(column, operator, String(value), this.parameter), isExact: true };
      }
      case 'version':
        return this.column(`('W/"' || r.version || '"')`, true, node);
      case 'resourceType':
        return evaluateFilter(node, { meta: { resourceType: this.type } }) ? always : never;
      default:
        return unknown;
    }
  }

  private schemas(operator: CompareOperator, value: CompareValue): Condition {
    if (typeof value !== 'string' || (operator !== 'eq' && operator !== 'ne')) return unknown;
    const wanted = foldCase(value);
    const core = foldCase(this.resourceType.schema.id);
    // The core schema is always there, so every other URN differs from one that is.
    if (operator === 'ne' && wanted !== core) return always;
    if (operator === 'eq' && wanted === core) return always;
    const { extensions } = this.resourceType;
    const found = extensions.find(({ schema }) => foldCase(schema.id) === wanted)?.schema;
    if (operator === 'eq' && found === undefined) return never;
    // Only the extensions can differ from the core schema. An extension is there when one of its attributes can be shown.
    const present = (operator === 'eq' && found !== undefined ? [found] : extensions.map(({ schema }) => schema)).map(
      (schema) => this.hasShown(schema),
    );
    return joinConditions(present, 'or');
  }

  private hasShown({ id, attributes }: Schema): Condition {
    const names = attributes.filter(({ returned }) => returned === 'always' || returned === 'default');
    if (names.length === attributes.length) {
      return { sql: `(coalesce(r.attributes -> ${quote(id)}, '{}') <> '{}')`, isExact: true };
    }
    const list = names.map(({ name }) => quote(name)).join(', ');
    return { sql: `coalesce((r.attributes -> ${quote(id)}) ?| array[${list}]::text[], false)`, isExact: true };
  }

  private present(path: ResolvedPath): Condition {
    if (path.extension === undefined) {
      switch (path.attribute.name) {
        case 'id':
        case 'meta':
        case 'schemas':
          return always;
        case 'externalId':
          return { sql: `(coalesce(r.external_id, '') <> '')`, isExact: true };
        case 'members':
        case 'groups':
          return this.relation(path.attribute.name, (row) => this.presentRelation(row, path.sub?.name), false);
      }
    }
    return this.overElements(path, present, false);
  }

  private valuePath(path: ResolvedPath, filter: CheckedFilter): Condition {
    const { name } = path.attribute;
    if (path.extension === undefined && (name === 'members' || name === 'groups')) {
      return this.relation(name, (row) => this.relationFilter(row, filter), false);
    }
    const alias = this.nextAlias();
    const inner = this.elementFilter(filter, alias);
    return { ...inner, sql: `exists (select from ${elementsOf(path, alias)} where ${inner.sql})` };
  }

  /** The filter inside `attribute[…]`, whose paths are sub-attributes of the element. */
  private elementFilter(filter: CheckedFilter, alias: string): Condition {
    switch (filter.kind) {
      case 'and':
      case 'or':
        return joinConditions(
          filter.operands.map((operand) => this.elementFilter(operand, alias)),
          filter.kind,
        );
      case 'not':
        return negate(this.elementFilter(filter.operand, alias));
      case 'value-path':
        return never;
      case 'present': {
        return present(subElement(alias, filter.path.attribute));
      }
      case 'compare': {
        const { operator, value } = filter;
        const element = subElement(alias, filter.path.attribute);
        if (value !== null) return compareText(element, operator, value, this.parameter);
        return operator === 'ne' ? present(element) : negate(present(element));
      }
      default:
        return assertNever(filter);
    }
  }

  /** Whether some element that the path reaches satisfies; `ne` also holds where there is no element. */
  private overElements(path: ResolvedPath, test: (element: Element) => Condition, orNone: boolean): Condition {
    const { attribute, sub } = path;
    if (!attribute.multiValued) {
      if (attribute.type === 'complex' && sub === undefined) return this.complexPresent(path);
      return test(singleElement(path));
    }
    const alias = this.nextAlias();
    const element =
      sub === undefined && attribute.type !== 'complex'
        ? scalarElement(alias, attribute)
        : sub === undefined
          ? undefined
          : subElement(alias, sub);
    if (element === undefined) return this.complexPresent(path);
    const inner = test(element);
    const some = `exists (select from ${elementsOf(path, alias)} where ${inner.sql})`;
    if (!orNone) return { ...inner, sql: some };
    return { ...inner, sql: `(${some} or not exists (select from ${elementsOf(path, alias)}))` };
  }

  /** `emails pr`, `name pr`: some sub-attribute of some element has a value. */
  private complexPresent(path: ResolvedPath): Condition {
    const alias = this.nextAlias();
    const value = this.nextAlias();
    return {
      sql: `exists (select from ${elementsOf(path, alias)}
        cross join lateral jsonb_each_text(case jsonb_typeof(${alias}.a) when 'object' then ${alias}.a else '{}' end) ${value} (k, v)
        where coalesce(${value}.v, '') <> '')`,
      isExact: true,
    };
  }

  /** `members` and `groups` are rows. */
  private relation(name: string, test: (row: RelationRow) => Condition, orNone: boolean): Condition {
    const isMembers = name === 'members';
    if (isMembers !== (this.type === 'Group')) return orNone ? always : never;
    const alias = this.nextAlias();
    const row: RelationRow = isMembers
      ? { alias, name: 'members', id: `${alias}.member_id` }
      : { alias, name: 'groups', id: `${alias}.group_id` };
    const inner = test(row);
    if (!inner.isExact) this.reads[row.name] = true;
    const source = isMembers
      ? `from membership ${alias} where ${alias}.tenant_id = $1 and ${alias}.group_id = r.id`
      : `from groups_of($1, r.id) ${alias} where $1 = r.tenant_id`;
    const some = `exists (select ${source} and ${inner.sql})`;
    return { ...inner, sql: orNone ? `(${some} or not exists (select ${source}))` : some };
  }

  private compareRelation(row: RelationRow, sub: string, operator: CompareOperator, value: CompareValue): Condition {
    if (typeof value !== 'string') return value === null ? never : operator === 'ne' ? always : never;
    switch (sub) {
      case 'value':
        if (operator === 'eq') {
          return isResourceId(value) ? { sql: `${row.id} = ${this.parameter(value)}::uuid`, isExact: true } : never;
        }
        return compareText(
          { text: `${row.id}::text`, caseExact: true, comparable: true },
          operator,
          value,
          this.parameter,
        );
      case 'type': {
        const text =
          row.name === 'members'
            ? `(case ${row.alias}.member_type when 'User' then 'user' else 'group' end)`
            : `(case when ${row.alias}.direct then 'direct' else 'indirect' end)`;
        return compareText({ text, caseExact: false, comparable: true }, operator, value, this.parameter);
      }
      case 'display':
        return compareText(displayElement(row), operator, value, this.parameter);
      default:
        return unknown;
    }
  }

  private presentRelation(row: RelationRow, sub: string | undefined): Condition {
    return sub === 'display' ? present(displayElement(row)) : always;
  }

  private relationFilter(row: RelationRow, filter: CheckedFilter): Condition {
    switch (filter.kind) {
      case 'and':
      case 'or':
        return joinConditions(
          filter.operands.map((operand) => this.relationFilter(row, operand)),
          filter.kind,
        );
      case 'not':
        return negate(this.relationFilter(row, filter.operand));
      case 'compare':
        if (filter.value === null) {
          const isPresent = this.presentRelation(row, filter.path.attribute.name);
          return filter.operator === 'ne' ? isPresent : negate(isPresent);
        }
        return this.compareRelation(row, filter.path.attribute.name, filter.operator, filter.value);
      case 'present':
        return this.presentRelation(row, filter.path.attribute.name);
      case 'value-path':
        return never;
      default:
        return assertNever(filter);
    }
  }

  private nextAlias(): string {
    this.depth++;
    return `e${this.depth}`;
  }
}

interface RelationRow {
  readonly alias: string;
  readonly name: 'members' | 'groups';
  readonly id: string;
}

/** displayName, else userName. */
function displayElement(row: RelationRow): Element {
  const text = `(select coalesce(d.display_name_folded, d.user_name_folded) from resource d
    where d.tenant_id = $1 and d.id = ${row.id})`;
  return { text, caseExact: false, comparable: true };
}
