// The requests and answers of one log entry as they are kept: few enough, short enough, and without what a mapping redacts.
import type { Json } from '@joinery/base';
import type { Exchange } from '@joinery/connector-kit';
import type { CompiledMapping } from '../mapping/compile.ts';
import { redactsText } from '../mapping/redacts.ts';
import type { PlannedChange } from '../plan/operation.ts';
import { redactedTexts, withoutTexts } from './redact-text.ts';
import { redacted } from './steps.ts';

/** Characters of all bodies of one entry; those of later exchanges are left out. */
const charactersMax = 65_536;
/** The first and the last of many: how it began, and how it failed. */
const firstMax = 4;
const lastMax = 16;
const omitted = '…';

interface Redaction {
  /** Top-level names of redacted target attributes, folded. */
  readonly names: ReadonlySet<string>;
  /** Their values, where they are known. */
  readonly texts: readonly string[];
}

/** `urn:…:User:name.givenName`, `name[type eq "x"].givenName` → `name`. */
function topName(path: string): string {
  const [beforeFilter = ''] = path.split('[', 1);
  return (beforeFilter.split(':').at(-1)?.split('.', 1)[0] ?? '').toLowerCase();
}

function redactionOf(mapping: CompiledMapping, changes: readonly PlannedChange[]): Redaction | undefined {
  const names = new Set(
    mapping.attributes.filter((one) => redactsText(one.expression?.text)).map((one) => topName(one.target.name)),
  );
  for (const change of changes) if (change.redact) names.add(topName(change.attribute));
  if (names.size === 0) return undefined;
  return { names, texts: redactedTexts(changes) };
}

function maskLeaves(value: Json): Json {
  if (value === null) return null;
  if (typeof value !== 'object') return redacted;
  if (Array.isArray(value)) return value.map((one: Json) => maskLeaves(one));
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, maskLeaves(one)]));
}

/** Masks redacted attributes wherever they stand: in resources, in answers of lists, in PATCH operations with a path. */
function maskJson(value: Json, names: ReadonlySet<string>): Json {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((one: Json) => maskJson(one, names));
  const entries = Object.entries(value);
  const path = entries.find(([key]) => key === 'path')?.[1];
  const isRedactedPath = typeof path === 'string' && names.has(topName(path));
  return Object.fromEntries(
    entries.map(([key, one]) => {
      const isHidden = names.has(topName(key)) || (isRedactedPath && key === 'value');
      return [key, isHidden ? maskLeaves(one) : maskJson(one, names)];
    }),
  );
}

function maskBody(body: string | undefined, redaction: Redaction): string | undefined {
  if (body === undefined || body === '') return body;
  try {
    return withoutTexts(JSON.stringify(maskJson(JSON.parse(body) as Json, redaction.names)), redaction.texts);
  } catch {
    // Cut, or no JSON: nobody can say where the value stands in it.
    return redacted;
  }
}

/** A filter or path expression that names a redacted attribute holds its value. */
function maskUrl(url: string, redaction: Redaction): string {
  const [address = '', query] = url.split('?', 2);
  const folded = (query ?? '').toLowerCase();
  const shown = [...redaction.names].some((name) => folded.includes(name)) ? redacted : query;
  return withoutTexts(shown === undefined ? address : `${address}?${shown}`, redaction.texts);
}

function mask(exchange: Exchange, redaction: Redaction): Exchange {
  return {
    ...exchange,
    url: maskUrl(exchange.url, redaction),
    requestBody: maskBody(exchange.requestBody, redaction),
    responseHeaders: exchange.responseHeaders.map(([name, value]) => [name, withoutTexts(value, redaction.texts)]),
    responseBody: maskBody(exchange.responseBody, redaction),
  };
}

/** What of the exchanges is kept with a log entry. */
export function shownExchanges(
  exchanges: readonly Exchange[],
  mapping: CompiledMapping,
  changes: readonly PlannedChange[],
): readonly Exchange[] {
  const redaction = redactionOf(mapping, changes);
  const few =
    exchanges.length <= firstMax + lastMax
      ? exchanges
      : [...exchanges.slice(0, firstMax), ...exchanges.slice(-lastMax)];
  let characters = 0;
  const fit = (body: string | undefined): string | undefined => {
    if (body === undefined) return undefined;
    if (characters + body.length > charactersMax) return omitted;
    characters += body.length;
    return body;
  };
  return few
    .map((one) => (redaction === undefined ? one : mask(one, redaction)))
    .map((one) => ({ ...one, requestBody: fit(one.requestBody), responseBody: fit(one.responseBody) }));
}
