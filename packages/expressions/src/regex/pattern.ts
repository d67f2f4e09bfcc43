import { RE2JS } from 're2js';
import { regexCharactersMax } from '../limits.ts';
import { annotate, printAnnotated, type AnnotatedText } from './annotate.ts';
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

/** A .NET regular expression that runs in time linear in the text (each search of `matches` on its own). */
export interface Pattern {
  /** .NET's names and numbers of the groups, numbers of named groups included; without "0". */
  readonly groupNames: ReadonlySet<string>;
  /** No search looks further than a bounded way beyond its match, so that finding all matches is linear too. */
  readonly isLinearThroughout: boolean;
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
  try {
    return { ok: true, value: new Re2Pattern(translated.value) };
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
  readonly isLinearThroughout: boolean;
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
    this.isLinearThroughout = looksAheadBoundedly(translated.pieces);
    const uses = (...assertions: Assertion[]) =>
      translated.pieces.some((piece) => 'assertion' in piece && assertions.includes(piece.assertion));
    this.#needsBoundary = uses('boundary', 'notBoundary');
    this.#needsFinalLine = uses('endOrFinalLine');
    this.#annotated =
      this.#needsBoundary || this.#needsFinalLine
        ? RE2JS.compile(printAnnotated(translated.pieces), RE2JS.LOOKBEHINDS)
        : undefined;
  }

  matchesWhole(text: string): boolean {
    const annotated = this.#annotate(text);
    return annotated ? annotated.pattern.testExact(annotated.text) : this.#plain.testExact(text);
  }

  *matches(text: string): Generator<PatternMatch> {
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
