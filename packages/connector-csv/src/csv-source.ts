import type { Source, SourceChanges, SourceObject } from '@joinery/connector-kit';
import { groupColumns, toGroup, toUser, userColumns } from './objects.ts';
import { readRecords } from './records.ts';
import { References } from './references.ts';

export interface CsvFiles {
  /** Path of the users' file. */
  readonly users: string;
  readonly groups?: string;
}

/** One reading of the files, from the beginning. */
class Reading {
  readonly #files: CsvFiles;
  readonly references: References;
  readonly objects: AsyncGenerator<SourceObject>;
  position = 0;
  /** Read ahead, so that the last page knows that it is the last. */
  ahead: IteratorResult<SourceObject> | undefined;

  constructor(files: CsvFiles) {
    this.#files = files;
    this.references = new References({ user: files.users, group: files.groups ?? '' });
    this.objects = this.#read();
  }

  async *#read(): AsyncGenerator<SourceObject> {
    for await (const record of readRecords(this.#files.users, userColumns)) {
      const user = toUser(this.#files.users, record);
      this.references.add(user, record.line);
      yield user;
    }
    if (this.#files.groups === undefined) return;
    for await (const record of readRecords(this.#files.groups, groupColumns)) {
      const group = toGroup(this.#files.groups, record);
      this.references.add(group, record.line);
      yield group;
    }
  }

  async next(): Promise<SourceObject | undefined> {
    const result = this.ahead ?? (await this.objects.next());
    this.ahead = undefined;
    if (result.done === true) {
      this.ahead = result;
      return undefined;
    }
    this.position += 1;
    return result.value;
  }

  async isAtEnd(): Promise<boolean> {
    this.ahead ??= await this.objects.next();
    return this.ahead.done === true;
  }
}

/**
 * Users and groups from CSV files: UTF-8, RFC 4180, a header with the columns in any order. Users need `id` and
 * `userPrincipalName`; `accountEnabled` empty is true; `manager` is a user's id. Groups need `id`, `displayName` and
 * `members`, ids separated by `;`. Every other column is an attribute of its own name.
 *
 * Files have no changes of their own: reading from no watermark gives all objects, users first, and the watermark is
 * the place in that reading. The last page carries a warning for each unknown reference. Throws `ConfigError` with
 * file, line and column, codes as in `csvError`.
 */
export function createCsvSource(files: CsvFiles): Source {
  let reading: Reading | undefined;

  async function readingAt(watermark: string | undefined): Promise<Reading> {
    const position = watermark === undefined ? 0 : Number(watermark);
    if (reading !== undefined && reading.position === position && watermark !== undefined) return reading;
    await reading?.objects.return(undefined);
    reading = new Reading(files);
    while (reading.position < position && (await reading.next()) !== undefined);
    return reading;
  }

  return {
    async changes(watermark, limit): Promise<SourceChanges> {
      const current = await readingAt(watermark);
      const objects: SourceObject[] = [];
      while (objects.length < limit) {
        const object = await current.next();
        if (object === undefined) break;
        objects.push(object);
      }
      const complete = await current.isAtEnd();
      const warnings = complete ? current.references.warnings() : [];
      return { objects, removed: [], next: String(current.position), complete, warnings };
    },

    async close() {
      await reading?.objects.return(undefined);
      reading = undefined;
    },
  };
}
