import type { Json, JsonObject } from '@joinery/base';
import { isJsonArray, isJsonObject } from './attribute-value.ts';
import { incompatibleAnswer, type RequestLabel } from './errors.ts';
import { maskSecrets } from './exchange.ts';
import type { HttpAnswer } from './http.ts';

const depthMax = 64;
const detailCharactersMax = 500;
const idCharactersMax = 1024;

/** The answer's body as a JSON object. Throws `connector.incompatible_answer` for HTML, other text and deep nesting. */
export function readObject(request: RequestLabel, answer: HttpAnswer): JsonObject {
  const value = parseJson(answer.body);
  if (isJsonObject(value)) return value;
  const text = answer.body.trimStart();
  if (text === '') throw incompatibleAnswer(request, answer.status, 'has no body');
  if (/^<(!doctype|html|head|body|\?xml)/i.test(text)) {
    throw incompatibleAnswer(request, answer.status, 'is a web page, not JSON');
  }
  throw incompatibleAnswer(request, answer.status, 'is not a JSON object');
}

/** Undefined for text that is no JSON, or is nested deeper than 64 levels. */
export function parseJson(text: string): Json | undefined {
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text;
  if (isTooDeep(body)) return undefined;
  try {
    // JSON.parse yields Json by definition.
    return JSON.parse(body) as Json;
  } catch {
    // Not JSON: the caller says so, with the request's name.
    return undefined;
  }
}

function isTooDeep(text: string): boolean {
  let depth = 0;
  let isInString = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (isInString) {
      if (code === 0x5c) index += 1;
      else if (code === 0x22) isInString = false;
    } else if (code === 0x22) isInString = true;
    else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      if (depth > depthMax) return true;
    } else if (code === 0x7d || code === 0x5d) depth -= 1;
  }
  return false;
}

export interface ListAnswer {
  readonly resources: readonly JsonObject[];
  readonly totalResults: number | undefined;
  readonly startIndex: number | undefined;
  readonly nextCursor: string | undefined;
}

/** A ListResponse, RFC 7644 §3.4.2. `Resources` may be left out when nothing was found. */
export function readList(request: RequestLabel, answer: HttpAnswer): ListAnswer {
  const body = readObject(request, answer);
  const resources = memberOf(body, 'Resources');
  const total = memberOf(body, 'totalResults');
  const totalResults = typeof total === 'string' && /^\d{1,15}$/.test(total) ? Number(total) : total;
  const list = resources ?? [];
  if (!isJsonArray(list) || (resources === undefined && totalResults !== 0)) {
    throw incompatibleAnswer(request, answer.status, 'is not a ListResponse with Resources');
  }
  const startIndex = memberOf(body, 'startIndex');
  const nextCursor = memberOf(body, 'nextCursor');
  return {
    resources: list.map((resource) => {
      if (!isJsonObject(resource))
        throw incompatibleAnswer(request, answer.status, 'lists something that is not a resource');
      return resource;
    }),
    totalResults: typeof totalResults === 'number' ? totalResults : undefined,
    startIndex: typeof startIndex === 'number' ? startIndex : undefined,
    nextCursor: typeof nextCursor === 'string' && nextCursor !== '' ? nextCursor : undefined,
  };
}

/** The resource's `id`. Throws when it is missing or can't stand in a URL path. */
export function readId(request: RequestLabel, answer: HttpAnswer, resource: JsonObject): string {
  const id = memberOf(resource, 'id');
  const text = typeof id === 'number' ? String(id) : id;
  if (typeof text === 'string' && text !== '' && text.length <= idCharactersMax && !/^\.{1,2}$/.test(text)) return text;
  throw incompatibleAnswer(request, answer.status, 'has a resource without a usable id');
}

/** A member of an object whose names are compared without regard to case, RFC 7643 §2.1; null counts as absent. */
export function memberOf(object: JsonObject, name: string): Json | undefined {
  if (Object.hasOwn(object, name)) return object[name] ?? undefined;
  const folded = name.toLowerCase();
  const found = Object.keys(object).find((key) => key.toLowerCase() === folded);
  return found === undefined ? undefined : (object[found] ?? undefined);
}

/** What an error body says (RFC 7644 §3.12, and the shapes of servers that differ), cut and with secrets masked. */
export function readProblem(
  answer: HttpAnswer,
  secrets: readonly string[],
): { readonly detail: string | undefined; readonly scimType: string | undefined } {
  const body = parseJson(answer.body);
  if (!isJsonObject(body)) return { detail: undefined, scimType: undefined };
  const scimType = memberOf(body, 'scimType');
  const candidates = ['detail', 'message', 'error_description', 'description', 'error', 'title'].map((name) =>
    memberOf(body, name),
  );
  const detail = candidates.find((candidate) => typeof candidate === 'string' && candidate.trim() !== '');
  return {
    detail: typeof detail === 'string' ? cleanText(maskSecrets(detail, secrets)) : undefined,
    scimType: typeof scimType === 'string' ? scimType.slice(0, 50) : undefined,
  };
}

/** One line without control characters, at most 500 characters. */
function cleanText(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return line.length > detailCharactersMax ? `${line.slice(0, detailCharactersMax)}…` : line;
}
