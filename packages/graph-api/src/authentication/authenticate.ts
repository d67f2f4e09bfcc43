import { timingSafeEqual } from 'node:crypto';
import { unauthenticated, forbidden } from '../errors.ts';
import type { GraphApi } from '../api.ts';
import type { Principal } from '../ports.ts';
import { hashSecret } from './secret-text.ts';

/**
 * Cookies know no ports: the name keeps the session apart from the workspace's on the same host.
 * @see RFC 6265 §8.5
 */
export const sessionCookie = 'joinery_center_session';

export interface Credentials {
  readonly authorization: string | undefined;
  readonly cookie: string | undefined;
  readonly csrfToken: string | undefined;
  /** GET and HEAD change nothing and need no CSRF token. */
  readonly changesState: boolean;
}

export interface Authenticated {
  readonly principal: Principal;
  readonly csrfToken: string | undefined;
}

/** Finds who calls: the bearer token if there is one, else the session. Throws `graph.unauthenticated`, `graph.forbidden`. */
export async function authenticate(api: GraphApi, credentials: Credentials): Promise<Authenticated> {
  const { authorization, cookie } = credentials;
  if (authorization !== undefined) return authenticateClient(api, authorization);
  if (cookie !== undefined && cookie !== '') return authenticateSession(api, credentials, cookie);
  throw unauthenticated('Access token is empty: sign in, or send one in the Authorization header.');
}

async function authenticateClient(api: GraphApi, authorization: string): Promise<Authenticated> {
  const token = /^Bearer +([^\s]+)$/i.exec(authorization)?.[1];
  const hash = token === undefined ? undefined : hashSecret(token);
  const client = hash && (await api.administrators.findAccessToken(hash, new Date(api.clock.now())));
  if (!client) throw unauthenticated('The access token is invalid or has expired.');
  const { clientId, displayName, role } = client;
  return { principal: { type: 'client', id: clientId, displayName, role }, csrfToken: undefined };
}

async function authenticateSession(api: GraphApi, credentials: Credentials, cookie: string): Promise<Authenticated> {
  const hash = hashSecret(cookie);
  const session = hash && (await api.administrators.findSession(hash, new Date(api.clock.now())));
  if (!session) throw unauthenticated('The session has ended: sign in again.');
  if (credentials.changesState && !isSameText(credentials.csrfToken ?? '', session.csrfToken)) {
    throw forbidden('The header X-CSRF-Token is missing or does not belong to this session.');
  }
  const { id, displayName, role } = session.administrator;
  return { principal: { type: 'administrator', id, displayName, role }, csrfToken: session.csrfToken };
}

function isSameText(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
