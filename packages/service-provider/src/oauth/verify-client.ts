import { createHash, timingSafeEqual } from 'node:crypto';
import type { Clock } from '@joinery/base';
import { decodeJwt, errors, jwtVerify, type JWTPayload } from 'jose';
import { hashToken } from '../auth/token.ts';
import type { OAuthClient, OAuthFederation, OAuthStore } from '../ports.ts';
import { invalidClient, OAuthError } from './errors.ts';
import { KeySetUnavailable, type KeySets } from './key-sets.ts';
import type { ClientProof } from './token-request.ts';

const algorithms = ['RS256', 'ES256'];
const skewSeconds = 300;
const assertionLengthMax = 16 * 1024;

interface Verification {
  readonly oauth: OAuthStore;
  readonly keySets: KeySets | undefined;
  readonly clock: Pick<Clock, 'now'>;
}

function isLive(grant: { readonly revoked: Date | undefined }, now: number): boolean {
  return grant.revoked === undefined || grant.revoked.getTime() > now;
}

/** The id of the secret. Every secret of the client is compared, in constant time. */
function verifySecret(client: OAuthClient, secret: string, now: number): string {
  const hash = hashToken(secret);
  const [found] = client.secrets.filter((candidate) => timingSafeEqual(candidate.hash, hash));
  if (found === undefined) throw invalidClient();
  if (!isLive(found, now)) throw invalidClient('The client secret was revoked.');
  if (found.expires.getTime() <= now)
    throw invalidClient(`The client secret expired on ${found.expires.toISOString()}.`);
  return found.id;
}

/** The federation that the unverified claims point at; which key checks the signature depends on it alone. */
function findFederation(client: OAuthClient, claims: JWTPayload, now: number): OAuthFederation {
  const live = client.federations.filter((federation) => isLive(federation, now));
  const ofIssuer = live.filter(({ issuer }) => issuer === claims.iss);
  if (ofIssuer.length === 0) throw invalidClient('The assertion is of an issuer that the client does not trust (iss).');
  const ofSubject = ofIssuer.filter(({ subject }) => subject === claims.sub);
  if (ofSubject.length === 0) throw invalidClient('The assertion is for another subject than the trusted one (sub).');
  const audiences = typeof claims.aud === 'string' ? [claims.aud] : (claims.aud ?? []);
  const found = ofSubject.find((federation) => audiences.some((audience) => federation.audiences.includes(audience)));
  if (found === undefined) throw invalidClient('The assertion is for another audience than the accepted ones (aud).');
  return found;
}

const reasons: ReadonlyMap<string, string> = new Map([
  ['ERR_JWT_EXPIRED', 'The assertion has expired (exp).'],
  ['ERR_JWKS_NO_MATCHING_KEY', 'The assertion is signed with a key that its issuer does not publish (kid).'],
  ['ERR_JOSE_ALG_NOT_ALLOWED', `The assertion is signed with another algorithm than ${algorithms.join(' or ')}.`],
  ['ERR_JWS_SIGNATURE_VERIFICATION_FAILED', 'The signature of the assertion is wrong.'],
]);

function refusalOf(error: unknown): unknown {
  if (error instanceof KeySetUnavailable) {
    const message = "The keys of the assertion's issuer cannot be fetched at the moment; try again.";
    return new OAuthError(503, 'temporarily_unavailable', message, 30);
  }
  if (!(error instanceof errors.JOSEError)) return error;
  if (error instanceof errors.JWTClaimValidationFailed) {
    return invalidClient(`The claim ${error.claim} of the assertion is missing or does not hold.`);
  }
  return invalidClient(reasons.get(error.code) ?? 'The assertion is not a valid JWT.');
}

async function verifyAssertion(given: Verification, client: OAuthClient, assertion: string): Promise<string> {
  if (assertion.length > assertionLengthMax) throw invalidClient('The assertion is too long.');
  const now = given.clock.now();
  try {
    const federation = findFederation(client, decodeJwt(assertion), now);
    if (given.keySets === undefined) throw invalidClient('Client assertions are switched off here.');
    const { payload } = await jwtVerify(assertion, given.keySets.keysOf(federation.jwksUrl), {
      algorithms,
      issuer: federation.issuer,
      subject: federation.subject,
      audience: [...federation.audiences],
      clockTolerance: skewSeconds,
      currentDate: new Date(now),
      requiredClaims: ['exp'],
    });
    await refuseReplay(given, client, payload);
    return federation.id;
  } catch (error) {
    throw refusalOf(error);
  }
}

/** RFC 7523 §3: an assertion with `jti` counts once. Issuers that hand out one token for its whole life send none. */
async function refuseReplay({ oauth }: Verification, client: OAuthClient, payload: JWTPayload): Promise<void> {
  const { jti, iss, exp } = payload;
  if (jti === undefined) return;
  const hash = createHash('sha256')
    .update(JSON.stringify([iss, jti]))
    .digest();
  const until = new Date(((exp ?? 0) + skewSeconds) * 1000);
  if (await oauth.takeAssertion(client.tenantId, client.id, hash, until)) return;
  throw invalidClient('The assertion was used before (jti).');
}

/** The id of the secret or federation that proves the client. Throws `OAuthError`. */
export async function verifyClient(given: Verification, client: OAuthClient, proof: ClientProof): Promise<string> {
  if (!isLive(client, given.clock.now())) throw invalidClient('The client was deleted.');
  return proof.kind === 'secret'
    ? verifySecret(client, proof.secret, given.clock.now())
    : verifyAssertion(given, client, proof.assertion);
}
