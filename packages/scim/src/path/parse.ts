import { fail, ok, type Result } from '@joinery/base';
import type { AttributePath, Filter } from '../filter/ast.ts';
import { Scanner, SyntaxProblem } from '../filter/lex.ts';
import { FilterParser, filterLimits } from '../filter/parse.ts';
import { splitPathText } from './split.ts';

/** A filter in a path is evaluated on every value of the attribute for every operation, so it may be less long. */
const pathTermsMax = 10;

/** A PATCH path as written, RFC 7644 §3.5.2: `[urn:]attribute[.sub]` or `[urn:]attribute[filter][.sub]`. */
export interface PatchPath extends AttributePath {
  /** What stood in `[…]`; its paths are relative to the element. */
  readonly filter: Filter | undefined;
}

/** Parses a PATCH path. A problem inside the brackets has a code `filter.…`, any other `path.…`. */
export function parsePath(text: string, isStrict = false): Result<PatchPath> {
  if (text.length > filterLimits.lengthMax) {
    const message = `The path has ${text.length} characters; at most ${filterLimits.lengthMax} are taken.`;
    return fail({ code: 'path.too_long', message, start: filterLimits.lengthMax, end: text.length });
  }
  try {
    return ok(parseWhole(new Scanner(text.trim(), isStrict)));
  } catch (error) {
    if (error instanceof SyntaxProblem) return fail(error.problem);
    throw error;
  }
}

function parseWhole(scanner: Scanner): PatchPath {
  const word = scanner.takeWord();
  const path = splitPathText(word.text);
  if (path === undefined) {
    const message = `'${scanner.text.slice(0, 100)}' is not an attribute path.`;
    throw new SyntaxProblem('path.invalid', message, word.start, Math.max(word.end, word.start + 1));
  }
  const filter = scanner.take('[') ? new FilterParser(scanner, pathTermsMax).parseBracket(word.end) : undefined;
  if (filter !== undefined && path.urn === undefined && path.sub !== undefined) {
    const message = 'A value filter follows the attribute, before the sub-attribute: emails[type eq "work"].value.';
    throw new SyntaxProblem('path.filter_on_sub_attribute', message, word.start, word.end);
  }
  const sub = filter === undefined ? path.sub : takeSub(scanner, path.sub);
  if (!scanner.atEnd()) {
    const message = 'Unexpected text after the path.';
    throw new SyntaxProblem('path.unexpected_text', message, scanner.position, scanner.text.length);
  }
  return { ...path, sub, filter };
}

function takeSub(scanner: Scanner, before: string | undefined): string | undefined {
  if (!scanner.takeAdjacent('.')) return before;
  const word = scanner.takeWord();
  const sub = splitPathText(word.text);
  if (sub === undefined || sub.urn !== undefined || sub.sub !== undefined) {
    const message = 'Expected the name of a sub-attribute after "].".';
    throw new SyntaxProblem('path.invalid_sub_attribute', message, word.start, Math.max(word.end, word.start + 1));
  }
  return before === undefined ? sub.attribute : `${before}.${sub.attribute}`;
}
