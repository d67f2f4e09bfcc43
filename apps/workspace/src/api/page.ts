import { readFilter, type CheckedFilter, type ResourceType } from '@joinery/scim';
import { invalidInput } from '../errors.ts';

export const limitDefault = 50;

/** Lists here page by position, wrapped so that callers do not count on it. */
export function cursorOf(startIndex: number): string {
  return Buffer.from(`from:${startIndex}`).toString('base64url');
}

export function startIndexOf(cursor: string | undefined): number {
  if (cursor === undefined || cursor === '') return 1;
  const digits = /^from:([1-9]\d{0,11})$/.exec(Buffer.from(cursor, 'base64url').toString())?.[1];
  if (digits === undefined) throw invalidInput('The cursor is not one of this list; start again without it.');
  return Number(digits);
}

/** The next page's cursor, or null at the end. */
export function nextCursor(startIndex: number, returned: number, total: number): string | null {
  const next = startIndex + returned;
  return returned > 0 && next <= total ? cursorOf(next) : null;
}

/** Any of the attributes contains the text, letter case ignored; `and`: a condition beside it, in SCIM's filter language. */
export function searchFilter(
  type: ResourceType,
  attributes: readonly string[],
  search: string | undefined,
  and?: string,
): CheckedFilter | undefined {
  const text = search?.trim() ?? '';
  const value = JSON.stringify(text);
  const found = text === '' ? [] : [`(${attributes.map((attribute) => `${attribute} co ${value}`).join(' or ')})`];
  const parts = and === undefined ? found : [...found, and];
  return parts.length === 0 ? undefined : readFilter(parts.join(' and '), type);
}
