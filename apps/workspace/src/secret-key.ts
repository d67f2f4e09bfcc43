import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '@joinery/base';
import type { StoreLocation } from './store.ts';

const keyBytes = 32;

function refuse(message: string, cause?: unknown): ConfigError {
  return new ConfigError({ code: 'workspace.secret_key', message, ...(cause === undefined ? {} : { cause }) });
}

function parseKey(text: string, place: string): Uint8Array {
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length === keyBytes) return key;
  throw refuse(`${place} must hold ${keyBytes} bytes as base64; make one with: openssl rand -base64 ${keyBytes}`);
}

/** `secret.key` of the data folder, readable by its owner only; the first call makes it. */
async function loadKey(directory: string): Promise<Uint8Array> {
  const path = join(directory, 'secret.key');
  await mkdir(directory, { recursive: true });
  const made = randomBytes(keyBytes);
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(`${made.toString('base64')}\n`);
      // The key must be on disk before anything is signed with it.
      await file.sync();
    } finally {
      await file.close();
    }
    return made;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw refuse(`${path} cannot be written.`, error);
  }
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw refuse(`${path} cannot be read.`, error);
  });
  return parseKey(text, path);
}

/**
 * The key from which secrets that must be read again are derived: `JOINERY_SECRET_KEY`, else `secret.key` of the data
 * folder. Undefined where neither is given; webhooks are off then. Throws `ConfigError` `workspace.secret_key`.
 */
export async function chooseSecretKey(
  given: string | undefined,
  location: StoreLocation,
): Promise<Uint8Array | undefined> {
  if (given !== undefined) return parseKey(given, 'JOINERY_SECRET_KEY');
  return 'directory' in location ? loadKey(location.directory) : undefined;
}
