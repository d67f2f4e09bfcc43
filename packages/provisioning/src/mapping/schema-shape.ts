import type { Problem } from '@joinery/base';

type Members = { readonly [name: string]: unknown };

/** Reads JSON of unknown origin by its expected shape and keeps every disagreement. Messages begin with the place. */
export class ShapeReader {
  readonly problems: Problem[] = [];

  report(place: string, message: string, code = 'provisioning.schema_shape'): void {
    this.problems.push({ code, message: `${place}: ${message}`, start: 0, end: 0 });
  }

  object(value: unknown, place: string): Members | undefined {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Members;
    this.report(place, 'An object is expected here.');
    return undefined;
  }

  /** The members beside the named ones, without OData's annotations: data that we only keep. */
  others(members: Members, known: readonly string[]): Members {
    const rest = Object.entries(members).filter(
      ([name]) => !known.includes(name) && !name.includes('@') && name !== '__proto__',
    );
    return Object.fromEntries(rest);
  }

  list(value: unknown, place: string, max: number): readonly unknown[] {
    if (!Array.isArray(value)) {
      this.report(place, 'A list is expected here.');
      return [];
    }
    if (value.length > max) this.report(place, `At most ${max} entries are taken.`);
    return value.slice(0, max);
  }

  text(members: Members, name: string, place: string): string {
    const value = members[name];
    if (typeof value === 'string') return value;
    this.report(`${place}.${name}`, 'A text is expected here.');
    return '';
  }

  optionalText(members: Members, name: string, place: string): string | null {
    const value = members[name] ?? null;
    if (value === null || typeof value === 'string') return value;
    this.report(`${place}.${name}`, 'A text or null is expected here.');
    return null;
  }

  flag(members: Members, name: string, place: string, fallback: boolean): boolean {
    const value = members[name] ?? fallback;
    if (typeof value === 'boolean') return value;
    this.report(`${place}.${name}`, 'true or false is expected here.');
    return fallback;
  }

  integer(members: Members, name: string, place: string, fallback: number): number {
    const value = members[name] ?? fallback;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
    this.report(`${place}.${name}`, 'A whole number of 0 or more is expected here.');
    return fallback;
  }

  oneOf<T extends string>(members: Members, name: string, place: string, choices: readonly T[], fallback: T): T {
    const value = members[name] ?? fallback;
    const found = choices.find((choice) => choice === value);
    if (found !== undefined) return found;
    this.report(`${place}.${name}`, `One of ${choices.join(', ')} is expected here.`);
    return fallback;
  }
}
