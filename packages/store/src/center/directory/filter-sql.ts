import { assertNever } from '@joinery/base';
import { findAttribute, invalidValue, isGuid, unknownAttribute, type DirectoryFilter } from '@joinery/directory/ports';
import type { Parameters } from './parameters.ts';

/**
 * An attribute as SQL. `text` is lower-case with collation "C": strings of the directory are compared without regard to
 * letter case, as Graph does. `list` is a JSON array of strings, of which any may satisfy a comparison.
 */
export interface Operand {
  readonly type: 'text' | 'boolean' | 'time' | 'uuid' | 'list';
  readonly sql: string;
  /** Where the column cannot be null although the attribute can be absent. */
  readonly nullable?: string;
}

/** Undefined: the list has no such attribute. */
export type OperandResolver = (attribute: string, parameters: Parameters) => Operand | undefined;

type Compare = Extract<DirectoryFilter, { kind: 'compare' }>;

const nodesMax = 500;
const valuesMax = 1_000;
const comparisons = { eq: '=', ne: '<>', lt: '<', le: '<=', gt: '>', ge: '>=' } as const;

/**
 * A condition for `where`; every value is a parameter. Throws `directory.unknown_attribute` and
 * `directory.invalid_value` (a value of another type, or too large a filter).
 */
export function compileFilter(filter: DirectoryFilter, resolve: OperandResolver, parameters: Parameters): string {
  let nodes = 0;
  const operandOf = (attribute: string): Operand => {
    const operand = resolve(attribute, parameters);
    if (operand === undefined) throw unknownAttribute(attribute);
    return operand;
  };
  const compile = (node: DirectoryFilter): string => {
    nodes += 1;
    if (nodes > nodesMax) throw invalidValue('$filter', `it has more than ${nodesMax} parts`);
    switch (node.kind) {
      case 'and':
      case 'or':
        if (node.operands.length === 0) return node.kind === 'and' ? 'true' : 'false';
        return `(${node.operands.map(compile).join(` ${node.kind} `)})`;
      case 'not':
        return `not coalesce(${compile(node.operand)}, false)`;
      case 'compare':
        return compare(node, operandOf(node.attribute), parameters);
      case 'startswith':
        return startsWith(node.attribute, node.value, operandOf(node.attribute), parameters);
      case 'in':
        return isOneOf(node.attribute, node.values, operandOf(node.attribute), parameters);
      default:
        return assertNever(node);
    }
  };
  return compile(filter);
}

function compare({ attribute, operator, value }: Compare, operand: Operand, parameters: Parameters): string {
  if (value === null) {
    if (operator !== 'eq' && operator !== 'ne')
      throw invalidValue(attribute, 'null can only be compared with eq and ne');
    return `${operand.nullable ?? operand.sql} is ${operator === 'eq' ? '' : 'not '}null`;
  }
  if ((operand.type === 'boolean') !== (typeof value === 'boolean')) {
    throw invalidValue(
      attribute,
      operand.type === 'boolean' ? 'compare it with true or false' : 'compare it with text',
    );
  }
  if (typeof value === 'boolean' || operand.type === 'boolean') {
    if (operator !== 'eq' && operator !== 'ne') throw invalidValue(attribute, 'true and false have no order');
    return `${operand.sql} is ${operator === 'eq' ? '' : 'not '}${String(value)}`;
  }
  const { sql, type } = operand;
  if (type === 'list') {
    if (operator !== 'eq' && operator !== 'ne') throw invalidValue(attribute, 'a list is compared with eq and ne');
    const any = anyElement(sql, `= lower(${parameters.add(value)}::text)`);
    return operator === 'eq' ? any : `not ${any}`;
  }
  if (type === 'uuid' && !isGuid(value)) {
    if (operator === 'eq' || operator === 'ne') return operator === 'eq' ? 'false' : 'true';
    throw invalidValue(attribute, 'compare it with a GUID');
  }
  const right =
    type === 'uuid'
      ? `${parameters.add(value)}::uuid`
      : type === 'time'
        ? `${parameters.add(parseTime(attribute, value))}::timestamptz`
        : `lower(${parameters.add(value)}::text)`;
  return operator === 'ne' ? `${sql} is distinct from ${right}` : `${sql} ${comparisons[operator]} ${right}`;
}

