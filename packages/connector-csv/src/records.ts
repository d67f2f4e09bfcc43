import { isUtf8 } from 'node:buffer';
import { open, type FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { csvError } from './errors.ts';

/** One record by the names of the header. */
export interface CsvRecord {
  readonly line: number;
  /** Names of the header, in its order. */
  readonly columns: readonly string[];
  /** Empty when the field is empty, undefined when there is no such column. */
  get(column: string): string | undefined;
}

interface ParsedRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

const chunkBytes = 256 * 1024;
// A group's members stand in one field: room for about a million ids.
const recordBytesMax = 64 * 1024 * 1024;
const columnsMax = 300;
const lineFeed = 0x0a;

async function openFile(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'r');
  } catch (error) {
    throw csvError(
      'csv.unreadable',
      { file },
      `it cannot be opened (${reasonOf(error)})`,
      'Check the path and its permissions',
      error,
    );
  }
}

function reasonOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? (error instanceof Error ? error.message : String(error));
}

/** UTF-8 text of the file, without a byte order mark. Throws `csv.not_utf8`, `csv.unreadable`. */
async function* readText(handle: FileHandle, file: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  const decode = (bytes: Buffer, last: boolean): string => {
    try {
      return decoder.decode(bytes, { stream: !last });
    } catch (error) {
      throw csvError(
        'csv.not_utf8',
        { file, line: line + linesBeforeInvalid(bytes) },
        'it is not encoded in UTF-8',
        'Save the file as "CSV UTF-8"',
        error,
      );
    }
  };
  try {
    for await (const bytes of handle.createReadStream({ autoClose: false, highWaterMark: chunkBytes })) {
      yield decode(bytes as Buffer, false);
      for (const byte of bytes as Buffer) if (byte === lineFeed) line += 1;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw csvError(
      'csv.unreadable',
      { file },
      `it cannot be read (${reasonOf(error)})`,
      'Check the path and its permissions',
      error,
    );
  }
  yield decode(Buffer.alloc(0), true);
}

function linesBeforeInvalid(bytes: Buffer): number {
  let lines = 0;
  for (let start = 0; start < bytes.length; lines += 1) {
    const end = bytes.indexOf(lineFeed, start);
    if (end === -1 || !isUtf8(bytes.subarray(start, end))) return lines;
    start = end + 1;
  }
  return Math.max(0, lines - 1);
}

function readHeader(
  file: string,
  { record, info }: ParsedRecord,
  required: readonly string[],
): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  const line = info.lines;
  if (record.length > columnsMax) {
    throw csvError('csv.malformed', { file, line }, `the header has more than ${columnsMax} columns`, 'Remove columns');
  }
  for (const [index, name] of record.entries()) {
    const column = name.trim();
    if (column === '') {
      throw csvError(
        'csv.missing_column',
        { file, line },
        `column ${index + 1} of the header has no name`,
        'Name it or remove it',
      );
    }
    if (places.has(column)) {
      throw csvError(
        'csv.duplicate_column',
        { file, line, column },
        'the header names it twice',
        'Rename or remove one of them',
      );
    }
    places.set(column, index);
  }
  for (const column of required) {
    if (places.has(column)) continue;
    const remedy =
      record.length === 1 && record[0]?.includes(';') === true
        ? 'The fields look separated by semicolons: save the file with commas'
        : `Add the column; the header must hold ${required.join(', ')}`;
    throw csvError('csv.missing_column', { file, line, column }, 'the header does not name it', remedy);
  }
  return places;
}

function translate(file: string, error: unknown): unknown {
  if (!(error instanceof CsvError)) return error;
  const line = typeof error['lines'] === 'number' ? error['lines'] : undefined;
  const place = { file, ...(line === undefined ? {} : { line }) };
  const problem =
    error.code === 'CSV_QUOTE_NOT_CLOSED'
      ? 'a quoted field is not closed before the end of the file'
      : error.code === 'CSV_MAX_RECORD_SIZE'
        ? `a record is larger than ${recordBytesMax / 1024 / 1024} MiB, or a quote is not closed`
        : 'a quote stands where RFC 4180 allows none';
  return csvError(
    'csv.malformed',
    place,
    problem,
    'Quote fields that hold quotes, and double the quotes inside',
    error,
  );
}

/**
 * Records of a CSV file (RFC 4180, UTF-8), one after another; memory holds one chunk and one record. Empty lines and
 * records of empty fields are left out. Throws `ConfigError`, see `csvError`; among others when the file is written to
 * while it is read.
 */
export async function* readRecords(file: string, required: readonly string[]): AsyncGenerator<CsvRecord> {
  const handle = await openFile(file);
  try {
    const before = await handle.stat();
    const parser = parse({
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      max_record_size: recordBytesMax,
    });
    pipeline(readText(handle, file), parser, () => {});
    let columns: ReadonlyMap<string, number> | undefined;
    let names: readonly string[] = [];
    for await (const parsed of parser as AsyncIterable<ParsedRecord>) {
      if (columns === undefined) {
        columns = readHeader(file, parsed, required);
        names = [...columns.keys()];
        continue;
      }
      const { record, info } = parsed;
      if (record.length !== names.length) {
        throw csvError(
          'csv.field_count',
          { file, line: info.lines },
          `the record has ${record.length} fields, the header ${names.length}`,
          'Quote fields that hold commas, and write empty fields as nothing between commas',
        );
      }
      const places = columns;
      yield { line: info.lines, columns: names, get: (column) => record[places.get(column) ?? -1] };
    }
    if (columns === undefined) {
      throw csvError('csv.missing_column', { file }, 'it is empty', `Write a header with ${required.join(', ')}`);
    }
    const after = await handle.stat();
    if (after.size !== before.size || after.mtimeMs !== before.mtimeMs) {
      throw csvError(
        'csv.changed_while_read',
        { file },
        'it was written to while it was read',
        'Try again when it is complete',
      );
    }
  } catch (error) {
    throw translate(file, error);
  } finally {
    await handle.close();
  }
}
