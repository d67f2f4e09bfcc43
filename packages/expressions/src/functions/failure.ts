import type { Span } from '../ast.ts';

/** Ends one evaluation; `evaluate` turns it into a result of kind `error`. It never leaves the package. */
export class EvaluationFailure extends Error {
  readonly code: string;
  readonly span: Span;

  constructor(code: string, message: string, span: Span) {
    super(message);
    this.code = code;
    this.span = span;
  }
}

/** `: "value"` for a message, cut short; nothing when the expression hides its values. */
export function shown(call: { readonly hidesValues: boolean }, value: string): string {
  if (call.hidesValues) return '';
  return `: ${JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)}`;
}
