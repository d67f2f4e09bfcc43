import type { Expression, Span } from '../ast.ts';

/** A place within a string constant's value → its place in the expression, where escapes are longer. */
export function spanInConstant(node: Expression, start: number, end: number): Span {
  if (node.kind !== 'constant' || node.form !== 'string') return { start: node.start, end: node.end };
  const { value } = node;
  const offset = (position: number): number =>
    node.start + 1 + position + (value.slice(0, position).match(/[\\"]/g)?.length ?? 0);
  return { start: offset(start), end: offset(end) };
}
