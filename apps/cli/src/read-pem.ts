import { readFile } from 'node:fs/promises';
import { ConfigError } from '@joinery/base';

/** The text of a PEM file that a flag names. Throws `cli.unreadable_file`. */
export async function readPem(flag: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new ConfigError({ code: 'cli.unreadable_file', message: `${flag}: ${path} can't be read.`, cause });
  }
}
