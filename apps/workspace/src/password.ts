import { hash, verify } from '@node-rs/argon2';
import { randomBytes } from 'node:crypto';

/** OWASP's least settings for argon2id: 19 MiB, two passes, one lane. */
const settings = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

// `Algorithm.Argon2id` is a const enum, which type stripping cannot read; argon2id is the library's default.
export function hashPassword(password: string): Promise<string> {
  return hash(password, settings);
}

/** Compared against when there is no such administrator, so that the answer takes as long. */
const nobody = hashPassword(randomBytes(32).toString('hex'));

export async function isPassword(passwordHash: string | undefined, password: string): Promise<boolean> {
  const matches = await verify(passwordHash ?? (await nobody), password);
  return matches && passwordHash !== undefined;
}
