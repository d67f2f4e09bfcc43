import { assertNever } from '@joinery/base';
import type { Argument } from './ast.ts';

/** Tree → canonical text: one blank after each comma, empty slots kept, as Graph's `parsedExpression.expression`. */
export function printExpression(expression: Argument): string {
  switch (expression.kind) {
    case 'omitted':
      return '';
    case 'attribute':
      return `[${expression.name}]`;
    case 'constant':
      return expression.form === 'string' ? quote(expression.value) : expression.value;
    case 'comparison':
      return `${printExpression(expression.left)} ${expression.operator} ${printExpression(expression.right)}`;
    case 'function':
      return `${expression.name}(${expression.args.map(printExpression).join(', ')})`;
    default:
      return assertNever(expression);
  }
}

/** A string constant: backslash and double quote are escaped by a backslash. */
export function quote(text: string): string {
  return `"${text.replace(/[\\"]/g, String.raw`\$&`)}"`;
}
