import type { Pattern, PatternMatch } from './pattern.ts';

/** A part of a .NET replacement: literal text, or what the match gives. */
export type ReplacementPart = string | ((match: PatternMatch, text: string) => string);

const substitution = /\$(?:([0-9]+)|\{([\p{L}\p{Mn}\p{Nd}\p{Pc}]+)\}|([$&`'+_]))/gu;

/**
 * Reads .NET's substitutions: `$1`, `${name}`, `$$`, `$&`, `` $` ``, `$'`, `$+`, `$_`. What names no group of the pattern
 * stays literal text.
 *
 * @see https://learn.microsoft.com/dotnet/standard/base-types/substitutions-in-regular-expressions
 */
export function parseReplacement(replacement: string, pattern: Pattern): readonly ReplacementPart[] {
  const parts: ReplacementPart[] = [];
  let position = 0;
  for (const match of replacement.matchAll(substitution)) {
    const part = substitute(match, pattern);
    if (part === undefined) continue;
    parts.push(replacement.slice(position, match.index), part);
    position = match.index + match[0].length;
  }
  parts.push(replacement.slice(position));
  return parts.filter((part) => part !== '');
}

function substitute(match: RegExpExecArray, pattern: Pattern): ReplacementPart | undefined {
  const [, number, name, symbol] = match;
  const group = number === undefined ? name : String(Number(number));
  if (group !== undefined) {
    if (group !== '0' && !pattern.groupNames.has(group)) return undefined;
    return (found, text) => groupText(found, group, text);
  }
  switch (symbol) {
    case '$':
      return '$';
    case '&':
      return (found, text) => text.slice(found.start, found.end);
    case '`':
      return (found, text) => text.slice(0, found.start);
    case "'":
      return (found, text) => text.slice(found.end);
    case '+':
      return (found, text) => groupText(found, lastGroup(pattern), text);
    case '_':
      return (_found, text) => text;
    default:
      return undefined;
  }
}

function lastGroup(pattern: Pattern): string {
  return String(Math.max(0, ...[...pattern.groupNames].filter((name) => /^[0-9]+$/.test(name)).map(Number)));
}

export function groupText(match: PatternMatch, name: string, text: string): string {
  const group = match.group(name);
  return group === undefined ? '' : text.slice(group.start, group.end);
}
