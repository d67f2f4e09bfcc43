import { createHash, timingSafeEqual } from 'node:crypto';
import type { GraphApi } from '../api.ts';
import type { Answer } from '../route.ts';
import { hashSecret, mintSecret } from './secret-text.ts';

export const accessTokenSeconds = 3600;
const windowSeconds = 300;
const attemptsPerClientMax = 30;
const attemptsPerAddressMax = 100;

export interface TokenRequest {
  readonly tenant: string;
  readonly form: URLSearchParams;
  readonly authorization: string | undefined;
  /** Of the connection, for the rate limit. */
  readonly address: string;
}

/**
 * `POST /{tenantId}/oauth2/v2.0/token`: OAuth 2.0 client credentials, the secret in the form or in the Authorization header.
 * Errors are values here: their body is RFC 6749's, not Graph's.
 * @see RFC 6749 §4.4, §5.2
 */
export async function issueAccessToken(api: GraphApi, request: TokenRequest): Promise<Answer> {
  const { form } = request;
  const { tenantId, defaultDomain } = api.settings;
  if (![tenantId, defaultDomain].includes(request.tenant.toLowerCase())) {
    return refuse(400, 'invalid_request', `There is no tenant "${request.tenant.slice(0, 100)}" here.`);
  }
  const repeated = [...form.keys()].find((name) => form.getAll(name).length > 1);
  if (repeated !== undefined)
    return refuse(400, 'invalid_request', `The parameter "${repeated.slice(0, 50)}" is repeated.`);
  const grant = form.get('grant_type');
  if (grant === null) return refuse(400, 'invalid_request', 'The parameter grant_type is missing.');
  if (grant !== 'client_credentials') {
    return refuse(400, 'unsupported_grant_type', 'Only the grant type client_credentials is supported.');
  }
  const basic = readBasic(request.authorization);
  const clientId = basic?.clientId ?? form.get('client_id') ?? '';
  const secret = basic?.secret ?? form.get('client_secret') ?? '';
  const invalidClient = () =>
    refuse(401, 'invalid_client', 'The client is unknown or its secret is wrong.', [
      ['WWW-Authenticate', `Basic realm="${tenantId}"`],
    ]);
  if (clientId === '' || secret === '') return invalidClient();

  const now = new Date(api.clock.now());
  const keys = { client: `token:${digest(clientId)}`, address: `token-from:${request.address}` };
  const attempts = [
    { key: keys.client, max: attemptsPerClientMax },
    { key: keys.address, max: attemptsPerAddressMax },
  ];
  const waitSeconds = await api.administrators.countAttempts(attempts, windowSeconds, now);
  if (waitSeconds > 0) {
    return refuse(429, 'temporarily_unavailable', 'Too many token requests.', [['Retry-After', String(waitSeconds)]]);
  }
  const client = await api.administrators.findClient(clientId);
  const hash = hashSecret(secret);
  if (!client || !hash || !client.secretHashes.some((known) => isSameHash(known, hash))) return invalidClient();

  if (!isKnownScope(api, form.get('scope'))) {
    return refuse(400, 'invalid_scope', `Ask for the scope ${api.publicUrl()}/.default.`);
  }
  await api.administrators.forgetAttempts(Object.values(keys));
  const token = mintSecret('access');
  const tokenHash = hashSecret(token);
  if (!tokenHash) throw new Error('invariant broken: a minted token has no hash');
  const expires = new Date(now.getTime() + accessTokenSeconds * 1000);
  await api.administrators.createAccessToken({ tokenHash, clientId: client.clientId, expires });
  return {
    status: 200,
    body: {
      token_type: 'Bearer',
      expires_in: accessTokenSeconds,
      ext_expires_in: accessTokenSeconds,
      access_token: token,
    },
    headers: noStore,
  };
}

const noStore = [
  ['Cache-Control', 'no-store'],
  ['Pragma', 'no-cache'],
] as const;

function refuse(
  status: number,
  error: string,
  description: string,
  headers: readonly (readonly [string, string])[] = [],
): Answer {
  return { status, body: { error, error_description: description }, headers: [...noStore, ...headers] };
}

/** The client's own base, and the name under which Microsoft's clients ask for Graph. */
function isKnownScope(api: GraphApi, scope: string | null): boolean {
  const known = [`${api.publicUrl()}/.default`, 'https://graph.microsoft.com/.default'];
  return scope !== null && scope.split(' ').every((one) => known.includes(one));
}

/** RFC 6749 §2.3.1: both parts are form-encoded before they are joined. */
function readBasic(authorization: string | undefined): { clientId: string; secret: string } | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const [clientId = '', ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  const decode = (part: string) => new URLSearchParams(`v=${part}`).get('v') ?? '';
  return { clientId: decode(clientId), secret: decode(rest.join(':')) };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}

function isSameHash(known: Uint8Array, given: Uint8Array): boolean {
  return known.length === given.length && timingSafeEqual(known, given);
}
