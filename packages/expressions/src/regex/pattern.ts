import { RE2JS } from 're2js';
import {
  regexCharactersMax,
  regexInputCharactersMax,
  regexProgramMax,
  regexShortText,
  regexStepsMax,
  regexTranslatedCharactersMax,
} from '../limits.ts';
import { allMatches, placeBits, readProgram, type Program } from './all-matches.ts';
import { annotate, assertionHolds, printAnnotated, type AnnotatedText } from './annotate.ts';
import type { PatternProblem } from './pattern-reader.ts';
import { translatePattern, type Assertion, type Piece, type TranslatedPattern } from './translate.ts';

export interface GroupMatch {
  readonly start: number;
  readonly end: number;
}

export interface PatternMatch extends GroupMatch {
  /**
   * By .NET's name or number of the group; undefined when it took no part. To be read before the next match is asked for.
   */
  group(name: string): GroupMatch | undefined;
}

/** A .NET regular expression that runs in time linear in the text. */
export interface Pattern {
  /** .NET's names and numbers of the groups, numbers of named groups included; without "0". */
  readonly groupNames: ReadonlySet<string>;
  /** The longest text that the pattern may be applied to, in UTF-16 units: the larger the pattern, the shorter. */
  readonly textCharactersMax: number;
  matchesWhole(text: string): boolean;
  /** Leftmost matches that do not overlap. */
  matches(text: string): Iterable<PatternMatch>;
}

export type CompiledPattern =
  { readonly ok: true; readonly value: Pattern } | { readonly ok: false; readonly problems: readonly PatternProblem[] };

export function compilePattern(text: string): CompiledPattern {
  const whole = { start: 0, end: text.length };
  const refuse = (kind: PatternProblem['kind'], message: string): CompiledPattern => ({
    ok: false,
    problems: [{ kind, message, ...whole }],
  });
  if (text.length > regexCharactersMax)
    return refuse('invalid', `A regular expression has at most ${regexCharactersMax} characters.`);
  const translated = translatePattern(text);
  if (!translated.ok) return translated;
  const assertions = new Set(translated.value.pieces.flatMap((piece) => ('assertion' in piece ? piece.assertion : [])));
  if (assertions.size > placeBits.length)
    return refuse(
      'unsupported',
      String.raw`The regular expression uses every one of ^, (?m)^, $, (?m)$, \z, \b and \B.`,
    );
  if (printPlain(translated.value.pieces).length > regexTranslatedCharactersMax)
    return refuse('unsupported', 'The regular expression has too many classes such as [\\W].');
  try {
    const pattern = new Re2Pattern(translated.value);
    if (pattern.programSize > regexProgramMax)
      return refuse(
        'unsupported',
        `The regular expression is too large: its quantifiers repeat ${pattern.programSize} steps, and ${regexProgramMax} is the most.`,
      );
    return { ok: true, value: pattern };
  } catch (error) {
    // The translation leaves limits of the engine only: nesting and the size of the compiled program.
    const reason = error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : 'unknown reason';
    return refuse('unsupported', `The regular expression is too large or nested too deeply (${reason.slice(0, 80)}).`);
  }
}

const plainAssertions: Readonly<Record<Assertion, string>> = {
  boundary: String.raw`\b`,
  notBoundary: String.raw`\B`,
  start: String.raw`\A`,
  lineStart: '(?m:^)',
  end: String.raw`\z`,
  endOrFinalLine: String.raw`\z`,
  lineEnd: '(?m:$)',
};

function printPlain(pieces: readonly Piece[]): string {
  return pieces
    .map((piece) =>
      'syntax' in piece ? piece.syntax : 'atom' in piece ? piece.atom : plainAssertions[piece.assertion],
    )
    .join('');
}

/**
 * RE2's `\b` knows ASCII only, and it has no `$` before a final line feed. Where a text makes that a difference, a second
 * form of the pattern runs over the text annotated with what lies around each position (`annotate.ts`).
 */
class Re2Pattern implements Pattern {
  readonly groupNames: ReadonlySet<string>;
  readonly #looksAheadBoundedly: boolean;
  readonly #groupsCount: number;
  readonly programSize: number;
  readonly textCharactersMax: number;
  /** For finding all matches in one go, where searching again behind each one may take long; read when it is needed. */
  #program: { readonly program: Program; readonly assertions: ReadonlyMap<number, Assertion> } | undefined;
  readonly #pieces: readonly Piece[];
  readonly #indexes: ReadonlyMap<string, readonly number[]>;
  readonly #plain: RE2JS;
  /** Where no text makes a difference there is no second form. */
  readonly #annotated: RE2JS | undefined;
  readonly #needsBoundary: boolean;
  readonly #needsFinalLine: boolean;

