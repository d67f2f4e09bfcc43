import type { TenantId } from '@joinery/base';
import {
  canonicalAudience,
  generateToken,
  hashToken,
  type Credential,
  type CredentialStore,
} from '@joinery/service-provider';
import { invalidInput } from './errors.ts';

export interface TokenWish {
  readonly name: string;
  /** ISO 8601 with date and time, or a date alone (its beginning in UTC). */
  readonly expires: string;
  readonly audience: string;
  readonly scopes?: Credential['scopes'] | undefined;
}

export interface IssuedToken {
  readonly credential: Credential;
  /** The secret; it cannot be read again. */
  readonly token: string;
}

function expiryOf(text: string, now: number): Date {
  const expires = new Date(text);
  if (!/^\d{4}-\d{2}-\d{2}/.test(text) || Number.isNaN(expires.getTime())) {
    throw invalidInput(`The expiry "${text}" is no ISO 8601 date, e.g. 2027-06-30T00:00:00Z.`);
  }
  if (expires.getTime() <= now) throw invalidInput(`The expiry ${expires.toISOString()} is not in the future.`);
  return expires;
}

/** Creates a bearer token of a tenant. Throws 400 `workspace.invalid_input`, `workspace.token_name_taken`. */
export async function issueToken(
  credentials: CredentialStore,
  tenantId: TenantId,
  wish: TokenWish,
  now: number,
): Promise<IssuedToken> {
  const name = wish.name.trim();
  if (name === '' || name.length > 100) throw invalidInput('The name of a token has 1 to 100 characters.');
  if (canonicalAudience(wish.audience) === undefined) {
    throw invalidInput('The audience is the SCIM base URL, e.g. https://scim.example.com/scim/v2.');
  }
  const expires = expiryOf(wish.expires, now);
  const token = generateToken();
  const credential = await credentials.create(tenantId, {
    name,
    audience: wish.audience,
    scopes: wish.scopes ?? ['scim.read', 'scim.write'],
    expires,
    hash: hashToken(token),
  });
  return { credential, token };
}
