import type { ScimRequest } from '../exchange.ts';
import { invalidClient, invalidRequest, OAuthError } from './errors.ts';

export const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const bodyBytesMax = 32 * 1024;

export type ClientProof =
  { readonly kind: 'secret'; readonly secret: string } | { readonly kind: 'assertion'; readonly assertion: string };

export interface TokenRequest {
  readonly clientId: string;
  readonly proof: ClientProof;
  readonly scope: string;
}

async function readForm(request: ScimRequest): Promise<URLSearchParams> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') {
    throw invalidRequest('Send the request as application/x-www-form-urlencoded.');
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > bodyBytesMax) throw invalidRequest(`The request is larger than ${bodyBytesMax} bytes.`, 413);
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}

/** RFC 6749 §3.2: a parameter must not come twice; one without a value counts as left out. */
function parameter(form: URLSearchParams, name: string): string | undefined {
  const values = form.getAll(name);
  if (values.length > 1) throw invalidRequest(`The parameter ${name} is given more than once.`);
  return values[0] === '' ? undefined : values[0];
}

function decodeFormText(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw invalidClient();
  }
}

/** RFC 6749 §2.3.1: user and password of Basic are form-encoded first. */
function readBasic(header: string | null): { readonly id: string; readonly secret: string } | undefined {
  if (header === null) return undefined;
  const encoded = /^basic +([A-Za-z0-9+/=]+)$/i.exec(header.trim())?.[1];
  const text = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon === -1) throw invalidClient('The Authorization header holds no client id and secret in the scheme Basic.');
  return { id: decodeFormText(text.slice(0, colon)), secret: decodeFormText(text.slice(colon + 1)) };
}

/** Header and body may carry the same credentials, as Entra's "Both" sends them; RFC 6749 allows one of the two only. */
function agree(one: string | undefined, other: string | undefined, what: string): string | undefined {
  if (one !== undefined && other !== undefined && one !== other) {
    throw invalidRequest(`The Authorization header and the body name different ${what}.`);
  }
  return one ?? other;
}

/** RFC 6749 §4.4.2 with client authentication by §2.3.1 or RFC 7523 §2.2. Throws `OAuthError`. */
export async function readTokenRequest(request: ScimRequest): Promise<TokenRequest> {
  const form = await readForm(request);
  const basic = readBasic(request.headers.get('authorization'));
  const grantType = parameter(form, 'grant_type');
  if (grantType === undefined) throw invalidRequest('The parameter grant_type is missing.');
  if (grantType !== 'client_credentials') {
    throw new OAuthError(400, 'unsupported_grant_type', 'The only grant_type is client_credentials.');
  }
  const clientId = agree(basic?.id, parameter(form, 'client_id'), 'clients');
  const secret = agree(basic?.secret, parameter(form, 'client_secret'), 'secrets');
  const assertion = parameter(form, 'client_assertion');
  const type = parameter(form, 'client_assertion_type');
  const scope = parameter(form, 'scope') ?? '';
  if (clientId === undefined) throw invalidClient('The client_id is missing.');
  if ((assertion === undefined) !== (type === undefined)) {
    throw invalidRequest('client_assertion and client_assertion_type belong together.');
  }
  if (assertion !== undefined) {
    if (secret !== undefined) throw invalidRequest('Send either a client secret or a client assertion.');
    if (type !== assertionType) throw invalidRequest(`The only client_assertion_type is ${assertionType}.`);
    return { clientId, scope, proof: { kind: 'assertion', assertion } };
  }
  if (secret === undefined) throw invalidClient('The client_secret is missing.');
  return { clientId, scope, proof: { kind: 'secret', secret } };
}
