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

const dayMs = 86_400_000;

/** 30, 7 or 1 when that many days or fewer are left; null before and after. */
export function expiresWithinDays(expires: Date, now: number): 1 | 7 | 30 | null {
  const leftMs = expires.getTime() - now;
  if (leftMs <= 0) return null;
  return ([1, 7, 30] as const).find((days) => leftMs <= days * dayMs) ?? null;
}

/** A future end of life, at most `daysMax` ahead. Throws 400 `workspace.invalid_input`. */
export function readExpiry(text: string, now: number, daysMax: number | undefined): Date {
  const expires = new Date(text);
  if (!/^\d{4}-\d{2}-\d{2}/.test(text) || Number.isNaN(expires.getTime())) {
    throw invalidInput(`The expiry "${text}" is no ISO 8601 date, e.g. 2027-06-30T00:00:00Z.`);
  }
  if (expires.getTime() <= now) throw invalidInput(`The expiry ${expires.toISOString()} is not in the future.`);
  if (daysMax !== undefined && expires.getTime() > now + daysMax * dayMs) {
    const latest = new Date(now + daysMax * dayMs).toISOString();
    throw invalidInput(
      `The expiry ${expires.toISOString()} is too far ahead; ${latest} is the latest (${daysMax} days).`,
    );
  }
  return expires;
}

/** Creates a bearer token of a tenant. Throws 400 `workspace.invalid_input`, `workspace.token_name_taken`. */
export async function issueToken(
  credentials: CredentialStore,
  tenantId: TenantId,
  wish: TokenWish,
  now: number,
  daysMax?: number,
): Promise<IssuedToken> {
  const name = wish.name.trim();
  if (name === '' || name.length > 100) throw invalidInput('The name of a token has 1 to 100 characters.');
  if (canonicalAudience(wish.audience) === undefined) {
    throw invalidInput('The audience is the SCIM base URL, e.g. https://scim.example.com/scim/v2.');
  }
  const expires = readExpiry(wish.expires, now, daysMax);
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
