import { ConfigError } from '@joinery/base';

/** `type eq "work"` inside the brackets of a target attribute path. */
export interface PathCondition {
  readonly name: string;
  readonly value: string | boolean;
}

/** A target attribute path as mappings write it, e.g. `addresses[type eq "work"].locality` (facts §4.3). */
export interface TargetPath {
  /** The path exactly as the mapping spells it. */
  readonly text: string;
  /** Extension URN; undefined for core attributes. */
  readonly urn: string | undefined;
  readonly name: string;
  /** Conditions joined by `and`; undefined without brackets. */
  readonly filter: readonly PathCondition[] | undefined;
  /** The path up to and with the brackets: `addresses[type eq "work"]`. */
  readonly element: string;
  readonly sub: string | undefined;
}

export const enterpriseUserUrn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const coreUrnPrefix = 'urn:ietf:params:scim:schemas:core:2.0:';

const pathCharactersMax = 512;
const pathPattern =
  /^(?:(?<urn>urn:[\w.:~%+-]{1,200}):)?(?<name>\$?[A-Za-z][\w-]{0,99})(?:\[(?<filter>[^\]]{1,200})\])?(?:\.(?<sub>\$?[A-Za-z][\w-]{0,99}))?$/;
const conditionPattern = /^\s*(\$?[A-Za-z][\w-]*)\s+eq\s+(?:"((?:[^"\\]|\\.)*)"|(true|false))\s*$/i;
const unusableNames: ReadonlySet<string> = new Set(['constructor', 'prototype', '__proto__']);

/** Throws `ConfigError` `connector.invalid_attribute_path`. Only `eq` conditions joined by `and` are known. */
export function parseTargetPath(text: string): TargetPath {
  const groups = text.length <= pathCharactersMax ? pathPattern.exec(text)?.groups : undefined;
  const name = groups?.['name'];
  if (groups === undefined || name === undefined || unusableNames.has(name) || unusableNames.has(groups['sub'] ?? '')) {
    throw invalidPath(text);
  }
  const urn = groups['urn'];
  const filter = groups['filter'];
  const bracket = text.indexOf(']');
  const subLength = groups['sub'] === undefined ? 0 : groups['sub'].length + 1;
  return {
    text,
    urn: urn === undefined || urn.startsWith(coreUrnPrefix) ? undefined : urn,
    name,
    filter: filter === undefined ? undefined : filter.split(/\s+and\s+/i).map((part) => parseCondition(part, text)),
    element: bracket === -1 ? text.slice(0, text.length - subLength) : text.slice(0, bracket + 1),
    sub: groups['sub'],
  };
}

function parseCondition(part: string, path: string): PathCondition {
  const match = conditionPattern.exec(part);
  const name = match?.[1];
  if (match === null || name === undefined || unusableNames.has(name)) throw invalidPath(path);
  const literal = match[3];
  if (literal !== undefined) return { name, value: literal.toLowerCase() === 'true' };
  const value = (match[2] ?? '').replace(/\\(.)/g, '$1');
  // QUIRK(entra): roles[primary eq "True"] writes the boolean as quoted text (facts §4.7).
  const isBoolean = name === 'primary' && /^(true|false)$/i.test(value);
  return { name, value: isBoolean ? value.toLowerCase() === 'true' : value };
}

function invalidPath(text: string): ConfigError {
  return new ConfigError({
    code: 'connector.invalid_attribute_path',
    message:
      `The target attribute "${text.slice(0, 100)}" is not a path this connector can write. ` +
      'Write it like title, name.givenName, emails[type eq "work"].value or urn:…:2.0:User:department.',
    retry: 'after-change',
  });
}

/** Is this the enterprise user's manager, a complex attribute whose `value` is the referenced id? */
export function isManager(path: TargetPath): boolean {
  return path.urn === enterpriseUserUrn && path.name === 'manager' && path.sub === undefined;
}
