/**
 * Whether the text can be kept and sent on everywhere: no U+0000 and no half of a surrogate pair, which JSON's escapes can
 * express but UTF-8 and databases can not (RFC 8259 §8.2, RFC 7493 §2.1).
 */
export function isPlainText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

/** For messages and logs that quote a client: control characters become blanks. */
export function printable(text: string): string {
  return text.toWellFormed().replace(/\p{Cc}/gu, ' ');
}
