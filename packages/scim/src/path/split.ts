import type { AttributePath } from '../filter/ast.ts';

/** ATTRNAME of RFC 7644 figure 1; `$ref` needs the dollar sign (erratum 8924). */
const plainPath = /^(\$?[a-z][\w-]*)(?:\.(\$?[a-z][\w-]*))?$/i;
/** With a URN the first name may be the URN's own last part (`…:2.0:User.manager.value`), so one more name may follow. */
const afterUrn = /^(\$?[a-z][\w-]*)(?:\.(\$?[a-z][\w-]*(?:\.\$?[a-z][\w-]*)?))?$/i;
const urnText = /^[a-z][\w.+-]*:[^\s"'()[\]]*$/i;

/**
 * Splits `[urn:]attribute[.sub]` at the last colon; undefined when it is not of that form. Where a URN ends is known
 * only with the schemas, so `resolvePath` joins the parts again.
 */
export function splitPathText(text: string): AttributePath | undefined {
  const colon = text.lastIndexOf(':');
  const match = (colon < 0 ? plainPath : afterUrn).exec(text.slice(colon + 1));
  if (match?.[1] === undefined) return undefined;
  const urn = colon < 0 ? undefined : text.slice(0, colon);
  if (urn !== undefined && !urnText.test(urn)) return undefined;
  return { urn, attribute: match[1], sub: match[2] };
}
