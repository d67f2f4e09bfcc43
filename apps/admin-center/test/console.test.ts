import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as contract from '@joinery/graph-api/contract';
import Fastify from 'fastify';
import { Value } from 'typebox/value';
import { expect, test } from 'vitest';
import { registerConsole } from '../src/console.ts';
import { aCenter, type TestCenter } from './center.ts';

async function addJob(center: TestCenter): Promise<{ servicePrincipalId: string; jobId: string }> {
  const [template] = (await center.admin.call('GET', '/v1.0/applicationTemplates', { status: 200 })).value;
  const { servicePrincipal } = await center.admin.call(
    'POST',
    `/v1.0/applicationTemplates/${template.id}/instantiate`,
    { status: 201 },
    { displayName: template.displayName },
  );
  const path = `/v1.0/servicePrincipals/${servicePrincipal.id}/synchronization/jobs`;
  const [{ id }] = (await center.admin.call('GET', path.replace(/jobs$/, 'templates'), { status: 200 })).value;
  const job = await center.admin.call('POST', path, { status: 201 }, { templateId: id });
  return { servicePrincipalId: servicePrincipal.id, jobId: job.id };
}

/** Reads events of a stream until one is of the kind. */
async function nextJob(
  reader: ReadableStreamDefaultReader<string>,
  buffer: { text: string },
): Promise<contract.JobOverview> {
  for (;;) {
    const match = /event: job\ndata: (.*)\n\n/.exec(buffer.text);
    if (match) {
      buffer.text = buffer.text.slice(match.index + match[0].length);
      return JSON.parse(match[1]!);
    }
    const { value, done } = await reader.read();
    if (done) throw new Error('the stream ended');
    buffer.text += value;
  }
}

test('all jobs come with their status in one answer, or those of one application', async () => {
  await using center = await aCenter();
  const first = await addJob(center);
  const second = await addJob(center);
  const all = await center.admin.call('GET', '/joinery/jobs', { status: 200, answer: contract.JobOverviews });
  expect(all.value.map((one) => one.servicePrincipalId).toSorted()).toEqual(
    [first.servicePrincipalId, second.servicePrincipalId].toSorted(),
  );
  const path = `/joinery/jobs?servicePrincipalId=${first.servicePrincipalId}`;
  const one = await center.admin.call('GET', path, { status: 200, answer: contract.JobOverviews });
  expect(one.value).toMatchObject([
    { job: { id: first.jobId, status: { code: 'NotConfigured' } }, nextRunDateTime: null, running: null },
  ]);
  await center.admin.call('GET', '/joinery/jobs?servicePrincipalId=x', { status: 400 });
});

test('the event stream sends every job, then each change of its status, and ends with the server', async () => {
  await using center = await aCenter();
  const { servicePrincipalId, jobId } = await addJob(center);
  const client = await center.client('Reports Reader');
  const response = await fetch(`${center.url}/joinery/events?servicePrincipalId=${servicePrincipalId}`, {
    headers: { authorization: `Bearer ${client.token}` },
  });
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  const buffer = { text: '' };
  const first = await nextJob(reader, buffer);
  expect(Value.Check(contract.JobOverview, first)).toBe(true);
  expect(first).toMatchObject({ servicePrincipalId, job: { id: jobId, schedule: { state: 'Disabled' } } });
  await center.admin.call('POST', `/v1.0/servicePrincipals/${servicePrincipalId}/synchronization/jobs/${jobId}/pause`, {
    status: 204,
  });
  const changed = await nextJob(reader, buffer);
  expect(changed.job.schedule.state).toBe('Paused');
  await center.center.stop();
  for (;;) if ((await reader.read()).done) break;
});

test('nobody listens without a credential', async () => {
  await using center = await aCenter();
  await center.nobody.call('GET', '/joinery/events', { status: 401 });
});

test('the console answers pages, files with their hash for good, and nothing in place of the API', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'joinery-console-'));
  try {
    await mkdir(join(folder, 'assets'));
    await writeFile(join(folder, 'index.html'), '<!doctype html><title>Console</title>');
    await writeFile(join(folder, 'assets/index-abc123.js'), 'console.log(1);\n'.repeat(100));
    const server = Fastify();
    await registerConsole(server, folder);
    const html = { accept: 'text/html' };
    const page = await server.inject({ url: '/users/1?search=a', headers: html });
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain('Console');
    expect(page.headers['cache-control']).toBe('no-cache');
    expect(page.headers['content-security-policy']).toMatch(
      /default-src 'none'.*script-src 'self'.*frame-ancestors 'none'/,
    );
    const etag = String(page.headers.etag);
    expect((await server.inject({ url: '/', headers: { ...html, 'if-none-match': etag } })).statusCode).toBe(304);
    const file = await server.inject({ url: '/assets/index-abc123.js', headers: { 'accept-encoding': 'gzip' } });
    expect(file.headers).toMatchObject({
      'content-encoding': 'gzip',
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
    });
    // A file of an older build is gone; answering the page in its place would break the script.
    expect(
      (await server.inject({ url: '/assets/index-old.js', headers: { accept: '*/*, text/html' } })).statusCode,
    ).toBe(404);
    expect((await server.inject({ url: '/nowhere', headers: { accept: 'application/json' } })).statusCode).toBe(404);
    expect((await server.inject({ method: 'POST', url: '/', headers: html })).statusCode).toBe(404);
    for (const path of ['/../package.json', '/assets/..%2f..%2fpackage.json']) {
      expect((await server.inject({ url: path })).statusCode, path).toBe(404);
    }
    await server.close();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
