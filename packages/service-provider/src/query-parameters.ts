/** The query string with names in any letter case; unknown parameters are ignored by whoever does not ask for them. */
export class QueryParameters {
  readonly #values = new Map<string, string[]>();

  constructor(parameters: URLSearchParams) {
    for (const [name, value] of parameters) {
      const key = name.toLowerCase();
      const values = this.#values.get(key);
      if (values === undefined) this.#values.set(key, [value]);
      else values.push(value);
    }
  }

  has(name: string): boolean {
    return this.#values.has(name.toLowerCase());
  }

  /** The last value given, or undefined. */
  get(name: string): string | undefined {
    return this.#values.get(name.toLowerCase())?.at(-1);
  }

  /** Repeated parameters as one comma-separated list. */
  list(name: string): string | undefined {
    return this.#values.get(name.toLowerCase())?.join(',');
  }
}
