import type { Assertion, Piece } from './translate.ts';

/*
 * A text with marks: before, between and after its characters stands one noncharacter that says what lies around that
 * position. Each character of a pattern then consumes the mark behind it too, and each assertion becomes a look-behind
 * for the marks where it holds, which the engine runs in linear time.
 *
 *   mark = U+FDD0 + before + 3 * (after + 4 * boundary)
 *   before: 0 start of the text, 1 a line feed, 2 another character
 *   after:  0 end of the text, 1 the final line feed, 2 another line feed, 3 another character
 */
const firstMark = 0xfdd0;
const marksCount = 24;
const marks = `[\\x{${firstMark.toString(16)}}-\\x{${(firstMark + marksCount - 1).toString(16)}}]`;

const holds: Readonly<Record<Assertion, (before: number, after: number, isBoundary: boolean) => boolean>> = {
  boundary: (_before, _after, isBoundary) => isBoundary,
  notBoundary: (_before, _after, isBoundary) => !isBoundary,
  start: (before) => before === 0,
  lineStart: (before) => before !== 2,
  end: (_before, after) => after === 0,
  endOrFinalLine: (_before, after) => after <= 1,
  lineEnd: (_before, after) => after !== 3,
};

export interface AnnotatedText {
  readonly text: string;
  /** Offset behind a mark → offset in the text as it was. */
  original(offset: number): number;
}

/** Undefined for the rare text that holds marks itself. */
export function annotate(text: string): AnnotatedText | undefined {
  if (/[\ufdd0-\ufdef]/.test(text)) return undefined;
  const origins: number[] = [];
  let annotated = '';
  let position = 0;
  const place = () => {
    annotated += String.fromCharCode(firstMark + markAt(text, position));
    origins[annotated.length] = position;
  };
  place();
  for (const character of text) {
    annotated += character;
    position += character.length;
    place();
  }
  return { text: annotated, original: (offset) => origins[offset] ?? 0 };
}

/** Whether a place is at an offset, by .NET's rules. */
export function assertionHolds(assertion: Assertion, text: string, offset: number): boolean {
  const mark = markAt(text, offset);
  return holds[assertion](mark % 3, Math.floor(mark / 3) % 4, mark >= 12);
}

function markAt(text: string, position: number): number {
  const before = position === 0 ? 0 : text[position - 1] === '\n' ? 1 : 2;
  const next = text[position];
  const after = next === undefined ? 0 : next !== '\n' ? 3 : position === text.length - 1 ? 1 : 2;
  const isBoundary = isWordEnding(text, position) !== isWordBeginning(text, position);
  return before + 3 * (after + 4 * (isBoundary ? 1 : 0));
}

// .NET counts the two joiners as word characters for \b, though not for \w.
const word = /[\p{L}\p{Mn}\p{Nd}\p{Pc}\u200c\u200d]/u;

function isWordBeginning(text: string, position: number): boolean {
  const point = text.codePointAt(position);
  return point !== undefined && word.test(String.fromCodePoint(point));
}

function isWordEnding(text: string, position: number): boolean {
  if (position === 0) return false;
  const isLow = /[\udc00-\udfff]/.test(text[position - 1] ?? '') && /[\ud800-\udbff]/.test(text[position - 2] ?? '');
  return isWordBeginning(text, position - (isLow ? 2 : 1));
}

/** The pattern over annotated text; a match begins with one mark more. */
export function printAnnotated(pieces: readonly Piece[]): string {
  const body = pieces
    .map((piece) =>
      'syntax' in piece ? piece.syntax : 'atom' in piece ? `(?:${piece.atom}${marks})` : lookBehind(piece.assertion),
    )
    .join('');
  return `${marks}(?:${body})`;
}

function lookBehind(assertion: Assertion): string {
  let members = '';
  for (let mark = 0; mark < marksCount; mark += 1) {
    const before = mark % 3;
    const after = Math.floor(mark / 3) % 4;
    if (holds[assertion](before, after, mark >= 12)) members += `\\x{${(firstMark + mark).toString(16)}}`;
  }
  return `(?<=[${members}])`;
}
