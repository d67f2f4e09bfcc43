import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '@joinery/base';

const keyBytes = 32;

/** The key of `JOINERY_SECRET_KEY`. Throws `ConfigError` `config.secret_key`. */
export function parseSecretKey(text: string): Uint8Array {
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length === keyBytes) return key;
  throw new ConfigError({
    code: 'config.secret_key',
    message: `JOINERY_SECRET_KEY must be ${keyBytes} bytes as base64; make one with: openssl rand -base64 ${keyBytes}`,
  });
}

/** Reads `secret.key` of the data folder, readable by its owner only; the first call makes it. */
export async function loadSecretKey(directory: string): Promise<Uint8Array> {
  const path = join(directory, 'secret.key');
  await mkdir(directory, { recursive: true });
  const made = randomBytes(keyBytes);
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(`${made.toString('base64')}\n`);
      // The key must be on disk before anything that it encrypts or signs is.
      await file.sync();
    } finally {
      await file.close();
    }
    return made;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw unreadable(path, error);
  }
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw unreadable(path, error);
  });
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length !== keyBytes) throw unreadable(path, undefined);
  return key;
}

function unreadable(path: string, cause: unknown): ConfigError {
  return new ConfigError({
    code: 'config.secret_key',
    message: `The key of the data folder, ${path}, can't be read or written. Restore it, or set JOINERY_SECRET_KEY.`,
    cause,
  });
}
