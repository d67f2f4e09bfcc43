import { badRequest } from '../errors.ts';

export interface Token {
  /** `word`: property, operator, function, or an unquoted value such as a date or a GUID. */
  readonly kind: 'word' | 'string' | 'mark';
  readonly text: string;
  readonly start: number;
}

const blank = /\s/;
const mark = /[(),]/;

/** Splits a `$filter` into tokens in one pass. In strings `''` stands for one quote. A colon after a word ends it. */
export function lexFilter(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const character = text.charAt(at);
    if (blank.test(character)) {
      at++;
    } else if (mark.test(character)) {
      tokens.push({ kind: 'mark', text: character, start: at++ });
    } else if (character === "'") {
      const { value, end } = readString(text, at);
      tokens.push({ kind: 'string', text: value, start: at });
      at = end;
    } else {
      const start = at;
      while (at < text.length && !/[\s(),']/.test(text.charAt(at))) at++;
      pushWord(tokens, text.slice(start, at), start);
    }
  }
  return tokens;
}

/** `u:u/id` of a lambda is three tokens; the colons of a date-time stay inside their word. */
function pushWord(tokens: Token[], word: string, start: number): void {
  const lambda = /^([A-Za-z_]\w*):(.*)$/s.exec(word);
  if (!lambda) {
    tokens.push({ kind: 'word', text: word, start });
    return;
  }
  const [, variable = '', rest = ''] = lambda;
  tokens.push({ kind: 'word', text: variable, start }, { kind: 'mark', text: ':', start: start + variable.length });
  if (rest !== '') tokens.push({ kind: 'word', text: rest, start: start + variable.length + 1 });
}

function readString(text: string, start: number): { value: string; end: number } {
  let value = '';
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf("'", at);
    if (quote < 0) throw badRequest(`$filter: the string that starts at position ${start} has no closing quote.`);
    value += text.slice(at, quote);
    if (text.charAt(quote + 1) !== "'") return { value, end: quote + 1 };
    value += "'";
    at = quote + 2;
  }
}
