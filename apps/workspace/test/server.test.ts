import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { createConnection } from 'node:net';
import { createWorkspaceDatabase } from '@joinery/testkit';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTenantToken, startWorkspace } from '../src/index.ts';
import { postJson } from './console.ts';
import { administrator, aWorkspace, type TestWorkspace } from './test-workspace.ts';

let running: TestWorkspace;
beforeAll(async () => {
  running = await aWorkspace();
});
afterAll(() => running.stop());

/** Sends the target as it is; `fetch` would normalize it. */
function raw(
  target: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ status: number; text: string }> {
  const { hostname, port } = new URL(running.workspace.url);
  return new Promise((resolve, reject) => {
    httpRequest({ hostname, port, path: target, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => (text += chunk));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
    })
      .on('error', reject)
      .end();
  });
}

describe('spellings of paths on the wire', () => {
  const spellings = [
    '/scim/v2/Users',
    '/SCIM/V2/USERS',
    '/%73cim/v2/Users',
    '/scim/v2/%55sers',
    '/scim/v2/%2555sers',
    '//scim/v2/Users',
    '/scim//v2/Users',
    '/scim/v2//Users',
    '/scim/v2/./Users',
    '/scim/v2/../v2/Users',
    '/x/../scim/v2/Users',
    '/scim%2fv2%2fUsers',
    '/scim/v2/Users%2f',
    '/scim/v2/Users;x=1',
    '/scim;x=1/v2/Users',
    '/scim/v2\\Users',
    '/scim/v2/Users/%2e%2e/Users',
    '/api/../scim/v2/Users',
    '/api/%2e%2e/scim/v2/Users',
    '/livez/../scim/v2/Users',
    '/scim/v2/Users?x=/ServiceProviderConfig',
    '/scim/v2/ServiceProviderConfig/../Users',
    '/scim/v2/ServiceProviderConfig/%2e%2e/Users',
    '/scim/v2/ServiceProviderConfig%2f..%2fUsers',
    '/scim/v2/ServiceProviderConfig;/../Users',
    'http://evil.example/scim/v2/Users',
  ];

  test.each(spellings)('%s tells nothing without a token', async (target) => {
    await running.scim.create('/Users', { userName: `hidden-${spellings.indexOf(target)}` });
    const { status, text } = await raw(target);
    expect([400, 401, 404]).toContain(status);
    expect(text).not.toContain('hidden');
  });

  test.each(spellings)('%s with a token is the list or 404, never 500', async (target) => {
    const { status } = await raw(target, { authorization: `Bearer ${running.token}` });
    expect([200, 400, 404]).toContain(status);
  });

  test.each(['/scim/../api/tokens', '/scim/v2/../../api/tokens', '/scim/%2e%2e/api/me'])(
    '%s does not reach the API',
    async (target) => {
      expect((await raw(target)).status).toBe(401);
    },
  );
});

describe('health and metrics', () => {
  test('livez, readyz and metrics answer without names of people or tenants', async () => {
    const { url } = running.workspace;
    await running.scim.get('/Users?filter=userName eq "person@contoso.com"');
    expect((await fetch(`${url}/livez`)).status).toBe(200);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toMatch(/joinery_scim_requests_total\{method="GET",status="200"\} \d/);
    expect(metrics).not.toMatch(/contoso/i);
  });
});

describe('logs', () => {
  test('hold no token, password, cookie or filter literal at the most talkative level', async () => {
    const { url } = running.workspace;
    await postJson(`${url}/api/session`, administrator);
    await running.scim.get('/Users?filter=userName eq "secret-person@contoso.com"');
    await running.scim.send('POST', '/Users', { body: { userName: 'x', password: 'secret-password' } });
    const text = running.logged();
    for (const secret of [
      running.token,
      administrator.password,
      'secret-person',
      'secret-password',
      'joinery_workspace=',
    ]) {
      expect(text).not.toContain(secret);
    }
  });
});

describe('connections', () => {
  test('a body that was refused does not become the next request', async () => {
    const { hostname, port } = new URL(running.workspace.url);
    const text = await new Promise<string>((resolve, reject) => {
      let received = '';
      const socket = createConnection({ host: hostname, port: Number(port) }, () => {
        socket.write('POST /scim/v2/Users HTTP/1.1\r\nhost: x\r\ncontent-length: 60\r\n\r\n');
        socket.write('GET /scim/v2/ServiceProviderConfig HTTP/1.1\r\nhost: x\r\n\r\n');
      });
      socket.setEncoding('utf8').on('data', (chunk: string) => (received += chunk));
      socket.on('close', () => resolve(received)).on('error', reject);
    });
    expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(text).toContain('HTTP/1.1 401');
  });

  test('a body without length is cut off above 16 MiB with 413', async () => {
    const { hostname, port } = new URL(running.workspace.url);
    const headers = { authorization: `Bearer ${running.token}`, 'content-type': 'application/json' };
    const status = await new Promise<number>((resolve, reject) => {
      const sending = httpRequest(
        {
          hostname,
          port,
          path: '/scim/v2/Users',
          method: 'POST',
          headers: { ...headers, 'transfer-encoding': 'chunked' },
        },
        (answer) => resolve(answer.statusCode ?? 0),
      );
      sending.on('error', reject);
      for (let sent = 0; sent < 17; sent++) sending.write(' '.repeat(1024 * 1024));
    });
    expect(status).toBe(413);
  });

  test('requests above the tenant’s rate are 429 with Retry-After; other tenants go on', async () => {
    const limited = await aWorkspace({ rateLimit: { perSecond: 1, burst: 5 } });
    try {
      const answers = await Promise.all(Array.from({ length: 20 }, () => limited.scim.get('/Users?count=0')));
      const refused = answers.filter(({ status }) => status === 429);
      expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(5);
      expect(refused.length).toBeGreaterThan(0);
      expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      expect(refused[0]?.body).toMatchObject({ status: '429' });
      await limited.createTenant('Fabrikam');
      const token = await limited.newToken({ tenant: 'Fabrikam' });
      expect((await limited.scim.send('GET', '/Users', { token })).status).toBe(200);
    } finally {
      await limited.stop();
    }
  });
});

