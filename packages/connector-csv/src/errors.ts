import { basename } from 'node:path';
import { ConfigError } from '@joinery/base';

/** A place in a file: lines and columns by what a spreadsheet or an editor shows. */
export interface Place {
  readonly file: string;
  /** From 1, the header included; of a record over several lines, the last. */
  readonly line?: number;
  /** Name of the column. */
  readonly column?: string;
}

function printPlace({ file, line, column }: Place): string {
  return [basename(file), line === undefined ? [] : `line ${line}`, column === undefined ? [] : `column "${column}"`]
    .flat()
    .join(', ');
}

/**
 * Input that a person must mend. Codes: `csv.unreadable`, `csv.changed_while_read`, `csv.not_utf8`, `csv.malformed`,
 * `csv.missing_column`, `csv.duplicate_column`, `csv.field_count`, `csv.missing_value`, `csv.invalid_value`,
 * `csv.duplicate_id`.
 */
export function csvError(code: string, place: Place, problem: string, remedy: string, cause?: unknown): ConfigError {
  return new ConfigError({
    code,
    message: `${printPlace(place)}: ${problem}. ${remedy}.`,
    detail: { ...place },
    retry: 'after-change',
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Something that did not stop the reading: `csv.unknown_reference`. */
export function csvWarning(code: string, place: Place, problem: string): { code: string; message: string } {
  return { code, message: `${printPlace(place)}: ${problem}.` };
}
