import { ApiError } from './api-error.ts';
import { uiMessages } from './messages.ts';

/** Dotted error code → what the console says in place of the server's own sentence. */
export type ErrorTexts = ReadonlyMap<string, string>;

let texts: ErrorTexts = new Map();

/** A console registers the texts of its API's codes once, before it renders. */
export function setErrorTexts(given: ErrorTexts): void {
  texts = given;
}

/** One or two sentences for a person: by code, else by status, else the server's own words. */
export function errorText(error: unknown): string {
  if (!(error instanceof ApiError)) return error instanceof Error ? error.message : uiMessages.errors.unknown;
  const known = texts.get(error.code);
  if (known !== undefined) return known;
  if (error.code === 'client.offline') return uiMessages.errors.offline;
  if (error.status === 401) return uiMessages.errors.signedOut;
  if (error.status === 429) return uiMessages.errors.tooMany;
  if (error.status >= 500) return error.status === 503 ? error.message : uiMessages.errors.internal;
  return error.message === '' ? uiMessages.errors.unknown : error.message;
}
