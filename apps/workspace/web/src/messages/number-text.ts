/** A count in the reader's notation. */
export function numberText(value: number): string {
  return value.toLocaleString();
}
