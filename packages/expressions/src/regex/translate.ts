import { codePointText, readCharacterClass, readEscape } from './character-class.ts';
import { type PatternProblem, PatternReader } from './pattern-reader.ts';

/** `$` and `\Z` also stand before a final line feed; `lineStart` and `lineEnd` are `^` and `$` under `(?m)`. */
export type Assertion = 'boundary' | 'notBoundary' | 'start' | 'lineStart' | 'end' | 'endOrFinalLine' | 'lineEnd';

/** A piece of a translated pattern: RE2 syntax as it is, one code point consumed, or a place between two. */
export type Piece = { readonly syntax: string } | { readonly atom: string } | { readonly assertion: Assertion };

export interface TranslatedPattern {
  readonly pieces: readonly Piece[];
  /** Capturing groups in RE2's order: .NET's name of each, a number as text for unnamed ones. */
  readonly groups: readonly string[];
}

/**
 * Translates a .NET regular expression into pieces of RE2 syntax, so that `\d \w \s \b $` and group numbers mean what
 * they mean in .NET. What cannot run in linear time (look-around, back-references, atomic and balancing groups,
 * conditionals, class subtraction, `\G`) and what .NET refuses is reported with its place.
 *
 * @see https://learn.microsoft.com/dotnet/standard/base-types/regular-expression-language-quick-reference
 */
export function translatePattern(
  text: string,
):
  | { readonly ok: true; readonly value: TranslatedPattern }
  | { readonly ok: false; readonly problems: readonly PatternProblem[] } {
  const translator = new Translator(text);
  translator.run();
  if (translator.reader.problems.length > 0) return { ok: false, problems: translator.reader.problems };
  return { ok: true, value: { pieces: translator.pieces, groups: numberGroups(translator.groups) } };
}

/** Options that the translation itself resolves; `i` is left to RE2. */
interface Options {
  readonly multiline: boolean;
  readonly singleLine: boolean;
  readonly explicitCapture: boolean;
  readonly ignoreWhite: boolean;
}

