import { foldCase } from './fold-case.ts';

interface Folded {
  readonly text: string;
  readonly folded: string;
}

const known = new WeakMap<object, Map<string, Folded>>();

/**
 * The folded text of an object's value, remembered with the object: one request may compare the same element with
 * thousands of filters, and folding costs microseconds. The text is checked, so an object that changes is folded anew.
 */
export function foldedValue(owner: object, name: string, text: string): string {
  if (isCheap(text)) return foldCase(text);
  let values = known.get(owner);
  if (values === undefined) known.set(owner, (values = new Map<string, Folded>()));
  const found = values.get(name);
  if (found?.text === text) return found.folded;
  const folded = foldCase(text);
  values.set(name, { text, folded });
  return folded;
}

function isCheap(text: string): boolean {
  return text.length < 64 && /^[ -~]*$/.test(text);
}
