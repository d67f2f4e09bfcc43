import { badRequest } from '../errors.ts';
import { lexFilter, type Token } from './lex.ts';

export type ODataValue =
  | { readonly kind: 'string' | 'bare'; readonly text: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null' };

export type ODataOperator = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge';

/** A parsed `$filter`; property paths as written, with `/` between the steps. */
export type ODataFilter =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly ODataFilter[] }
  | { readonly kind: 'not'; readonly operand: ODataFilter }
  | { readonly kind: 'compare'; readonly path: string; readonly operator: ODataOperator; readonly value: ODataValue }
  | {
      readonly kind: 'call';
      readonly name: 'startswith' | 'endswith' | 'contains';
      readonly path: string;
      readonly value: ODataValue;
    }
  | { readonly kind: 'in'; readonly path: string; readonly values: readonly ODataValue[] }
  | { readonly kind: 'any'; readonly path: string; readonly variable: string; readonly operand: ODataFilter };

export const filterLimits = { charactersMax: 4096, depthMax: 20, comparisonsMax: 100, inValuesMax: 100 } as const;

const operators: ReadonlySet<string> = new Set(['eq', 'ne', 'lt', 'le', 'gt', 'ge']);
const calls: ReadonlySet<string> = new Set(['startswith', 'endswith', 'contains']);

/** Parses a `$filter`: comparisons, `startswith endswith contains`, `in`, `any`, `and or not` and brackets. Throws `graph.bad_request`. */
export function parseFilter(text: string): ODataFilter {
  if (text.length > filterLimits.charactersMax) {
    throw badRequest(`$filter is longer than ${filterLimits.charactersMax} characters.`);
  }
  return new FilterParser(lexFilter(text)).parse();
}

class FilterParser {
  private readonly tokens: readonly Token[];
  private position = 0;
  private comparisons = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  parse(): ODataFilter {
    const filter = this.parseOr(0);
    const rest = this.tokens[this.position];
    if (rest) throw this.unexpected('the end');
    return filter;
  }

  private parseOr(depth: number): ODataFilter {
    return this.parseChain('or', () => this.parseAnd(depth));
  }

  private parseAnd(depth: number): ODataFilter {
    return this.parseChain('and', () => this.parseUnary(depth));
  }

  private parseChain(kind: 'and' | 'or', parseOperand: () => ODataFilter): ODataFilter {
    const first = parseOperand();
    const operands = [first];
    while (this.takeWord(kind)) operands.push(parseOperand());
    return operands.length === 1 ? first : { kind, operands };
  }

  private parseUnary(depth: number): ODataFilter {
    if (depth >= filterLimits.depthMax)
      throw badRequest(`$filter is nested deeper than ${filterLimits.depthMax} levels.`);
    if (this.takeWord('not')) return { kind: 'not', operand: this.parseUnary(depth + 1) };
    if (this.takeMark('(')) {
      const inner = this.parseOr(depth + 1);
      this.requireMark(')');
      return inner;
    }
    return this.parseComparison(depth);
  }

  private parseComparison(depth: number): ODataFilter {
    if (++this.comparisons > filterLimits.comparisonsMax) {
      throw badRequest(`$filter has more than ${filterLimits.comparisonsMax} comparisons.`);
    }
    const path = this.requireWord('a property');
    if (this.takeMark('(')) return path.endsWith('/any') ? this.parseAny(path, depth) : this.parseCall(path);
    if (this.takeWord('in')) return this.parseIn(path);
    const operator = this.requireWord('an operator (eq, ne, lt, le, gt, ge, in)').toLowerCase();
    if (!operators.has(operator)) throw badRequest(`$filter: "${operator}" is not a supported operator.`);
    // The set above holds exactly the members of ODataOperator.
    return { kind: 'compare', path, operator: operator as ODataOperator, value: this.requireValue() };
  }

  private parseCall(word: string): ODataFilter {
    const name = word.toLowerCase();
    if (!calls.has(name)) throw badRequest(`$filter: the function "${word}" is not supported.`);
    const path = this.requireWord('a property');
    this.requireMark(',');
    const value = this.requireValue();
    this.requireMark(')');
    const filter: ODataFilter = { kind: 'call', name: name as 'startswith' | 'endswith' | 'contains', path, value };
    // OData also writes the boolean function as a comparison: startswith(a,'b') eq true
    if (this.takeWord('eq')) {
      const wanted = this.requireValue();
      if (wanted.kind !== 'boolean') throw badRequest(`$filter: ${name}(…) can be compared with true or false only.`);
      return wanted.value ? filter : { kind: 'not', operand: filter };
    }
    return filter;
  }

  private parseIn(path: string): ODataFilter {
    this.requireMark('(');
    const values = [this.requireValue()];
    while (this.takeMark(',')) values.push(this.requireValue());
    this.requireMark(')');
    if (values.length > filterLimits.inValuesMax) {
      throw badRequest(`$filter: "in" takes at most ${filterLimits.inValuesMax} values.`);
    }
    return { kind: 'in', path, values };
  }

  private parseAny(word: string, depth: number): ODataFilter {
    const variable = this.requireWord('a variable').replace(/:$/, '');
    this.takeMark(':');
    const operand = this.parseOr(depth + 1);
    this.requireMark(')');
    return { kind: 'any', path: word.slice(0, -'/any'.length), variable, operand };
  }

  private takeWord(word: string): boolean {
    const token = this.tokens[this.position];
    if (token?.kind !== 'word' || token.text.toLowerCase() !== word) return false;
    this.position++;
    return true;
  }

  private takeMark(mark: string): boolean {
    const token = this.tokens[this.position];
    if (token?.kind !== 'mark' || token.text !== mark) return false;
    this.position++;
    return true;
  }

  private requireMark(mark: string): void {
    if (!this.takeMark(mark)) throw this.unexpected(`"${mark}"`);
  }

  private requireWord(expected: string): string {
    const token = this.tokens[this.position];
    if (token?.kind !== 'word') throw this.unexpected(expected);
    this.position++;
    return token.text;
  }

  private requireValue(): ODataValue {
    const token = this.tokens[this.position];
    if (token === undefined || token.kind === 'mark') throw this.unexpected('a value');
    this.position++;
    if (token.kind === 'string') return { kind: 'string', text: token.text };
    if (token.text === 'true' || token.text === 'false') return { kind: 'boolean', value: token.text === 'true' };
    return token.text === 'null' ? { kind: 'null' } : { kind: 'bare', text: token.text };
  }

  private unexpected(expected: string): Error {
    const token = this.tokens[this.position];
    const found = token ? `"${token.text.slice(0, 50)}" at position ${token.start}` : 'the end';
    return badRequest(`$filter: expected ${expected}, found ${found}.`);
  }
}
