/** What is wrong with a pattern; offsets are those of the pattern's own text. */
export interface PatternProblem {
  /** `unsupported`: .NET has it, but it cannot run in linear time. `invalid`: no pattern in .NET either. */
  readonly kind: 'unsupported' | 'invalid';
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** A cursor over a pattern that collects problems. */
export class PatternReader {
  readonly text: string;
  readonly problems: PatternProblem[] = [];
  position = 0;

  constructor(text: string) {
    this.text = text;
  }

  isAtEnd(): boolean {
    return this.position >= this.text.length;
  }

  /** The UTF-16 unit at an offset from the cursor; empty behind the end. */
  peek(offset = 0): string {
    return this.text[this.position + offset] ?? '';
  }

  startsWith(text: string): boolean {
    return this.text.startsWith(text, this.position);
  }

  /** Takes what a sticky pattern matches here. */
  match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.text) ?? undefined;
    if (found) this.position += found[0].length;
    return found;
  }

  takeCodePoint(): number {
    const point = this.text.codePointAt(this.position) ?? 0;
    this.position += point > 0xffff ? 2 : 1;
    return point;
  }

  refuse(construct: string, start: number, end = this.position): void {
    this.problems.push({
      kind: 'unsupported',
      message: `Regular expressions run in linear time here, so ${construct} cannot be used.`,
      start,
      end,
    });
  }

  invalid(message: string, start: number, end = this.position): void {
    this.problems.push({ kind: 'invalid', message, start, end });
  }
}
