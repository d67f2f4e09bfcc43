import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConsoleFiles } from '../serve/console-files.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'joinery-console-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>Console</title>');
  await writeFile(join(folder, 'assets/app-1.js'), `export const text = '${'x'.repeat(2_000)}';`);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const get = async (path: string, accept = 'text/html', encoding = '') =>
  (await loadConsoleFiles(folder))?.answer({ path, accept, encoding });

test('the page allows no inline script, and of inline styles only an empty one', async () => {
  const policy = (await get('/users'))?.headers['content-security-policy'] ?? '';
  const directives = new Map(policy.split('; ').map((one) => [one.split(' ')[0], one.split(' ').slice(1)]));
  const empty = createHash('sha256').update('').digest('base64');
  expect(directives.get('script-src')).toEqual(["'self'"]);
  expect(directives.get('style-src')).toEqual(["'self'", `'sha256-${empty}'`]);
  expect(directives.get('default-src')).toEqual(["'none'"]);
  expect(policy).not.toContain('unsafe');
});

test('every address that a browser navigates to is the page; files are kept, compressed where that is taken', async () => {
  expect((await get('/enterprise-applications/1'))?.headers['cache-control']).toBe('no-cache');
  expect(await get('/enterprise-applications/1', 'application/json')).toBeUndefined();
  expect(await get('/assets/gone-1.js')).toBeUndefined();
  const plain = await get('/assets/app-1.js', '*/*');
  const packed = await get('/assets/app-1.js', '*/*', 'gzip, br');
  expect(plain?.headers['cache-control']).toContain('immutable');
  expect(packed?.headers['content-encoding']).toBe('gzip');
  expect(packed?.body.length).toBeLessThan(plain?.body.length ?? 0);
});

test('without a build there is no console', async () => {
  expect(await loadConsoleFiles(join(folder, 'nothing'))).toBeUndefined();
});
