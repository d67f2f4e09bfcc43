import { createServer, type Server } from 'node:https';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { generate } from 'selfsigned';
import { call, signIn, type ConsoleSession } from './console.ts';
import { aWorkspace, type TestWorkspace } from './test-workspace.ts';

const issuer = 'https://login.microsoftonline.com/8c1f6a0e-0000-4000-8000-000000000001/v2.0';
const subject = '5f0d9c3a-0000-4000-8000-000000000002';
const audience = 'api://b7c2b1de-0000-4000-8000-000000000003';
const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

interface Issuer {
  readonly port: number;
  readonly certificate: string;
  keys: JWK[];
  fetches: number;
  isDown: boolean;
  stop(): Promise<void>;
}

/** Publishes a JWK set over https, as a real issuer does. */
async function anIssuer(): Promise<Issuer> {
  const pems = await generate([{ name: 'commonName', value: 'localhost' }], {
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] },
    ],
  });
  const server: Server = createServer({ cert: pems.cert, key: pems.private }, (_request, response) => {
    state.fetches += 1;
    if (state.isDown) response.writeHead(503).end();
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: state.keys }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const state: Issuer = {
    port: (server.address() as { port: number }).port,
    certificate: pems.cert,
    keys: [],
    fetches: 0,
    isDown: false,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return state;
}

const clock = {
  offset: 0,
  now: () => Date.now() + clock.offset,
  sleep: (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const timer = setTimeout(resolve, ms);
      signal?.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      });
    }),
};

let publisher: Issuer;
let workspace: TestWorkspace;
let console_: ConsoleSession;
let url: string;
beforeAll(async () => {
  publisher = await anIssuer();
  workspace = await aWorkspace({
    clock,
    allowedHosts: ['localhost'],
    federationHosts: ['localhost'],
    extraCa: publisher.certificate,
  });
  url = workspace.workspace.url;
  console_ = await signIn(url);
});
afterAll(async () => {
  await workspace?.stop();
  await publisher?.stop();
});

let clients = 0;
async function aClient(wish: object = {}): Promise<{ id: string; secret: string; secretId: string }> {
  clients += 1;
  const created = await console_.send('POST', '/api/oauth/clients', { name: `client ${clients}`, ...wish });
  expect(created.status).toBe(201);
  const id = String(created.body['id']);
  const expires = new Date(clock.now() + 365 * 86_400_000).toISOString();
  const secret = await console_.send('POST', `/api/oauth/clients/${id}/secrets`, { expires });
  expect(secret.status).toBe(201);
  return { id, secret: String(secret.body['clientSecret']), secretId: String(secret.body['id']) };
}

function askToken(form: Record<string, string>, headers: Record<string, string> = {}) {
  return call(`${url}/scim/oauth2/token`, { method: 'POST', body: new URLSearchParams(form), headers });
}

function basic(id: string, secret: string): Record<string, string> {
  return {
    authorization: `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`,
  };
}

const grant = { grant_type: 'client_credentials' };

async function tokenOf({ id, secret }: { id: string; secret: string }, scope = ''): Promise<string> {
  const answer = await askToken({ ...grant, client_id: id, client_secret: secret, scope });
  expect(answer.status, answer.text).toBe(200);
  return String(answer.body['access_token']);
}

