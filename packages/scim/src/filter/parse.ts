import { fail, ok, type Result } from '@joinery/base';
import { splitPathText } from '../path/split.ts';
import type { AttributePath, CompareOperator, Filter } from './ast.ts';
import { Scanner, SyntaxProblem, type Word } from './lex.ts';

export const filterLimits = { lengthMax: 8192, depthMax: 32, termsMax: 200 } as const;

const operators: ReadonlyMap<string, CompareOperator> = new Map(
  (['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const).map((operator) => [operator, operator]),
);

/**
 * Parses a filter, RFC 7644 §3.4.2.2 figure 1: `not` binds before `and`, `and` before `or`. Beyond the grammar it takes
 * bare and single-quoted values, no blank between operator and quote, and a comparison on a value path,
 * `emails[type eq "work"].value eq "x"`, which means the same element and is given as `emails[type eq "work" and value eq "x"]`.
 * `isStrict`: text stands in double quotes only. At most 8192 characters, 32 levels and 200 terms.
 */
export function parseFilter(text: string, isStrict = false): Result<Filter> {
  if (text.length > filterLimits.lengthMax) {
    const message = `The filter has ${text.length} characters; at most ${filterLimits.lengthMax} are taken.`;
    return fail({ code: 'filter.too_long', message, start: filterLimits.lengthMax, end: text.length });
  }
  const scanner = new Scanner(text, isStrict);
  try {
    const filter = new FilterParser(scanner).parseWhole();
    if (!scanner.atEnd()) {
      const message = 'Expected "and", "or" or the end of the filter here.';
      throw new SyntaxProblem('filter.unexpected_text', message, scanner.position, text.length);
    }
    return ok(filter);
  } catch (error) {
    if (error instanceof SyntaxProblem) return fail(error.problem);
    throw error;
  }
}

/** Recursive descent; the depth limit keeps the stack small. `parseBracket` serves PATCH paths, which hold a filter in `[…]`. */
export class FilterParser {
  private readonly scanner: Scanner;
  private readonly termsMax: number;
  private depth = 0;
  private terms = 0;
  private inBracket = false;

  constructor(scanner: Scanner, termsMax: number = filterLimits.termsMax) {
    this.scanner = scanner;
    this.termsMax = termsMax;
  }

  parseWhole(): Filter {
    return this.parseConnected('or');
  }

  /** The filter after `[`, with the closing bracket. */
  parseBracket(start: number): Filter {
    if (this.inBracket) {
      throw new SyntaxProblem('filter.nested_brackets', 'Value filters can not be nested.', start, start + 1);
    }
    this.inBracket = true;
    const filter = this.nested(start, ']');
    this.inBracket = false;
    return filter;
  }

  private parseConnected(kind: 'or' | 'and'): Filter {
    const operands: Filter[] = [];
    do {
      operands.push(kind === 'or' ? this.parseConnected('and') : this.parseTerm());
    } while (this.takeKeyword(kind));
    const [first] = operands;
    return operands.length === 1 && first !== undefined ? first : { kind, operands };
  }

  private takeKeyword(keyword: string): boolean {
    const word = this.scanner.peekWord();
    if (word.text.toLowerCase() !== keyword) return false;
    this.scanner.position = word.end;
    return true;
  }

  private nested(start: number, close: ')' | ']'): Filter {
    if (++this.depth > filterLimits.depthMax) {
      const message = `Brackets are nested deeper than ${filterLimits.depthMax} levels.`;
      throw new SyntaxProblem('filter.too_deep', message, start, start + 1);
    }
    const filter = this.parseConnected('or');
    if (!this.scanner.take(close)) {
      const at = this.scanner.position;
      throw new SyntaxProblem('filter.unclosed_bracket', `Expected "and", "or" or "${close}" here.`, at, at + 1);
    }
    this.depth--;
    return filter;
  }

  private parseTerm(): Filter {
    const word = this.scanner.peekWord();
    if (word.text === '' && this.scanner.take('(')) return this.nested(word.start, ')');
    if (word.text.toLowerCase() === 'not') {
      this.scanner.position = word.end;
      if (!this.scanner.take('(')) {
        throw new SyntaxProblem('filter.not_without_bracket', '"not" needs brackets: not (…).', word.start, word.end);
      }
      return { kind: 'not', operand: this.nested(word.start, ')') };
    }
    return this.parseExpression();
  }

  private parseExpression(): Filter {
    const word = this.scanner.takeWord();
    const path = readPath(word);
    if (this.scanner.take('[')) return this.parseValuePath(path, word);
    return this.parseComparison(path, word);
  }

  private parseValuePath(path: AttributePath, word: Word): Filter {
    const inner = this.parseBracket(word.end);
    if (!this.scanner.takeAdjacent('.')) {
      return { kind: 'value-path', path, filter: inner, start: word.start, end: this.scanner.position };
    }
    const sub = this.scanner.takeWord();
    const comparison = this.parseComparison(readPath(sub), sub);
    const operands = inner.kind === 'and' ? [...inner.operands, comparison] : [inner, comparison];
    return {
      kind: 'value-path',
      path,
      filter: { kind: 'and', operands },
      start: word.start,
      end: this.scanner.position,
    };
  }

  private parseComparison(path: AttributePath, { start, end }: Word): Filter {
    if (++this.terms > this.termsMax) {
      const message = `The filter has more than ${this.termsMax} terms.`;
      throw new SyntaxProblem('filter.too_many_terms', message, start, end);
    }
    const word = this.scanner.takeWord();
    const name = word.text.toLowerCase();
    if (name === 'pr') return { kind: 'present', path, start, end: word.end };
    const operator = operators.get(name);
    if (operator === undefined) {
      const message =
        word.text === ''
          ? 'An operator is missing here: eq, ne, co, sw, ew, gt, ge, lt, le or pr.'
          : `'${word.text.slice(0, 40)}' is not an operator; there are eq, ne, co, sw, ew, gt, ge, lt, le and pr.`;
      throw new SyntaxProblem('filter.unknown_operator', message, word.start, Math.max(word.end, word.start + 1));
    }
    const value = this.scanner.takeValue();
    const after = this.scanner.text.charAt(this.scanner.position);
    if (after !== '' && !/[ \t\r\n)\]]/.test(after)) {
      const at = this.scanner.position;
      throw new SyntaxProblem('filter.unexpected_text', 'Expected a blank or a bracket after the value.', at, at + 1);
    }
    return { kind: 'compare', path, operator, value, start, end: this.scanner.position };
  }
}

function readPath(word: Word): AttributePath {
  if (word.text === '') {
    const message = 'An attribute name or "(" is missing here.';
    throw new SyntaxProblem('filter.attribute_expected', message, word.start, word.start + 1);
  }
  const path = splitPathText(word.text);
  if (path === undefined) {
    const message = `'${word.text.slice(0, 100)}' is not an attribute path.`;
    throw new SyntaxProblem('filter.invalid_attribute_path', message, word.start, word.end);
  }
  return path;
}
