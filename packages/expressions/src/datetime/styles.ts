/** The members of .NET's `DateTimeStyles` that change how a text is read. */
export interface DateTimeStyles {
  readonly leadingWhite: boolean;
  readonly trailingWhite: boolean;
  readonly innerWhite: boolean;
  readonly noCurrentDate: boolean;
  readonly adjustToUniversal: boolean;
  readonly assumeLocal: boolean;
  readonly assumeUniversal: boolean;
  readonly roundtripKind: boolean;
}

const none: DateTimeStyles = {
  leadingWhite: false,
  trailingWhite: false,
  innerWhite: false,
  noCurrentDate: false,
  adjustToUniversal: false,
  assumeLocal: false,
  assumeUniversal: false,
  roundtripKind: false,
};

/** Without a `dateTimeStyles` argument. */
export const defaultStyles: DateTimeStyles = { ...none, leadingWhite: true, trailingWhite: true, roundtripKind: true };

const members: ReadonlyMap<string, Partial<DateTimeStyles>> = new Map([
  ['none', {}],
  ['allowleadingwhite', { leadingWhite: true }],
  ['allowtrailingwhite', { trailingWhite: true }],
  ['allowinnerwhite', { innerWhite: true }],
  ['allowwhitespaces', { leadingWhite: true, trailingWhite: true, innerWhite: true }],
  ['nocurrentdatedefault', { noCurrentDate: true }],
  ['adjusttouniversal', { adjustToUniversal: true }],
  ['assumelocal', { assumeLocal: true }],
  ['assumeuniversal', { assumeUniversal: true }],
  ['roundtripkind', { roundtripKind: true }],
]);

/** Names of `DateTimeStyles`, with or without that prefix, separated by commas or bars; a message when they do not fit. */
export function parseStyles(text: string): DateTimeStyles | { readonly problem: string } {
  let styles = none;
  for (const written of text.split(/[,|]/)) {
    const name = written.trim().replace(/^DateTimeStyles\./i, '');
    if (name === '') continue;
    const member = members.get(name.toLowerCase());
    if (member === undefined) return { problem: `"${name.slice(0, 60)}" is no member of DateTimeStyles` };
    styles = { ...styles, ...member };
  }
  if (styles.assumeLocal && styles.assumeUniversal)
    return { problem: 'AssumeLocal and AssumeUniversal exclude each other' };
  if (styles.roundtripKind && (styles.assumeLocal || styles.assumeUniversal || styles.adjustToUniversal))
    return { problem: 'RoundtripKind excludes AssumeLocal, AssumeUniversal and AdjustToUniversal' };
  return text.trim() === '' ? defaultStyles : styles;
}