describe('client credentials', () => {
  test('another tenant’s administrator neither sees nor changes a client', async () => {
    const client = await aClient();
    const { setupUrl } = await workspace.createTenant('Stranger');
    const token = new URL(String(setupUrl)).searchParams.get('token');
    const stranger = { email: 'admin@stranger.example', password: 'another correct horse' };
    await call(`${url}/api/setup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token, ...stranger }),
    });
    const session = await signIn(url, stranger);
    expect((await session.get('/api/oauth/clients')).body['clients']).toEqual([]);
    expect((await session.send('DELETE', `/api/oauth/clients/${client.id}`)).status).toBe(404);
    const path = `/api/oauth/clients/${client.id}/secrets`;
    expect((await session.send('DELETE', `${path}/${client.secretId}`)).status).toBe(404);
    const expires = new Date(clock.now() + 86_400_000).toISOString();
    expect((await session.send('POST', path, { expires })).status).toBe(400);
    await tokenOf(client);
  });

  test('by header, by body, and by both when they are equal', async () => {
    const { id, secret } = await aClient();
    const body = { client_id: id, client_secret: secret };
    const answers = await Promise.all([
      askToken(grant, basic(id, secret)),
      askToken({ ...grant, ...body }),
      askToken({ ...grant, ...body }, basic(id, secret)),
    ]);
    for (const answer of answers) {
      expect(answer.status).toBe(200);
      expect(answer.body).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: 'scim.read scim.write' });
      expect(answer.headers.get('cache-control')).toBe('no-store');
      const users = await workspace.scim.send('GET', '/Users', { token: String(answer.body['access_token']) });
      expect(users.status).toBe(200);
    }
    const other = await aClient();
    const unequal = await askToken({ ...grant, client_id: id, client_secret: other.secret }, basic(id, secret));
    expect([unequal.status, unequal.body['error']]).toEqual([400, 'invalid_request']);
  });

  test('wrong, unknown and missing credentials are invalid_client, with a challenge where Basic was used', async () => {
    const { id, secret } = await aClient();
    const other = await aClient();
    const refusals = await Promise.all([
      askToken(grant, basic(id, 'wrong')),
      askToken({ ...grant, client_id: id, client_secret: other.secret }),
      askToken({ ...grant, client_id: '018f0000-0000-7000-8000-00000000000a', client_secret: secret }),
      askToken({ ...grant, client_id: "x' or true", client_secret: secret }),
      askToken({ ...grant, client_id: id }),
      askToken({ ...grant, client_id: id, client_secret: '' }),
      askToken(grant),
      askToken(grant, { authorization: `Bearer ${secret}` }),
    ]);
    expect(refusals.map(({ status, body }) => [status, body['error']])).toEqual(
      refusals.map(() => [401, 'invalid_client']),
    );
    expect(refusals[0]?.headers.get('www-authenticate')).toBe('Basic realm="scim"');
    expect(refusals[1]?.headers.get('www-authenticate')).toBeNull();
    expect(refusals.map(({ text }) => text).join()).not.toContain(secret);
  });

  test('errors of RFC 6749 §5.2 for the rest of the request', async () => {
    const { id, secret } = await aClient({ scopes: ['scim.read'] });
    const body = { client_id: id, client_secret: secret };
    const endpoint = `${url}/scim/oauth2/token`;
    const refusals = await Promise.all([
      askToken(body),
      askToken({ ...body, grant_type: 'password' }),
      askToken({ ...grant, ...body, scope: 'scim.write' }),
      askToken({ ...grant, ...body, scope: 'admin' }),
      call(endpoint, {
        method: 'POST',
        body: JSON.stringify({ ...grant, ...body }),
        headers: { 'content-type': 'application/json' },
      }),
      call(endpoint, {
        method: 'POST',
        body: new URLSearchParams([...Object.entries({ ...grant, ...body }), ['client_id', id]]),
      }),
      call(endpoint, { method: 'GET' }),
    ]);
    expect(refusals.map(({ status, body: { error } }) => `${status} ${String(error)}`)).toEqual([
      '400 invalid_request',
      '400 unsupported_grant_type',
      '400 invalid_scope',
      '400 invalid_scope',
      '400 invalid_request',
      '400 invalid_request',
      '405 invalid_request',
    ]);
    for (const scope of ['', 'scim', 'scim.read', `${workspace.tenantUrl}/.default`]) {
      expect((await askToken({ ...grant, ...body, scope })).body['scope']).toBe('scim.read');
    }
  });

  test('an access token keeps to its scope, its tenant and its life', async () => {
    const client = await aClient();
    const read = await tokenOf(client, 'scim.read');
    expect((await workspace.scim.send('GET', '/Users', { token: read })).status).toBe(200);
    const refused = await workspace.scim.send('POST', '/Users', { token: read, body: { userName: 'x@contoso.com' } });
    expect(refused.status).toBe(403);
    const id = await workspace.scim.create('/Users', { userName: 'of-contoso@contoso.com' });
    await workspace.createTenant('Fabrikam OAuth');
    const foreign = await workspace.newToken({ tenant: 'Fabrikam OAuth' });
    expect((await workspace.scim.send('GET', `/Users/${id}`, { token: foreign })).status).toBe(404);
    expect((await workspace.scim.send('GET', `/Users/${id}`, { token: read })).status).toBe(200);
    clock.offset += 3_600_001;
    const expired = await workspace.scim.send('GET', '/Users', { token: read });
    expect(expired.status).toBe(401);
    expect(expired.headers.get('www-authenticate')).toContain('expired');
  });

  test('two secrets are live at once; one deleted takes its tokens along, the other goes on', async () => {
    const client = await aClient();
    const expires = new Date(clock.now() + 86_400_000).toISOString();
    const second = await console_.send('POST', `/api/oauth/clients/${client.id}/secrets`, { expires });
    const secret = String(second.body['clientSecret']);
    const [first, other] = [await tokenOf(client), await tokenOf({ id: client.id, secret })];
    await console_.send('DELETE', `/api/oauth/clients/${client.id}/secrets/${client.secretId}`);
    clock.offset += 1_001;
    expect((await workspace.scim.send('GET', '/Users', { token: first })).status).toBe(401);
    expect((await workspace.scim.send('GET', '/Users', { token: other })).status).toBe(200);
    expect((await askToken({ ...grant, client_id: client.id, client_secret: client.secret })).status).toBe(401);
    clock.offset += 86_400_000;
    const late = await askToken({ ...grant, client_id: client.id, client_secret: secret });
    expect(String(late.body['error_description'])).toContain('expired');
    console_ = await signIn(url);
  });

  test('a deleted client has no live token and gets none', async () => {
    const client = await aClient();
    const token = await tokenOf(client);
    await console_.send('DELETE', `/api/oauth/clients/${client.id}`);
    clock.offset += 1_001;
    expect((await workspace.scim.send('GET', '/Users', { token })).status).toBe(401);
    expect((await askToken({ ...grant, client_id: client.id, client_secret: client.secret })).status).toBe(401);
  });

  test('the tenant’s request log shows refused token requests, without the secret', async () => {
    const client = await aClient({ name: 'logged client' });
    await askToken({ ...grant, client_id: client.id, client_secret: 'a-wrong-secret' });
    await expect
      .poll(async () => (await console_.get('/api/requests?failed=true&limit=200')).text, { timeout: 20_000 })
      .toContain('"token":"logged client"');
    expect((await console_.get('/api/requests?failed=true&limit=200')).text).not.toContain('a-wrong-secret');
    expect(workspace.logged()).not.toContain(client.secret);
  });

  test('the metadata document names the endpoint, and ServiceProviderConfig the method', async () => {
    const metadata = await call(`${url}/.well-known/oauth-authorization-server`, {});
    expect(metadata.body).toMatchObject({
      issuer: url,
      token_endpoint: `${url}/scim/oauth2/token`,
      grant_types_supported: ['client_credentials'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    });
    const config = await workspace.scim.send('GET', '/ServiceProviderConfig', { token: null });
    expect(config.body['authenticationSchemes']).toMatchObject([{ type: 'oauthbearertoken' }, { type: 'oauth2' }]);
  });
});

describe('workload identity federation', () => {
  type Key = { readonly privateKey: CryptoKey; readonly kid: string; readonly alg: string };

  async function aKey(kid: string, alg = 'RS256', publish = true): Promise<Key> {
    const { publicKey, privateKey } = await generateKeyPair(alg);
    if (publish) publisher.keys = [...publisher.keys, { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' }];
    return { privateKey, kid, alg };
  }

  function sign(key: Key, claims: Record<string, unknown> = {}): Promise<string> {
    const now = Math.floor(clock.now() / 1000);
    return new SignJWT({ iss: issuer, sub: subject, aud: audience, iat: now, exp: now + 600, ...claims })
      .setProtectedHeader({ alg: key.alg, kid: key.kid })
      .sign(key.privateKey);
  }

  async function aFederatedClient(): Promise<string> {
    const { id } = await aClient();
    const trusted = await console_.send('POST', `/api/oauth/clients/${id}/federations`, {
      issuer,
      subject,
      jwksUrl: `https://localhost:${publisher.port}/keys`,
      audiences: [audience, `${audience}/.default`],
    });
    expect(trusted.status, trusted.text).toBe(201);
    return id;
  }

  const exchange = (id: string, assertion: string) =>
    askToken({ ...grant, client_id: id, client_assertion_type: assertionType, client_assertion: assertion });

  test('an assertion of the trusted issuer gets a token, RS256 and ES256 (Federated_Identity_Test of the gallery)', async () => {
    const id = await aFederatedClient();
    publisher.keys = [];
    for (const key of [await aKey('r1'), await aKey('e1', 'ES256')]) {
      const answer = await exchange(id, await sign(key));
      expect(answer.status, answer.text).toBe(200);
      const token = String(answer.body['access_token']);
      expect((await workspace.scim.send('GET', '/Users', { token })).status).toBe(200);
      // The key set is kept; the second key is fetched for its unknown kid after the pause.
      clock.offset += 31_000;
    }
  });

  test('wrong issuer, subject, audience, life, algorithm and signature are invalid_client', async () => {
    const id = await aFederatedClient();
    clock.offset += 11 * 60_000;
    publisher.keys = [];
    const key = await aKey('good');
    expect((await exchange(id, await sign(key))).status).toBe(200);
    const impostor = { ...(await aKey('other', 'RS256', false)), kid: 'good' };
    const now = Math.floor(clock.now() / 1000);
    const none = (await sign(key)).split('.');
    const header = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');
    const { publicKey } = await generateKeyPair('RS256', { extractable: true });
    const shared = new TextEncoder().encode(JSON.stringify(await exportJWK(publicKey)));
    const wrong = await Promise.all([
      sign(key, { iss: 'https://evil.example/v2.0' }),
      sign(key, { sub: 'someone else' }),
      sign(key, { aud: `${audience}/` }),
      sign(key, { exp: now - 301 }),
      sign(key, { exp: undefined }),
      sign(key, { nbf: now + 360 }),
      sign(impostor),
      sign(await aKey('unpublished', 'RS256', false)),
      sign(await aKey('ps', 'PS256')),
      Promise.resolve([header, none[1], ''].join('.')),
      new SignJWT({ iss: issuer, sub: subject, aud: audience, exp: now + 60 })
        .setProtectedHeader({ alg: 'HS256', kid: 'good' })
        .sign(shared),
      Promise.resolve('not a jwt'),
      Promise.resolve('a.b.c'),
    ]);
    for (const assertion of wrong) {
      const answer = await exchange(id, assertion);
      expect([answer.status, answer.body['error']], assertion).toEqual([401, 'invalid_client']);
    }
    expect((await exchange(id, await sign(key, { exp: now - 60 }))).status, 'within the skew').toBe(200);
  });

  test('an assertion with jti counts once, also in parallel', async () => {
    const id = await aFederatedClient();
    clock.offset += 11 * 60_000;
    publisher.keys = [];
    const assertion = await sign(await aKey('once'), { jti: 'one' });
    const answers = await Promise.all(Array.from({ length: 6 }, () => exchange(id, assertion)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 401, 401, 401, 401, 401]);
  });

  test('a rotated key is found, unknown ones do not make the issuer be asked again and again', async () => {
    const id = await aFederatedClient();
    clock.offset += 11 * 60_000;
    publisher.keys = [];
    const old = await aKey('old');
    expect((await exchange(id, await sign(old))).status).toBe(200);
    publisher.keys = [];
    const fresh = await aKey('fresh');
    clock.offset += 31_000;
    expect((await exchange(id, await sign(fresh))).status).toBe(200);
    expect((await exchange(id, await sign(old))).status, 'no longer published').toBe(401);
    const fetches = publisher.fetches;
    const unpublished = await aKey('nowhere', 'RS256', false);
    for (let count = 0; count < 5; count++) expect((await exchange(id, await sign(unpublished))).status).toBe(401);
    expect(publisher.fetches).toBe(fetches);
    publisher.isDown = true;
    clock.offset += 11 * 60_000;
    expect((await exchange(id, await sign(fresh))).status, 'kept keys while the issuer is down').toBe(200);
    clock.offset += 25 * 3600_000;
    const gone = await exchange(id, await sign(fresh));
    expect([gone.status, gone.body['error']]).toEqual([503, 'temporarily_unavailable']);
    publisher.isDown = false;
    console_ = await signIn(url);
  });

  test('key sets are fetched from allowed hosts over https only', async () => {
    const { id } = await aClient();
    for (const jwksUrl of [
      'https://evil.example/keys',
      'http://localhost/keys',
      'https://169.254.169.254/keys',
      'https://user:pw@localhost/keys',
      'file:///etc/passwd',
    ]) {
      const body = { issuer, subject, audiences: [audience], jwksUrl };
      expect((await console_.send('POST', `/api/oauth/clients/${id}/federations`, body)).status, jwksUrl).toBe(400);
    }
    const entra = {
      issuer,
      subject,
      audiences: [audience],
      jwksUrl: `${issuer.replace('/v2.0', '')}/discovery/v2.0/keys`,
    };
    expect((await console_.send('POST', `/api/oauth/clients/${id}/federations`, entra)).status).toBe(201);
  });
});
