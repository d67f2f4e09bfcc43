const printableAscii = /^[ -~]*$/;

/**
 * The one function by which text without `caseExact` is compared: in uniqueness, filters and indexes. RFC 7643 §2.2 leaves
 * the comparison to the service provider; RFC 7644 §7.8 asks for PRECIS, whose base is Unicode case folding and NFC.
 *
 * JavaScript has no case folding, so it is built from its case mappings: lower, upper, lower again gives full folding (ß and
 * ẞ become ss, ﬁ becomes fi, the Kelvin sign k) with two corrections: the final sigma becomes the ordinary one, so that a
 * prefix folds to a prefix, and the Turkish dotless ı stays apart from i, as in Unicode's default folding. Text is
 * decomposed first and composed at the end, so that canonically equal text folds equally.
 *
 * PostgreSQL is never asked to fold: the folded text is computed here, stored beside the original and given to queries as a
 * parameter, so that its locale, version and provider cannot make the two sides differ.
 */
export function foldCase(text: string): string {
  if (printableAscii.test(text)) return text.toLowerCase();
  return text.normalize('NFD').split('ı').map(foldPart).join('ı').normalize('NFC');
}

function foldPart(part: string): string {
  return part.toLowerCase().toUpperCase().toLowerCase().replaceAll('ς', 'σ');
}

/** Order of two texts by code point, which is also the byte order of UTF-8 and PostgreSQL's collation `C`. */
export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index++) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a !== b) return isSurrogate(a) === isSurrogate(b) ? a - b : isSurrogate(a) ? 1 : -1;
  }
  return left.length - right.length;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}
