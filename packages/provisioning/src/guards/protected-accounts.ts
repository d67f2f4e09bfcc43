import type { AttributeValues } from '@joinery/connector-kit/ports';
import { toList } from '../diff/same-value.ts';
import type { CompiledMapping } from '../mapping/compile.ts';

/** The accounts that a job must leave alone, by target id or matching value. */
export interface ProtectedAccounts {
  readonly isEmpty: boolean;
  /** Does a target id or a matching value name one of them? */
  names(text: string): boolean;
  /** Is the target object one of them, by its id or by what its matching attributes hold? */
  holds(mapping: CompiledMapping, targetId: string | undefined, values: AttributeValues | undefined): boolean;
}

/** `*` stands for any characters; letter case does not count. The parts between the stars are looked for from left to right. */
function matcher(pattern: string): (folded: string) => boolean {
  const [first = '', ...rest] = pattern.toLowerCase().split('*');
  const last = rest.pop();
  if (last === undefined) return (text) => text === first;
  return (text) => {
    if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    let from = first.length;
    const end = text.length - last.length;
    for (const part of rest) {
      const at = text.indexOf(part, from);
      if (at < 0 || at + part.length > end) return false;
      from = at + part.length;
    }
    return true;
  };
}

export function compileProtectedAccounts(patterns: readonly string[]): ProtectedAccounts {
  const exact = new Set(patterns.filter((one) => !one.includes('*')).map((one) => one.toLowerCase()));
  const wild = patterns.filter((one) => one.includes('*')).map(matcher);
  const names = (text: string): boolean => {
    const folded = text.toLowerCase();
    return exact.has(folded) || wild.some((matches) => matches(folded));
  };
  const isEmpty = patterns.length === 0;
  return {
    isEmpty,
    names: (text) => !isEmpty && names(text),
    holds(mapping, targetId, values) {
      if (isEmpty) return false;
      if (targetId !== undefined && names(targetId)) return true;
      return mapping.matching.some(({ target }) =>
        toList(values?.get(target.name) ?? null).some(
          (value) => (typeof value === 'string' || typeof value === 'number') && names(String(value)),
        ),
      );
    },
  };
}