  constructor(translated: TranslatedPattern) {
    this.#plain = RE2JS.compile(printPlain(translated.pieces));
    this.#indexes = groupIndexes(translated.groups);
    this.groupNames = new Set(this.#indexes.keys());
    this.#looksAheadBoundedly = looksAheadBoundedly(translated.pieces);
    this.#groupsCount = translated.groups.length;
    const uses = (...assertions: Assertion[]) =>
      translated.pieces.some((piece) => 'assertion' in piece && assertions.includes(piece.assertion));
    this.#needsBoundary = uses('boundary', 'notBoundary');
    this.#needsFinalLine = uses('endOrFinalLine');
    this.#annotated =
      this.#needsBoundary || this.#needsFinalLine
        ? RE2JS.compile(printAnnotated(translated.pieces), RE2JS.LOOKBEHINDS)
        : undefined;
    this.#pieces = translated.pieces;
    this.programSize = this.#plain.programSize();
    this.textCharactersMax = Math.min(regexInputCharactersMax, Math.floor(regexStepsMax / this.programSize));
  }

  matchesWhole(text: string): boolean {
    const annotated = this.#annotate(text);
    return annotated ? annotated.pattern.testExact(annotated.text) : this.#plain.testExact(text);
  }

  matches(text: string): Generator<PatternMatch> {
    return this.#looksAheadBoundedly || text.length <= regexShortText
      ? this.#searchedMatches(text)
      : this.#allMatches(text);
  }

  *#allMatches(text: string): Generator<PatternMatch> {
    this.#program ??= readAssertedProgram(this.#pieces);
    const { program, assertions } = this.#program;
    const matches = allMatches(program, text, this.#groupsCount, (bit, offset) => {
      const assertion = assertions.get(bit);
      return assertion !== undefined && assertionHolds(assertion, text, offset);
    });
    for (const captures of matches)
      yield this.#match((index) => [captures[2 * index] ?? -1, captures[2 * index + 1] ?? -1]);
  }

  /** Searches behind each match for the next one. */
  *#searchedMatches(text: string): Generator<PatternMatch> {
    const annotated = this.#annotate(text);
    if (annotated) {
      yield* this.#annotatedMatches(annotated);
      return;
    }
    const matcher = this.#plain.matcher(text);
    while (matcher.find()) yield this.#match((index) => [matcher.start(index), matcher.end(index)]);
  }

  *#annotatedMatches(annotated: AnnotatedText & { readonly pattern: RE2JS }): Generator<PatternMatch> {
    const matcher = annotated.pattern.matcher(annotated.text);
    let from = 0;
    while (from < annotated.text.length && matcher.find(from)) {
      const start = matcher.start();
      const end = matcher.end();
      yield this.#match((index) => {
        const first = matcher.start(index);
        // The whole match begins with a mark of its own; groups begin behind one.
        return [
          first < 0 ? -1 : annotated.original(first + (index === 0 ? 1 : 0)),
          annotated.original(matcher.end(index)),
        ];
      });
      // The mark behind a match is the one before the next; behind an empty match the search goes on one character later.
      const nextLength = (annotated.text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;
      from = end - start > 1 ? end - 1 : end + nextLength;
    }
  }

  #match(bounds: (index: number) => readonly [number, number]): PatternMatch {
    const [start, end] = bounds(0);
    return {
      start,
      end,
      group: (name) => {
        if (name === '0') return { start, end };
        for (const index of this.#indexes.get(name) ?? []) {
          const [first, last] = bounds(index);
          if (first >= 0) return { start: first, end: last };
        }
        return undefined;
      },
    };
  }

  #annotate(text: string): (AnnotatedText & { readonly pattern: RE2JS }) | undefined {
    const pattern = this.#annotated;
    if (pattern === undefined) return undefined;
    const isDifferent =
      // oxlint-disable-next-line no-control-regex -- every character outside ASCII
      (this.#needsBoundary && /[^\x00-\x7f]/.test(text)) || (this.#needsFinalLine && text.endsWith('\n'));
    const annotated = isDifferent ? annotate(text) : undefined;
    return annotated && { ...annotated, pattern };
  }
}

/**
 * The program of a pattern whose assertions can be told apart: each has a syntax of its own, whatever that means to the
 * engine, and is tested here.
 */
function readAssertedProgram(pieces: readonly Piece[]): {
  readonly program: Program;
  readonly assertions: ReadonlyMap<number, Assertion>;
} {
  const used = [...new Set(pieces.flatMap((piece) => ('assertion' in piece ? piece.assertion : [])))];
  const signs = new Map(used.map((assertion, index) => [assertion, placeBits[index]]));
  const text = pieces
    .map((piece) => {
      if ('syntax' in piece) return piece.syntax;
      return 'atom' in piece ? piece.atom : (signs.get(piece.assertion)?.syntax ?? '');
    })
    .join('');
  return {
    program: readProgram(RE2JS.compile(text)),
    assertions: new Map([...signs].flatMap(([assertion, sign]) => (sign ? [[sign.bit, assertion] as const] : []))),
  };
}

/** Without an unbounded quantifier, or with nothing but one character and its quantifier, such as `[a-z]+`. */
function looksAheadBoundedly(pieces: readonly Piece[]): boolean {
  const isUnbounded = (piece: Piece) => 'syntax' in piece && /^(?:[*+]|\{[0-9]+,\})/.test(piece.syntax);
  const [first] = pieces;
  return !pieces.some(isUnbounded) || (pieces.length === 2 && first !== undefined && 'atom' in first);
}

/** Names and numbers → RE2's indexes; a name may stand for several groups. */
function groupIndexes(groups: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const indexes = new Map<string, number[]>();
  const add = (name: string, index: number) => indexes.set(name, [...(indexes.get(name) ?? []), index]);
  for (const [position, name] of groups.entries()) add(name, position + 1);
  const taken = new Set(groups.filter((name) => /^[0-9]+$/.test(name)).map(Number));
  let number = 1;
  for (const name of new Set(groups.filter((other) => !/^[0-9]+$/.test(other)))) {
    while (taken.has(number)) number += 1;
    taken.add(number);
    indexes.set(String(number), indexes.get(name) ?? []);
  }
  return indexes;
}
