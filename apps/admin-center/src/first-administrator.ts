import type { Clock } from '@joinery/base';
import { hashSecret, mintSecret, type AdministratorStore, type PasswordHasher } from '@joinery/graph-api';

const linkHours = 24;

export interface FirstAdministratorOptions {
  readonly administrators: AdministratorStore;
  readonly passwords: PasswordHasher;
  readonly clock: Clock;
  readonly given: { readonly email: string; readonly password: string } | undefined;
}

/**
 * On a center without administrators: makes the given one, or answers the token of a one-time set-up link. Undefined when
 * nothing is left to set up.
 */
export async function ensureFirstAdministrator(options: FirstAdministratorOptions): Promise<string | undefined> {
  const { administrators, passwords, clock, given } = options;
  if ((await administrators.list()).length > 0) return undefined;
  if (given) {
    const passwordHash = await passwords.hash(given.password);
    try {
      const { email } = given;
      await administrators.create({ email, displayName: email, role: 'Global Administrator', passwordHash });
    } catch (error) {
      // Another process on the same database was faster.
      if ((await administrators.list()).length === 0) throw error;
    }
    return undefined;
  }
  const token = mintSecret('setup');
  const hash = hashSecret(token);
  if (!hash) throw new Error('invariant broken: a minted token has no hash');
  await administrators.createSetupToken(hash, new Date(clock.now() + linkHours * 3_600_000));
  return token;
}
