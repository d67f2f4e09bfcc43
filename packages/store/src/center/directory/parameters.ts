/** Collects the values of one statement while its text is built. */
export class Parameters {
  readonly values: unknown[] = [];

  /** The placeholder of a new value, `$1`, `$2`, … */
  add(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}
