import { randomBytes } from 'node:crypto';
import type { GraphApi } from '../api.ts';
import { tooManyRequests, unauthenticated } from '../errors.ts';
import type { Administrator } from '../ports.ts';
import { hashSecret, mintSecret } from './secret-text.ts';

export const sessionSeconds = 12 * 3600;
const windowSeconds = 900;
const attemptsPerAccountMax = 10;
const attemptsPerAddressMax = 50;

export interface StartedSession {
  /** Value of the cookie. */
  readonly token: string;
  readonly csrfToken: string;
  readonly administrator: Administrator;
}

/** Checks e-mail and password. Throws `graph.unauthenticated`, the same for an unknown address and a wrong password, and `graph.too_many_requests`. */
export async function signIn(
  api: GraphApi,
  { email, password, address }: { email: string; password: string; address: string },
): Promise<StartedSession> {
  const keys = { account: `sign-in:${email.toLowerCase()}`, address: `sign-in-from:${address}` };
  const waitSeconds = await api.administrators.countAttempts(
    [
      { key: keys.account, max: attemptsPerAccountMax },
      { key: keys.address, max: attemptsPerAddressMax },
    ],
    windowSeconds,
    new Date(api.clock.now()),
  );
  if (waitSeconds > 0)
    throw tooManyRequests(`Too many sign-in attempts. Try again in ${waitSeconds} seconds.`, waitSeconds);

  const administrator = await api.administrators.findByEmail(email);
  const isRight = administrator
    ? await api.passwords.verify(administrator.passwordHash, password)
    : await verifyNothing(api, password);
  if (!administrator || !isRight) throw unauthenticated('The e-mail address or the password is wrong.');
  await api.administrators.forgetAttempts([keys.account]);
  return startSession(api, administrator);
}

/** Takes as long as a real check, so that the answer's time does not tell which addresses exist. */
async function verifyNothing(api: GraphApi, password: string): Promise<false> {
  await api.passwords.hash(password);
  return false;
}

export async function startSession(api: GraphApi, administrator: Administrator): Promise<StartedSession> {
  const token = mintSecret('session');
  const csrfToken = randomBytes(32).toString('base64url');
  const tokenHash = hashSecret(token);
  if (!tokenHash) throw new Error('invariant broken: a minted token has no hash');
  const expires = new Date(api.clock.now() + sessionSeconds * 1000);
  await api.administrators.createSession({ tokenHash, administratorId: administrator.id, csrfToken, expires });
  return { token, csrfToken, administrator };
}
