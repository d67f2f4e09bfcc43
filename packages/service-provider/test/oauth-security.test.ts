import type { CredentialId } from '@joinery/base';
import { expect, test } from 'vitest';
import { createTokenEndpoint, generateToken, hashToken, type Credential } from '../src/index.ts';
import { routes } from '../src/routes.ts';
import { MemoryCredentialsWithOAuth } from './memory-oauth.ts';
import { aService, baseUrl, tenantA, tenantB } from './service.ts';

async function anOAuthService() {
  const credentials = new MemoryCredentialsWithOAuth();
  const { oauth } = credentials;
  const service = await aService({ credentials });
  const { clock, log } = service;
  const endpoint = createTokenEndpoint({ oauth, requestLog: log, clock, newRequestId: () => 'r', baseUrl });

  /** An access token as a client gets it. */
  async function accessToken(wish: { tenantId?: typeof tenantA; scopes?: Credential['scopes'] } = {}) {
    const tenantId = wish.tenantId ?? tenantA;
    const scopes = wish.scopes ?? ['scim.read', 'scim.write'];
    const client = await oauth.create(tenantId, { name: 'client', scopes, accessTokenSeconds: 3600 });
    const clientSecret = generateToken();
    const expires = new Date(clock.now() + 86_400_000);
    const secret = await oauth.addSecret(tenantId, client.id, {
      hash: hashToken(clientSecret),
      expires,
      endOthers: undefined,
    });
    const form = { grant_type: 'client_credentials', client_id: client.id, client_secret: clientSecret };
    const request = new Request('https://scim.example.com/scim/oauth2/token', {
      method: 'POST',
      body: new URLSearchParams(form),
    });
    const answer = await endpoint(request);
    expect(answer.status).toBe(200);
    const { access_token: token } = (await answer.json()) as { access_token: string };
    return { token, clientId: client.id as CredentialId, secretId: secret?.id ?? '', clientSecret };
  }
  return { service, oauth, accessToken };
}

function requestOf({ method, path }: { method: string; path: string }) {
  const hasBody = method === 'POST' || method === 'PUT' || method === 'PATCH';
  return { method, path: path.replace('{id}', 'x'), ...(hasBody ? { body: {} } : {}) };
}

test('every row refuses access tokens that are expired or whose client or secret is gone, and client secrets', async () => {
  const { service, oauth, accessToken } = await anOAuthService();
  const [ofClient, ofSecret, live] = [await accessToken(), await accessToken(), await accessToken()];
  await oauth.revoke(tenantA, ofClient.clientId, new Date(service.clock.now()));
  await oauth.revokeGrant(tenantA, ofSecret.clientId, ofSecret.secretId, new Date(service.clock.now()));
  const old = await accessToken();
  expect((await service.send('GET', '/Users', { token: live.token })).status).toBe(200);
  service.clock.current += 3_600_000;
  const refused = { ofClient: ofClient.token, ofSecret: ofSecret.token, expired: old.token, secret: live.clientSecret };
  for (const route of routes) {
    for (const [name, token] of Object.entries(refused)) {
      const { method, path, body } = { body: undefined, ...requestOf(route) };
      const answer = await service.send(method, path, { body, token });
      expect(answer.status, `${method} ${path} with ${name}`).toBe(401);
      expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"');
    }
  }
});

test('every write refuses an access token that may only read', async () => {
  const { service, accessToken } = await anOAuthService();
  const { token } = await accessToken({ scopes: ['scim.read'] });
  const writes = routes.filter(({ method, path }) => method !== 'GET' && !path.endsWith('.search') && path !== '/Me');
  expect(writes.length).toBeGreaterThan(8);
  for (const route of writes) {
    const { method, path, body } = { body: undefined, ...requestOf(route) };
    const answer = await service.send(method, path, { body, token });
    expect(answer.status, `${method} ${path}`).toBe(403);
    expect(answer.headers.get('www-authenticate')).toContain('error="insufficient_scope", scope="scim.write"');
  }
});

test('an access token of another tenant finds no id of this one', async () => {
  const { service, accessToken } = await anOAuthService();
  const [ours, theirs] = [await accessToken(), await accessToken({ tenantId: tenantB })];
  const created = await service.send('POST', '/Users', { body: { userName: 'ada@contoso.com' }, token: ours.token });
  const id = String(created.body['id']);
  const patch = { Operations: [{ op: 'replace', path: 'title', value: 'x' }] };
  const requests: readonly [string, object | undefined][] = [
    ['GET', undefined],
    ['PUT', { userName: 'x' }],
    ['PATCH', patch],
    ['DELETE', undefined],
  ];
  for (const [method, body] of requests) {
    expect((await service.send(method, `/Users/${id}`, { body, token: theirs.token })).status, method).toBe(404);
  }
  expect((await service.send('GET', `/Users/${id}`, { token: ours.token })).status).toBe(200);
});
