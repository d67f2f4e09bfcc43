/** Day, time and seconds in the reader's zone, for lists in which requests follow each other quickly. */
export function clockText(iso: string): string {
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'short', timeStyle: 'medium' }).format(Date.parse(iso));
}
