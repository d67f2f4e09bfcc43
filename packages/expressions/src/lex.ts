import type { Problem } from '@joinery/base';
import type { ComparisonOperator, Span } from './ast.ts';

export type Token = Span &
  (
    | { readonly kind: 'name' | 'attribute' | 'string' | 'number' | 'hex'; readonly value: string }
    | { readonly kind: 'operator'; readonly value: ComparisonOperator }
    | { readonly kind: '(' | ')' | ',' | 'end' }
  );

const space = /[\s\u200b\ufeff]+/y;
const name = /[A-Za-z_][A-Za-z0-9_]*/y;
const hex = /&[Hh][0-9A-Fa-f]+/y;
const number = /-?[0-9]+/y;
const operator = /<>|>=|<=|[=<>]/y;

/** Text → tokens, with every lexical problem. Unreadable characters are left out, so that the parser finds the rest. */
export function lex(text: string): { readonly tokens: readonly Token[]; readonly problems: readonly Problem[] } {
  const tokens: Token[] = [];
  const problems: Problem[] = [];
  let position = 0;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = position;
    return pattern.exec(text)?.[0];
  };
  while (position < text.length) {
    const blank = match(space);
    if (blank !== undefined) {
      position += blank.length;
      continue;
    }
    const token = simpleToken(text, position, match) ?? delimited(text, position, problems);
    if (token !== undefined) {
      tokens.push(token);
      position = token.end;
      continue;
    }
    const character = String.fromCodePoint(text.codePointAt(position) ?? 0);
    problems.push(unexpected(character, position));
    position += character.length;
  }
  tokens.push({ kind: 'end', start: text.length, end: text.length });
  return { tokens, problems };
}

function simpleToken(text: string, start: number, match: (pattern: RegExp) => string | undefined): Token | undefined {
  const character = text[start];
  if (character === '(' || character === ')' || character === ',') return { kind: character, start, end: start + 1 };
  for (const [kind, pattern] of [
    ['name', name],
    ['hex', hex],
    ['number', number],
  ] as const) {
    const value = match(pattern);
    if (value !== undefined) return { kind, value, start, end: start + value.length };
  }
  const value = match(operator);
  if (value === undefined) return undefined;
  // The pattern matches exactly the six operators.
  return { kind: 'operator', value: value as ComparisonOperator, start, end: start + value.length };
}

function delimited(text: string, start: number, problems: Problem[]): Token | undefined {
  if (text[start] === '[') return attributeToken(text, start, problems);
  if (text[start] === '"') return stringToken(text, start, problems);
  return undefined;
}

function attributeToken(text: string, start: number, problems: Problem[]): Token {
  const close = text.indexOf(']', start);
  // Without a "]", the name is taken to end where an argument would, so that the rest can still be read.
  const end = close >= 0 ? close : start + (/[,()"]|$/.exec(text.slice(start))?.index ?? text.length - start);
  const value = text.slice(start + 1, end);
  if (close < 0) {
    problems.push({
      code: 'expression.unterminated_attribute',
      message: `The attribute name that begins with "[" has no "]".`,
      start,
      end,
    });
    return { kind: 'attribute', value: value.trimEnd(), start, end };
  }
  if (value.trim() === '')
    problems.push({
      code: 'expression.empty_attribute',
      message: 'The square brackets hold no attribute name.',
      start,
      end: end + 1,
    });
  return { kind: 'attribute', value, start, end: end + 1 };
}

function stringToken(text: string, start: number, problems: Problem[]): Token {
  let value = '';
  let position = start + 1;
  while (position < text.length) {
    const character = text[position] ?? '';
    if (character === '"') return { kind: 'string', value, start, end: position + 1 };
    if (character !== '\\') {
      value += character;
      position += 1;
      continue;
    }
    const next = text[position + 1] ?? '';
    if (next === '\\' || next === '"') {
      value += next;
      position += 2;
      continue;
    }
    problems.push({
      code: 'expression.invalid_escape',
      message:
        'In a string a backslash stands before a backslash or a double quote only; write "\\\\" for one backslash.',
      start: position,
      end: Math.min(position + 2, text.length),
    });
    value += character;
    position += 1;
  }
  problems.push({
    code: 'expression.unterminated_string',
    message: 'The string that begins here has no closing double quote.',
    start,
    end: text.length,
  });
  return { kind: 'string', value, start, end: text.length };
}

function unexpected(character: string, start: number): Problem {
  const end = start + character.length;
  const reason = /[“”„‟«»]/.test(character)
    ? 'strings are written in straight double quotes'
    : /['‘’`]/.test(character)
      ? 'strings are written in double quotes'
      : /[-+*/&|!^%]/.test(character)
        ? 'the language has no arithmetic, concatenation or logical operators: use Join, Append, Not or nested IIF'
        : 'no part of an expression begins with it';
  return {
    code: 'expression.unexpected_character',
    message: `Unexpected character ${JSON.stringify(character)}: ${reason}.`,
    start,
    end,
  };
}