const quantifier = /(?:[*+?]|\{([0-9]+)(?:(,)([0-9]*))?\})\??/y;
const groupOptions = /\(\?([imnsx]*)(?:-([imnsx]*))?([:)])/y;
const namedGroup = /\(\?(?:<([\p{L}\p{Mn}\p{Nd}\p{Pc}]+)>|'([\p{L}\p{Mn}\p{Nd}\p{Pc}]+)')/uy;

const refusedGroups: readonly (readonly [RegExp, string])[] = [
  [/\(\?[=!]/y, 'look-ahead'],
  [/\(\?<[=!]/y, 'look-behind'],
  [/\(\?>/y, 'an atomic group'],
  [
    /\(\?(?:<[\p{L}\p{Mn}\p{Nd}\p{Pc}]*-[\p{L}\p{Mn}\p{Nd}\p{Pc}]*>|'[\p{L}\p{Mn}\p{Nd}\p{Pc}]*-[\p{L}\p{Mn}\p{Nd}\p{Pc}]*')/uy,
    'a balancing group',
  ],
  [/\(\?(?=\()/y, 'a conditional'],
];

class Translator {
  readonly reader: PatternReader;
  readonly pieces: Piece[] = [];
  readonly groups: (string | undefined)[] = [];
  #options: Options = { multiline: false, singleLine: false, explicitCapture: false, ignoreWhite: false };
  /** Where each open group began, and the options that its end restores. */
  readonly #open: { readonly start: number; readonly options: Options }[] = [];
  /** What a quantifier here would repeat. */
  #operand: 'none' | 'atom' | 'group' | 'assertion' | 'quantified' = 'none';

  constructor(text: string) {
    this.reader = new PatternReader(text);
  }

  run(): void {
    while (!this.reader.isAtEnd()) this.#step();
    for (const { start } of this.#open) this.reader.invalid('This parenthesis is not closed.', start, start + 1);
  }

  #step(): void {
    const { reader } = this;
    if (this.#options.ignoreWhite && reader.match(/[ \t\n\r\f\v]+|#[^\n]*/y)) return;
    switch (reader.peek()) {
      case '(':
        return this.#openGroup();
      case ')':
        return this.#closeGroup();
      case '|':
        reader.position += 1;
        this.#operand = 'none';
        this.pieces.push({ syntax: '|' });
        return;
      case '[':
        return this.#atom(readCharacterClass(reader));
      case '.':
        reader.position += 1;
        return this.#atom(this.#options.singleLine ? '(?s:.)' : String.raw`[^\n]`);
      case '^':
        reader.position += 1;
        return this.#assertion(this.#options.multiline ? 'lineStart' : 'start');
      case '$':
        reader.position += 1;
        return this.#assertion(this.#options.multiline ? 'lineEnd' : 'endOrFinalLine');
      case '\\':
        return this.#escape();
      default:
        if (!this.#quantifier()) this.#atom(codePointText(reader.takeCodePoint()));
    }
  }

  #atom(text: string): void {
    this.pieces.push({ atom: text });
    this.#operand = 'atom';
  }

  #assertion(assertion: Assertion): void {
    this.pieces.push({ assertion });
    this.#operand = 'assertion';
  }

  #escape(): void {
    const { reader } = this;
    const start = reader.position;
    const assertion = reader.match(/\\([bBAzZ])/y)?.[1];
    if (assertion !== undefined) return this.#assertion(escapedAssertions[assertion] ?? 'end');
    if (reader.match(/\\G/y)) return reader.refuse(String.raw`\G (the end of the previous match)`, start);
    if (reader.match(/\\(?:[1-9][0-9]*|k(?:<[^>]*>|'[^']*')?)/y)) return reader.refuse('a back-reference', start);
    const escape = readEscape(reader, false);
    if (escape === undefined) return;
    this.#atom('members' in escape ? `[${escape.members}]` : codePointText(escape.point));
  }

  /** False when no quantifier stands here: a brace that begins none is an ordinary character. */
  #quantifier(): boolean {
    const { reader } = this;
    const start = reader.position;
    const match = reader.match(quantifier);
    if (!match) return false;
    const [text, from, comma, to] = match;
    if (this.#operand === 'none') reader.invalid('Nothing stands before this quantifier that it could repeat.', start);
    if (this.#operand === 'quantified') reader.invalid('A quantifier cannot follow another one.', start);
    const min = text.startsWith('{') ? Number(from) : text.startsWith('+') ? 1 : 0;
    const max = comma === undefined ? min : to ? Number(to) : Infinity;
    if (text.startsWith('{') && max < min) reader.invalid('The quantifier repeats from more to fewer.', start);
    if (min > 1000 || (Number.isFinite(max) && max > 1000)) reader.refuse('a repetition of more than 1000', start);
    if (this.#operand === 'assertion') {
      // Repeating a place changes nothing; it is there, or it need not be.
      if (min === 0) this.pieces.pop();
    } else this.pieces.push({ syntax: text });
    this.#operand = 'quantified';
    return true;
  }

  #openGroup(): void {
    const { reader } = this;
    const start = reader.position;
    if (reader.match(/\(\?#[^)]*\)/y)) return;
    for (const [pattern, construct] of refusedGroups) {
      if (!reader.match(pattern)) continue;
      reader.refuse(construct, start);
      return this.#push(start, '(?:');
    }
    const options = reader.match(groupOptions);
    if (options) return this.#applyOptions(start, options[1], options[2], options[3] === ':');
    const name = reader.match(namedGroup);
    if (name) {
      this.groups.push(name[1] ?? name[2]);
      return this.#push(start, '(');
    }
    if (reader.match(/\(\?/y)) {
      reader.invalid('This group construct is unknown.', start);
      return this.#push(start, '(?:');
    }
    reader.position += 1;
    if (this.#options.explicitCapture) return this.#push(start, '(?:');
    this.groups.push(undefined);
    this.#push(start, '(');
  }

  #push(start: number, syntax: string, inner: Options = this.#options): void {
    this.#open.push({ start, options: this.#options });
    this.#options = inner;
    this.#operand = 'none';
    this.pieces.push({ syntax });
  }

  #applyOptions(start: number, on = '', off = '', isGroup: boolean): void {
    const value = (letter: string, before: boolean) => (off.includes(letter) ? false : on.includes(letter) || before);
    const options: Options = {
      multiline: value('m', this.#options.multiline),
      singleLine: value('s', this.#options.singleLine),
      explicitCapture: value('n', this.#options.explicitCapture),
      ignoreWhite: value('x', this.#options.ignoreWhite),
    };
    const letterCase = off.includes('i') ? '-i' : on.includes('i') ? 'i' : '';
    if (isGroup) return this.#push(start, letterCase === '' ? '(?:' : `(?${letterCase}:`, options);
    this.#options = options;
    if (letterCase !== '') this.pieces.push({ syntax: `(?${letterCase})` });
  }

  #closeGroup(): void {
    const { reader } = this;
    reader.position += 1;
    const open = this.#open.pop();
    if (open === undefined) return reader.invalid('This parenthesis closes no group.', reader.position - 1);
    this.#options = open.options;
    this.pieces.push({ syntax: ')' });
    this.#operand = 'group';
  }
}

const escapedAssertions: Readonly<Record<string, Assertion>> = {
  b: 'boundary',
  B: 'notBoundary',
  A: 'start',
  z: 'end',
  Z: 'endOrFinalLine',
};

/** .NET numbers unnamed groups first, from left to right, then named ones. */
function numberGroups(groups: readonly (string | undefined)[]): readonly string[] {
  let unnamed = 0;
  return groups.map((name) => name ?? String((unnamed += 1)));
}
