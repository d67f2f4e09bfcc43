import { ScimError, unauthorized } from '@joinery/scim';
import { isAudience } from '../auth/audience.ts';
import { hashToken } from '../auth/token.ts';
import type { Exchange, Step } from '../exchange.ts';
import type { Credential } from '../ports.ts';

export type Scope = Credential['scopes'][number];

/** RFC 6750 §3.1. Only who holds a real token learns what is wrong with it. */
const generic = 'The bearer token is not valid.';
const bearer = /^bearer(?: +(.*))?$/i;

/** Its answer carries `error="invalid_token"`, unlike that of `unauthorized`, where nothing was presented. */
function invalidToken(message: string): ScimError {
  return new ScimError({ code: 'scim.invalid_token', status: 401, message, retry: 'after-change' });
}

function whatIsWrong(credential: Credential, now: number, baseUrl: string): string | undefined {
  if (credential.revoked !== undefined && credential.revoked.getTime() <= now) return 'The bearer token was revoked.';
  if (credential.expires.getTime() <= now) {
    return `The bearer token expired on ${credential.expires.toISOString()}; create a new one and enter it in the client.`;
  }
  if (!isAudience(credential.audience, baseUrl)) {
    return `The bearer token is for the audience ${credential.audience}, not for this service provider.`;
  }
  return undefined;
}

/** Reads `Authorization`, and sets the exchange's credential when its token is live and for this service provider. */
async function identify(exchange: Exchange): Promise<void> {
  const header = exchange.request.headers.get('authorization');
  if (header === null) return;
  const token = bearer.exec(header.trim())?.[1]?.trim() ?? '';
  const { options } = exchange.provider;
  if (!options.acceptsToken(token)) throw invalidToken(generic);
  const credential = await options.credentials.findByHash(hashToken(token));
  if (credential === undefined) throw invalidToken(generic);
  // Also for a refused token: its tenant's request log shows the refusal.
  exchange.credential = credential;
  const now = options.clock.now();
  const problem = whatIsWrong(credential, now, options.baseUrl);
  if (problem !== undefined) throw invalidToken(problem);
  options.credentials.touch(credential.tenantId, credential.id, new Date(now));
}

/** Lets a request without credentials pass; one with a bad token is refused all the same. */
export const admitAnyone: Step = async (exchange) => {
  await identify(exchange);
  return undefined;
};

/**
 * Only a live bearer token of this service provider's audience with the given scope passes. 401 with `WWW-Authenticate`
 * (RFC 6750 §3), 403 `insufficient_scope`.
 */
export function authenticate(scope: Scope): Step {
  return async (exchange) => {
    await identify(exchange);
    if (exchange.credential === undefined) {
      throw unauthorized({ detail: 'Send a bearer token in the Authorization header.' });
    }
    if (!exchange.credential.scopes.includes(scope)) {
      throw new ScimError({
        code: 'scim.insufficient_scope',
        status: 403,
        message: `The bearer token lacks the scope ${scope}.`,
        detail: { scope },
        retry: 'after-change',
      });
    }
    return undefined;
  };
}