function startsWith(attribute: string, value: string, operand: Operand, parameters: Parameters): string {
  if (operand.type !== 'text' && operand.type !== 'list') throw invalidValue(attribute, 'it is not text');
  const pattern = `lower(${parameters.add(value.replaceAll(/[\\%_]/g, String.raw`\$&`))}::text) || '%'`;
  return operand.type === 'list' ? anyElement(operand.sql, `like ${pattern}`) : `${operand.sql} like ${pattern}`;
}

function isOneOf(attribute: string, values: readonly string[], operand: Operand, parameters: Parameters): string {
  if (values.length > valuesMax) throw invalidValue('$filter', `"in" has more than ${valuesMax} values`);
  const { type, sql } = operand;
  if (type === 'uuid') return `${sql} = any(${parameters.add(values.filter(isGuid))}::uuid[])`;
  if (type === 'time' || type === 'boolean') throw invalidValue(attribute, '"in" takes text attributes only');
  const list = `any((select array_agg(lower(value)) from unnest(${parameters.add(values)}::text[]) value)::text[])`;
  return type === 'list' ? anyElement(sql, `= ${list}`) : `${sql} = ${list}`;
}

function anyElement(list: string, condition: string): string {
  return `exists (select from jsonb_array_elements_text(${list}) element where lower(element) collate "C" ${condition})`;
}

function parseTime(attribute: string, value: string): Date {
  const time = new Date(value);
  if (Number.isNaN(time.getTime())) throw invalidValue(attribute, 'compare it with a date and time of ISO 8601');
  return time;
}

function fixedOperand(kind: 'user' | 'group', attribute: string): Operand | undefined {
  switch (attribute) {
    case 'id':
      return { type: 'uuid', sql: 'o.id' };
    case 'createdDateTime':
      return { type: 'time', sql: 'o.created_at' };
    case 'deletedDateTime':
      return { type: 'time', sql: 'o.deleted_at' };
    case 'displayName':
      return {
        type: 'text',
        sql: 'o.display_name_folded',
        ...(kind === 'user' ? { nullable: `o.attributes ->> 'displayName'` } : {}),
      };
    case 'mail':
      return { type: 'text', sql: 'o.mail_folded' };
    case 'userPrincipalName':
      return kind === 'user' ? { type: 'text', sql: 'o.user_principal_name_folded' } : undefined;
    case 'accountEnabled':
      return kind === 'user' ? { type: 'boolean', sql: 'o.account_enabled' } : undefined;
    case 'securityEnabled':
      return kind === 'group' ? { type: 'boolean', sql: 'o.security_enabled' } : undefined;
    default:
      return undefined;
  }
}

/** Attributes of a user or group whose table has the alias `o`. */
export function objectOperand(kind: 'user' | 'group'): OperandResolver {
  return (attribute, parameters) => {
    const fixed = fixedOperand(kind, attribute);
    if (fixed !== undefined) return fixed;
    const definition = findAttribute(kind, attribute);
    if (definition === undefined) return undefined;
    const name = `${parameters.add(attribute)}::text`;
    if (definition.multiValued) return { type: 'list', sql: `(o.attributes -> ${name})` };
    if (definition.type === 'boolean') return { type: 'boolean', sql: `(o.attributes -> ${name})::boolean` };
    return { type: 'text', sql: `(lower(o.attributes ->> ${name}) collate "C")` };
  };
}

/** For lists of users and groups together: an attribute that only the other kind has is absent. */
export function mixedOperand(kind: 'user' | 'group'): OperandResolver {
  const own = objectOperand(kind);
  const other = objectOperand(kind === 'user' ? 'group' : 'user');
  return (attribute, parameters) => {
    const operand = own(attribute, parameters);
    if (operand !== undefined) return operand;
    const type = other(attribute, parameters)?.type;
    if (type === undefined) return undefined;
    const sqlType = { text: 'text', boolean: 'boolean', time: 'timestamptz', uuid: 'uuid', list: 'jsonb' }[type];
    return { type, sql: `null::${sqlType}` };
  };
}
