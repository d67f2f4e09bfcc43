import { hash, verify } from '@node-rs/argon2';
import type { PasswordHasher } from '@joinery/graph-api';

/** OWASP's least settings for argon2id, the library's default algorithm: 19 MiB, two passes, one lane. */
const settings = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

export const passwords: PasswordHasher = {
  hash: (password) => hash(password, settings),
  verify: (passwordHash, password) => verify(passwordHash, password),
};
