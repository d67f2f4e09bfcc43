import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sendProblem } from '../src/api/problem.ts';
import { registerConsole } from '../src/console.ts';

const html = { accept: 'text/html,application/xhtml+xml' };
let folder: string;
let app: FastifyInstance;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'joinery-console-'));
  app = Fastify();
  app.setErrorHandler((error: Error, request, reply) => sendProblem(error, request, reply));
  registerConsole(app, folder);
});
afterEach(async () => {
  await app.close();
  await rm(folder, { recursive: true });
});

async function build(document: string): Promise<void> {
  await mkdir(join(folder, 'assets'), { recursive: true });
  await writeFile(join(folder, 'assets', 'index-a1b2.js'), 'export {};');
  await writeFile(join(folder, '.sources'), 'not to be served');
  await writeFile(join(folder, 'index.html'), document);
}

describe('serving of the console', () => {
  beforeEach(() => build('<!doctype html><title>one</title>'));

  test.each(['/', '/overview', '/people/018f0000?tab=x', '/setup?token=secret'])(
    'the document stands at %s, never kept without asking',
    async (url) => {
      const answer = await app.inject({ url, headers: html });
      expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
      expect(answer.body).toContain('one');
      expect(answer.headers['cache-control']).toBe('no-cache');
      expect(answer.headers['referrer-policy']).toBe('no-referrer');
    },
  );

  test('its policy lets in no script and no style of others, no frame around it', async () => {
    const policy = String((await app.inject({ url: '/', headers: html })).headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
  });

  test('files whose names have a hash are kept for a year, compressed for whom can read it', async () => {
    const plain = await app.inject({ url: '/assets/index-a1b2.js' });
    expect([plain.statusCode, plain.headers['content-type'], plain.headers['content-encoding']]).toEqual([
      200,
      'text/javascript; charset=utf-8',
      undefined,
    ]);
    expect(plain.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    const gzipped = await app.inject({ url: '/assets/index-a1b2.js', headers: { 'accept-encoding': 'br, gzip' } });
    expect(gzipped.headers['content-encoding']).toBe('gzip');
    expect(gzipped.headers['vary']).toBe('accept-encoding');
  });

  test('who has the document already is told so', async () => {
    const { etag } = (await app.inject({ url: '/', headers: html })).headers;
    const again = await app.inject({ url: '/', headers: { ...html, 'if-none-match': String(etag) } });
    expect([again.statusCode, again.body]).toEqual([304, '']);
  });

  test('a new build is served without a restart', async () => {
    await app.inject({ url: '/', headers: html });
    await rm(join(folder, 'index.html'));
    await writeFile(join(folder, 'index.html'), '<!doctype html><title>two</title>');
    expect((await app.inject({ url: '/', headers: html })).body).toContain('two');
  });

  test.each([
    ['/assets/index-old.js', html],
    ['/api/nothing', html],
    ['/api', html],
    ['/.sources', {}],
    ['/..%2f..%2fpackage.json', {}],
    ['/../../package.json', {}],
    ['/Users', { accept: 'application/scim+json' }],
    ['/overview', { accept: '*/*' }],
  ])('%s with %j is 404', async (url, headers) => {
    const answer = await app.inject({ url, headers });
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([404, 'workspace.not_found']);
  });
});

test('without a build the console says how to get one', async () => {
  const answer = await app.inject({ url: '/', headers: html });
  expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([503, 'workspace.console_not_built']);
});
