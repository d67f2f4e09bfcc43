/** Something wrong in a text that a person wrote: UTF-16 offsets from 0, `end` exclusive. */
export interface Problem {
  /** Dotted and stable, e.g. `expression.unknown_function`. */
  readonly code: string;
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** What a parser or checker of human text returns: the value, or every problem found. */
export type Result<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly Problem[] };

export function ok<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function fail(...problems: Problem[]): { readonly ok: false; readonly problems: readonly Problem[] } {
  return { ok: false, problems };
}
