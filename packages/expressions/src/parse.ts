import { fail, ok, type Problem, type Result } from '@joinery/base';
import type { Argument, Expression, Span } from './ast.ts';
import { canonicalName } from './functions/registry.ts';
import { lex, type Token } from './lex.ts';
import { expressionCharactersMax, expressionDepthMax } from './limits.ts';

/**
 * Text → tree with positions. A failure holds every problem of the text: `expression.too_long`, `expression.empty`,
 * `expression.too_deep`, `expression.unexpected_character`, `expression.unterminated_string`,
 * `expression.unterminated_attribute`, `expression.empty_attribute`, `expression.invalid_escape`, `expression.syntax`.
 * Names of known functions are accepted in any letter case and become canonical.
 *
 * @see https://learn.microsoft.com/entra/identity/app-provisioning/functions-for-customizing-application-data
 */
export function parseExpression(text: string): Result<Expression> {
  if (text.length > expressionCharactersMax)
    return fail({
      code: 'expression.too_long',
      message: `An expression has at most ${expressionCharactersMax} characters; this one has ${text.length}.`,
      start: expressionCharactersMax,
      end: text.length,
    });
  const { tokens, problems: lexical } = lex(text);
  if (tokens.length === 1 && lexical.length === 0)
    return fail({ code: 'expression.empty', message: 'The expression is empty.', start: 0, end: text.length });
  const parser = new Parser(tokens, [...lexical]);
  const expression = parser.parseWhole();
  if (parser.problems.length > 0 || expression === undefined)
    return fail(...parser.problems.toSorted((a, b) => a.start - b.start || a.end - b.end));
  return ok(expression);
}

class Parser {
  readonly problems: Problem[];
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(tokens: readonly Token[], problems: Problem[]) {
    this.#tokens = tokens;
    this.problems = problems;
  }

  parseWhole(): Expression | undefined {
    const expression = this.#condition(1);
    const rest = this.#peek();
    if (rest.kind !== 'end' && expression !== undefined) {
      const end = this.#tokens.at(-1)?.end ?? rest.end;
      this.#problem(
        rest.kind === ')' ? 'This closing parenthesis has no opening one.' : afterOperand(rest, 'the end'),
        { start: rest.start, end: rest.kind === ')' ? rest.end : end },
      );
    }
    return expression;
  }

  /** operand [ comparison operand ] */
  #condition(depth: number): Expression | undefined {
    const left = this.#operand(depth);
    const token = this.#peek();
    if (left === undefined || token.kind !== 'operator') return left;
    this.#take();
    const right = this.#operand(depth);
    if (right === undefined) return undefined;
    const again = this.#peek();
    if (again.kind === 'operator')
      this.#problem('A comparison has two sides; a second comparison needs a nested IIF.', again);
    return { kind: 'comparison', operator: token.value, left, right, start: left.start, end: right.end };
  }

  #operand(depth: number): Expression | undefined {
    const token = this.#peek();
    const { start, end } = token;
    switch (token.kind) {
      case 'attribute':
        this.#take();
        return { kind: 'attribute', name: token.value, start, end };
      case 'string':
      case 'number':
        this.#take();
        return { kind: 'constant', value: token.value, form: token.kind, start, end };
      case 'hex':
        this.#take();
        return { kind: 'constant', value: `&H${token.value.slice(2).toUpperCase()}`, form: 'hex', start, end };
      case 'name':
        this.#take();
        if (this.#peek().kind === '(') return this.#call(token.value, { start, end }, depth);
        return { kind: 'constant', value: token.value, form: 'word', start, end };
      default:
        this.#problem(
          token.kind === 'end'
            ? 'The expression ends where a function, [attribute] or "text" is expected.'
            : 'A function, an [attribute] or a "text" is expected here.',
          token,
        );
        return undefined;
    }
  }

  #call(name: string, nameSpan: Span, depth: number): Expression {
    const open = this.#take();
    const args: Argument[] = [];
    if (depth > expressionDepthMax) {
      if (!this.problems.some(({ code }) => code === 'expression.too_deep'))
        this.problems.push({
          code: 'expression.too_deep',
          message: `Functions are nested deeper than ${expressionDepthMax} levels.`,
          ...nameSpan,
        });
      this.#skipBalanced();
    } else if (this.#peek().kind !== ')') {
      this.#arguments(args, depth);
    }
    const close = this.#peek();
    if (close.kind === ')') this.#take();
    else this.#problem(`The parenthesis that opens the arguments of ${name} is not closed.`, open);
    return {
      kind: 'function',
      name: canonicalName(name) ?? name,
      nameSpan,
      args,
      start: nameSpan.start,
      end: close.kind === ')' ? close.end : close.start,
    };
  }

  #arguments(args: Argument[], depth: number): void {
    for (;;) {
      const token = this.#peek();
      if (token.kind === ',' || token.kind === ')' || token.kind === 'end')
        args.push({ kind: 'omitted', start: token.start, end: token.start });
      else {
        const argument = this.#condition(depth + 1);
        if (argument !== undefined) args.push(argument);
        this.#resynchronize(argument !== undefined);
      }
      if (this.#peek().kind !== ',') return;
      this.#take();
    }
  }

  /** After an argument: to the next comma or closing parenthesis of this call, reporting what stands in between once. */
  #resynchronize(report: boolean): void {
    const token = this.#peek();
    if (token.kind === ',' || token.kind === ')' || token.kind === 'end') return;
    if (report) this.#problem(afterOperand(token, '"," or ")"'), token);
    for (;;) {
      const { kind } = this.#peek();
      if (kind === ',' || kind === ')' || kind === 'end') return;
      this.#take();
      if (kind === '(') {
        this.#skipBalanced();
        if (this.#peek().kind === ')') this.#take();
      }
    }
  }

  /** Inside an open parenthesis: up to the closing one that belongs to it, which is not taken. */
  #skipBalanced(): void {
    for (let open = 0; ; this.#take()) {
      const { kind } = this.#peek();
      if (kind === 'end' || (kind === ')' && open === 0)) return;
      if (kind === '(') open += 1;
      if (kind === ')') open -= 1;
    }
  }

  #peek(): Token {
    const token = this.#tokens[this.#position];
    if (token === undefined) throw new Error('invariant broken: read past the end token');
    return token;
  }

  #take(): Token {
    const token = this.#peek();
    if (token.kind !== 'end') this.#position += 1;
    return token;
  }

  #problem(message: string, { start, end }: Span): void {
    this.problems.push({ code: 'expression.syntax', message, start, end });
  }
}

function afterOperand(token: Token, expected: string): string {
  if (token.kind === 'name' && /^(and|or|not|xor)$/i.test(token.value))
    return `There is no operator ${token.value}: nest IIF in the true branch for AND, in the false branch for OR, and use Not().`;
  return `Expected ${expected} here.`;
}
