import { readFileSync } from 'node:fs';
import { ConfigError } from '@joinery/base';
import type { AppRole, AttributeLookup, SourceValue } from '@joinery/expressions';

/** Where a command writes; the process's streams, or a test's. */
export interface Output {
  stdout(text: string): void;
  stderr(text: string): void;
}

export const processOutput: Output = {
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
};

/** `@FILE` → the file's text without a byte order mark; anything else is the text itself. */
export function readArgument(argument: string): string {
  if (!argument.startsWith('@')) return argument;
  try {
    return readFileSync(argument.slice(1), 'utf8').replace(/^\ufeff/, '');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'unknown reason';
    throw new ConfigError({
      code: 'config.unreadable_file',
      message: `Cannot read ${argument.slice(1)}: ${reason}.`,
      cause,
    });
  }
}

export function parseJson(text: string, label: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'unknown reason';
    throw new ConfigError({ code: 'config.invalid_json', message: `${label} is no JSON: ${reason}.`, cause });
  }
}

/**
 * The source object of `--input`: attribute → text, boolean, array of texts, or null. For the role functions an array of
 * `{ id, value, displayName }` is taken too.
 */
export function readSourceObject(argument: string): AttributeLookup {
  const json = parseJson(readArgument(argument), '--input');
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw invalidInput('an object of attribute names and values');
  const values = new Map<string, SourceValue>();
  for (const [name, value] of Object.entries(json)) values.set(name, sourceValue(name, value));
  return (name) => values.get(name) ?? null;
}

function sourceValue(name: string, value: unknown): SourceValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) {
    if (value.every((element) => typeof element === 'string')) return value;
    if (value.every(isAppRole)) return value;
  }
  throw invalidInput(`a text, a boolean, an array of texts or null for ${JSON.stringify(name)}`);
}

function isAppRole(value: unknown): value is AppRole {
  if (typeof value !== 'object' || value === null) return false;
  const { id, value: role, displayName } = value as Partial<Record<keyof AppRole, unknown>>;
  return typeof id === 'string' && typeof role === 'string' && typeof displayName === 'string';
}

function invalidInput(expected: string): ConfigError {
  return new ConfigError({ code: 'config.invalid_input', message: `--input needs ${expected}.` });
}

/** Runs a command's action: exit code 2 with the message for bad flags and input. */
export function runAction(action: () => number, output: Output): number {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    output.stderr(`joinery: ${error.message}\n`);
    return 2;
  }
}
