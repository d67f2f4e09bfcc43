import { isDeepStrictEqual } from 'node:util';

/**
 * The name that one object of a JSON text has twice with different values, or undefined. `value` is what `JSON.parse` made of the
 * text: as long as it has as many members as the text, no name was given twice, which is one pass over each.
 */
export function findContradiction(text: string, value: unknown): string | undefined {
  return countMembers(text) === countNames(value) ? undefined : new Reader(text).readAll();
}

/** Colons outside of strings. */
function countMembers(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 0x22) index = endOfString(text, index);
    else if (code === 0x3a) count += 1;
  }
  return count;
}

/** Index of the quotation mark that ends the string which starts at `start`. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  for (; end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === 0x5c) backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}

function countNames(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const parts: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  let count = Array.isArray(value) ? 0 : parts.length;
  for (const part of parts) count += countNames(part);
  return count;
}

/** Reads a text that is known to be valid JSON, value by value. */
class Reader {
  readonly #text: string;
  #position = 0;
  #contradiction: string | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  readAll(): string | undefined {
    this.#read();
    return this.#contradiction;
  }

  #read(): unknown {
    const first = this.#peek();
    if (first === '{') return this.#readObject();
    if (first === '[') return this.#readArray();
    if (first === '"') return this.#readString();
    const end = this.#text.slice(this.#position).search(/[\s,\]}]|$/) + this.#position;
    const value: unknown = JSON.parse(this.#text.slice(this.#position, end));
    this.#position = end;
    return value;
  }

  #readObject(): unknown {
    const members = new Map<string, unknown>();
    this.#position += 1;
    while (this.#peek() !== '}') {
      if (this.#peek() === ',') this.#position += 1;
      this.#peek();
      const name = this.#readString();
      this.#peek();
      this.#position += 1;
      const value = this.#read();
      if (members.has(name) && !isDeepStrictEqual(members.get(name), value)) this.#contradiction ??= name;
      members.set(name, value);
    }
    this.#position += 1;
    return members;
  }

  #readArray(): unknown {
    const elements: unknown[] = [];
    this.#position += 1;
    while (this.#peek() !== ']') {
      if (this.#peek() === ',') this.#position += 1;
      elements.push(this.#read());
    }
    this.#position += 1;
    return elements;
  }

  #readString(): string {
    const end = endOfString(this.#text, this.#position);
    const value = JSON.parse(this.#text.slice(this.#position, end + 1)) as string;
    this.#position = end + 1;
    return value;
  }

  /** The next character that is no white space. */
  #peek(): string {
    while (' \t\r\n'.includes(this.#text.charAt(this.#position)) && this.#position < this.#text.length)
      this.#position += 1;
    return this.#text.charAt(this.#position);
  }
}
