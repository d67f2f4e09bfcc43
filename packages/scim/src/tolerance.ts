import { printable } from './plain-text.ts';

const entriesMax = 50;
const subjectLengthMax = 80;

/** Collects what was tolerated in one request, each once and not without bound: `name: subject`. */
export class Tolerance {
  private readonly entries = new Set<string>();

  /** `name` is stable (`value.boolean_as_text`); `subject` says where, and never holds a value. */
  note(name: string, subject: string): void {
    if (this.entries.size >= entriesMax) return;
    this.entries.add(subject === '' ? name : `${name}: ${printable(subject.slice(0, subjectLengthMax))}`);
  }

  list(): readonly string[] {
    return [...this.entries];
  }
}
