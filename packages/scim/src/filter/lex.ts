import type { Problem } from '@joinery/base';
import type { CompareValue } from './ast.ts';

/** Stops the parser at the first place where the text can not be understood; never leaves this package. */
export class SyntaxProblem extends Error {
  readonly problem: Problem;
  constructor(code: string, message: string, start: number, end: number) {
    super(message);
    this.problem = { code, message, start, end };
  }
}

export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const blank = /[ \t\r\n]/;
const wordEnd = /[ \t\r\n()[\]"']/;
const bareValueEnd = /[ \t\r\n)\]]/;
const operator = /^(?:eq|ne|co|sw|ew|gt|ge|lt|le)$/i;
const escapes = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

/**
 * Reads a filter from left to right. What the text at a place means depends on what the grammar expects there (a bare
 * value may hold a bracket, a path may not), so the parser asks for one thing after another instead of getting tokens.
 */
export class Scanner {
  readonly text: string;
  position = 0;
  private readonly isStrict: boolean;

  /** Strict: text only in double quotes, as the grammar of RFC 7644 has it. */
  constructor(text: string, isStrict = false) {
    this.text = text;
    this.isStrict = isStrict;
  }

  skipBlanks(): void {
    while (this.position < this.text.length && blank.test(this.text.charAt(this.position))) this.position++;
  }

  atEnd(): boolean {
    this.skipBlanks();
    return this.position >= this.text.length;
  }

  /** Takes the character if it comes next, after blanks. */
  take(character: string): boolean {
    this.skipBlanks();
    if (this.text.charAt(this.position) !== character) return false;
    this.position++;
    return true;
  }

  /** Takes the character only if it follows without a blank. */
  takeAdjacent(character: string): boolean {
    if (this.text.charAt(this.position) !== character) return false;
    this.position++;
    return true;
  }

  /** A path, operator or connective: up to a blank, a bracket or a quote. Empty text when none is there. */
  peekWord(): Word {
    this.skipBlanks();
    const start = this.position;
    let end = start;
    while (end < this.text.length) {
      const character = this.text.charAt(end);
      if (wordEnd.test(character) && !(character === "'" && !operator.test(this.text.slice(start, end)))) break;
      end++;
    }
    return { text: this.text.slice(start, end), start, end };
  }

  takeWord(): Word {
    const word = this.peekWord();
    this.position = word.end;
    return word;
  }

  /**
   * A comparison value: a JSON literal, `'…'`, or bare text up to a blank, `)` or `]` (RFC 7644 itself writes
   * `meta.resourceType eq User`). Bare text is a number only if the number prints as the same text, so that
   * `0042` stays what it is.
   */
  takeValue(): CompareValue {
    this.skipBlanks();
    const start = this.position;
    const first = this.text.charAt(start);
    if (first === '"') return this.takeQuoted();
    if (first === "'") {
      if (this.isStrict) throw this.unquoted(start, start + 1);
      return this.takeSingleQuoted();
    }
    while (this.position < this.text.length && !bareValueEnd.test(this.text.charAt(this.position))) this.position++;
    const bare = this.text.slice(start, this.position);
    if (bare === '') throw new SyntaxProblem('filter.value_expected', 'A value is missing here.', start, start);
    const lower = bare.toLowerCase();
    if (lower === 'true') return true;
    if (lower === 'false') return false;
    if (lower === 'null') return null;
    const number = Number(bare);
    if (Number.isFinite(number) && String(number) === bare) return number;
    if (this.isStrict) throw this.unquoted(start, this.position);
    return bare;
  }

  private unquoted(start: number, end: number): SyntaxProblem {
    return new SyntaxProblem('filter.unquoted_text', 'Text must stand in double quotes.', start, end);
  }

  private takeQuoted(): string {
    const start = this.position++;
    let value = '';
    while (this.position < this.text.length) {
      const character = this.text.charAt(this.position++);
      if (character === '"') return value;
      value += character === '\\' ? this.takeEscape() : character;
    }
    throw new SyntaxProblem('filter.unclosed_string', 'The closing " is missing.', start, this.text.length);
  }

  private takeEscape(): string {
    const start = this.position - 1;
    const letter = this.text.charAt(this.position++);
    const plain = escapes.get(letter);
    if (plain !== undefined) return plain;
    const digits = this.text.slice(this.position, this.position + 4);
    if (letter === 'u' && /^[0-9a-f]{4}$/i.test(digits)) {
      this.position += 4;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const message = 'A backslash starts a JSON escape; write \\\\ for the character itself.';
    throw new SyntaxProblem('filter.invalid_escape', message, start, Math.min(this.position, this.text.length));
  }

  private takeSingleQuoted(): string {
    const start = this.position++;
    let value = '';
    while (this.position < this.text.length) {
      const character = this.text.charAt(this.position++);
      const next = this.text.charAt(this.position);
      if (character === "'" && next === "'") {
        value += "'";
        this.position++;
      } else if (character === '\\' && (next === "'" || next === '\\')) {
        value += next;
        this.position++;
      } else if (character === "'") {
        return value;
      } else {
        value += character;
      }
    }
    throw new SyntaxProblem('filter.unclosed_string', "The closing ' is missing.", start, this.text.length);
  }
}