describe('starting', () => {
  test('with TLS and a public URL, locations and audiences are of the public URL and cookies Secure', async () => {
    const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }]);
    const publicUrl = 'https://workspace.example.com';
    const tls = await aWorkspace({ tls: { cert, key }, publicUrl: `${publicUrl}/` });
    try {
      expect(tls.tenantUrl).toBe(`${publicUrl}/scim/v2`);
      const send = (method: string, path: string, headers: Record<string, string>, body: unknown) =>
        new Promise<{ status: number; headers: Record<string, unknown>; text: string }>((resolve, reject) => {
          const options = {
            host: '127.0.0.1',
            port: tls.workspace.port,
            path,
            method,
            headers,
            rejectUnauthorized: false,
          };
          httpsRequest(options, (answer) => {
            let text = '';
            answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
            answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
          })
            .on('error', reject)
            .end(JSON.stringify(body));
        });
      const json = { 'content-type': 'application/json' };
      const created = await send(
        'POST',
        '/scim/v2/Users',
        { ...json, authorization: `Bearer ${tls.token}` },
        { userName: 'x' },
      );
      expect(created.status).toBe(201);
      expect(created.headers['location']).toMatch(`${publicUrl}/scim/v2/Users/`);
      const signedIn = await send('POST', '/api/session', json, administrator);
      expect(String(signedIn.headers['set-cookie'])).toContain('; Secure');
    } finally {
      await tls.stop();
    }
  });

  test('without an administrator a set-up link is given, until it was used', async () => {
    const database = await createWorkspaceDatabase();
    const options = { port: 0, store: { database }, logLevel: 'silent', tenantName: 'First' } as const;
    const first = await startWorkspace(options);
    expect(first.setupUrl).toContain(`${first.url}/setup?token=`);
    await first.stop();
    const second = await startWorkspace(options);
    const token = new URL(second.setupUrl ?? '').searchParams.get('token');
    const weak = await postJson(`${second.url}/api/setup`, { token, email: 'a@b.example', password: 'short' });
    expect(weak.status).toBe(400);
    const answer = await postJson(`${second.url}/api/setup`, {
      token,
      email: 'a@b.example',
      password: 'long enough now',
    });
    expect([answer.status, answer.body['tenant']]).toMatchObject([201, { name: 'First' }]);
    await second.stop();
    const third = await startWorkspace(options);
    expect(third.setupUrl).toBeUndefined();
    await third.stop();
    await database[Symbol.asyncDispose]();
  });

  test('the public URL is recorded for tools beside the server', async () => {
    await using database = await createWorkspaceDatabase();
    const wish = { tenant: 'Contoso', name: 'x', expires: '2099-01-01T00:00:00Z' };
    const beside = { store: { database } };
    await expect(createTenantToken(beside, wish)).rejects.toMatchObject({ code: 'workspace.unknown_tenant' });
    const workspace = await startWorkspace({ port: 0, store: { database }, administrator, logLevel: 'silent' });
    const created = await createTenantToken(beside, wish);
    expect(created.tenantUrl).toBe(workspace.tenantUrl);
    const other = await createTenantToken(
      { ...beside, publicUrl: 'https://public.example/scim/v2/' },
      { ...wish, name: 'y' },
    );
    expect(other.tenantUrl).toBe('https://public.example/scim/v2');
    await expect(createTenantToken(beside, wish)).rejects.toMatchObject({ code: 'workspace.token_name_taken' });
    await workspace.stop();
  });

  test.each(['workspace.example.com', 'ftp://x', 'https://x.example/?a=1'])(
    'the public URL %s is refused',
    async (publicUrl) => {
      await using database = await createWorkspaceDatabase();
      const starting = startWorkspace({ port: 0, store: { database }, publicUrl, logLevel: 'silent' });
      await expect(starting).rejects.toMatchObject({ code: 'workspace.public_url' });
    },
  );

  test('a port in use is reported and leaves nothing open', async () => {
    await using database = await createWorkspaceDatabase();
    const { port } = running.workspace;
    const starting = startWorkspace({ port, store: { database }, logLevel: 'silent' });
    await expect(starting).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
