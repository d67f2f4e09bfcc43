import { printAttributePath, printResolvedPath } from '../path/print.ts';
import type { AttributePath, CheckedFilter, CompareValue, Filter, FilterNode, ResolvedPath } from './ast.ts';

/** The filter as text that parses to the same tree; of a checked filter, with canonical names and full URNs. */
export function printFilter(filter: Filter | CheckedFilter): string {
  return print(filter, 'or');
}

function print(node: FilterNode<AttributePath | ResolvedPath>, inside: 'or' | 'and'): string {
  switch (node.kind) {
    case 'or':
    case 'and': {
      const text = node.operands.map((operand) => printOperand(operand, node.kind)).join(` ${node.kind} `);
      return node.kind === 'or' && inside === 'and' ? `(${text})` : text;
    }
    case 'not':
      return `not (${print(node.operand, 'or')})`;
    case 'present':
      return `${printPath(node.path)} pr`;
    case 'compare':
      return `${printPath(node.path)} ${node.operator} ${printValue(node.value)}`;
    case 'value-path':
      return `${printPath(node.path)}[${print(node.filter, 'or')}]`;
  }
}

/** Brackets around an operand of the same kind keep the nesting of the tree. */
function printOperand(operand: FilterNode<AttributePath | ResolvedPath>, kind: 'or' | 'and'): string {
  return operand.kind === kind ? `(${print(operand, 'or')})` : print(operand, kind);
}

function printPath(path: AttributePath | ResolvedPath): string {
  return typeof path.attribute === 'string'
    ? printAttributePath(path as AttributePath) // the discriminating field does not narrow the union by itself
    : printResolvedPath(path as ResolvedPath);
}

function printValue(value: CompareValue): string {
  return JSON.stringify(value);
}
