import type { SourceObject } from '@joinery/connector-kit';
import { csvError } from './errors.ts';
import type { CsvRecord } from './records.ts';

const idLengthMax = 256;

export const userColumns = ['id', 'userPrincipalName'] as const;
export const groupColumns = ['id', 'displayName', 'members'] as const;

/** Ids that are GUIDs are the same in any letter case. */
const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function normalizeId(text: string): string {
  const id = text.trim();
  return guid.test(id) ? id.toLowerCase() : id;
}

function getId(file: string, record: CsvRecord): string {
  const id = normalizeId(getRequired(file, record, 'id'));
  if (id.length <= idLengthMax) return id;
  throw csvError(
    'csv.invalid_value',
    { file, line: record.line, column: 'id' },
    `it has more than ${idLengthMax} characters`,
    'Use a shorter id',
  );
}

function getRequired(file: string, record: CsvRecord, column: string): string {
  const value = record.get(column)?.trim() ?? '';
  if (value === '') {
    throw csvError(
      'csv.missing_value',
      { file, line: record.line, column },
      'it is empty',
      'Every record needs a value here',
    );
  }
  return value;
}

function parseEnabled(file: string, record: CsvRecord): boolean {
  const text = record.get('accountEnabled')?.trim().toLowerCase() ?? '';
  if (text === '' || text === 'true') return true;
  if (text === 'false') return false;
  throw csvError(
    'csv.invalid_value',
    { file, line: record.line, column: 'accountEnabled' },
    'it is neither true nor false',
    'Write true or false; empty means true',
  );
}

type Attributes = Map<string, string | boolean | readonly string[]>;

/** Every other column under its own name; an empty field is an absent attribute. */
function readAttributes(record: CsvRecord, except: readonly string[]): Attributes {
  const attributes: Attributes = new Map();
  for (const column of record.columns) {
    const value = record.get(column) ?? '';
    if (value !== '' && !except.includes(column)) attributes.set(column, value);
  }
  return attributes;
}

/** `userPrincipalName` and `accountEnabled` are among the attributes; `manager` is a reference. */
export function toUser(file: string, record: CsvRecord): SourceObject {
  const id = getId(file, record);
  const attributes = readAttributes(record, ['id', 'manager', 'accountEnabled', 'userPrincipalName']);
  attributes.set('userPrincipalName', getRequired(file, record, 'userPrincipalName'));
  attributes.set('accountEnabled', parseEnabled(file, record));
  const managerId = normalizeId(record.get('manager') ?? '');
  return { kind: 'user', id, attributes, ...(managerId === '' ? {} : { managerId }) };
}

/** `displayName` is among the attributes; the ids in `members` are separated by `;`. */
export function toGroup(file: string, record: CsvRecord): SourceObject {
  const id = getId(file, record);
  const attributes = readAttributes(record, ['id', 'members', 'displayName']);
  attributes.set('displayName', getRequired(file, record, 'displayName'));
  const members = new Set<string>();
  for (const part of (record.get('members') ?? '').split(';')) {
    const memberId = normalizeId(part);
    if (memberId !== '') members.add(memberId);
  }
  return { kind: 'group', id, attributes, memberIds: [...members] };
}
