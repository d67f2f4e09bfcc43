import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signInTo, startCenter, type Caller, type Half } from './halves.ts';
import { temporaryFolder, until } from './processes.ts';
import { addCinode, saveCredentials, type Application } from './provisioning.ts';

// The admin center dies in the middle of a comparison with 2,000 accounts, and goes on after the page it had written last.

const accounts = 2_000;
const pageSize = 100;
const stack = new AsyncDisposableStack();
/** `startIndex` of the listings of users that were asked for. */
const asked: number[] = [];
let silentAt: number | undefined = 1_001;
let centerHalf: Half;
let center: Caller;
let application: Application;

/** A SCIM endpoint full of accounts, which falls silent at one page of its listing. */
function serve(): Server {
  return createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://scim.example');
    const list = (total: number, startIndex: number, resources: readonly object[]): void => {
      response.writeHead(200, { 'content-type': 'application/scim+json' });
      response.end(JSON.stringify({ schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'], totalResults: total, startIndex, itemsPerPage: resources.length, Resources: resources })); // prettier-ignore
    };
    if (url.pathname.endsWith('/Groups') || url.searchParams.has('filter')) return list(0, 1, []);
    if (!url.pathname.endsWith('/Users')) return response.writeHead(404).end();
    const startIndex = Number(url.searchParams.get('startIndex'));
    asked.push(startIndex);
    if (startIndex === silentAt) return;
    const numbers = Array.from({ length: Math.min(pageSize, accounts - startIndex + 1) }, (_, index) => startIndex + index); // prettier-ignore
    list(accounts, startIndex, numbers.map((number) => ({ id: `id-${number}`, userName: `account${number}@contoso.com` }))); // prettier-ignore
  });
}

beforeAll(async () => {
  const server = serve();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  stack.defer(() => {
    server.closeAllConnections();
    return new Promise<void>((closed) => server.close(() => closed()));
  });
  const { port } = server.address() as AddressInfo;
  const folder = stack.use(await temporaryFolder());
  centerHalf = stack.use(await startCenter(['--data', folder.path, '--allow-target', `127.0.0.1:${port}`]));
  center = await signInTo(centerHalf.url, '/joinery/session');
  application = await addCinode(center);
  await saveCredentials(center, application, `http://127.0.0.1:${port}/scim/v2`, 'token');
}, 180_000);

afterAll(() => stack.disposeAsync());

test('a comparison outlives the process', async () => {
  const path = `/joinery/jobs/${application.jobId}/comparisons`;
  const { id } = await center.call<{ id: string }>('POST', path, undefined, 202);
  await until('the silent page', async () => (asked.includes(1_001) ? true : undefined));
  await centerHalf.process.kill9();
  silentAt = undefined;
  await centerHalf.start();
  center = await signInTo(centerHalf.url, '/joinery/session');
  const comparison = await until('the comparison to end', async () => {
    const now = await center.call<{ state: string }>('GET', `${path}/${id}`);
    return now.state === 'running' ? undefined : now;
  });
  expect(comparison).toMatchObject({
    state: 'succeeded',
    objects: { done: accounts, total: accounts },
    counts: { local: accounts, missing: 0 },
  });
  // Every page once, but for the one that was not answered.
  const pages = Array.from({ length: accounts / pageSize }, (_, page) => page * pageSize + 1);
  expect(asked.toSorted((a, b) => a - b)).toEqual([...pages, 1_001].toSorted((a, b) => a - b));
}, 180_000);
