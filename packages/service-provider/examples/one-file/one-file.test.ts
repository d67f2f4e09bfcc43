import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brandId, type TenantId } from '@joinery/base';
import {
  credentialStoreContract,
  requestLogContract,
  resourceStoreContract,
  type ContractCase,
} from '@joinery/service-provider/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkRefusals, createSend, walkEntraDialogue } from '../entra-dialogue.ts';
import { openDurableFile } from './durable-file.ts';
import { startOneFileServer, tenantId, type OneFileServer } from './server.ts';
import { openOneFileStore, type OneFileStore } from './store.ts';

const otherTenantId = brandId<TenantId>('018f0000-0000-7000-8000-000000000002');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'one-file-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let files = 0;
const newFile = (): string => join(folder, `${(files += 1)}.json`);

type Port = 'resources' | 'credentials' | 'requestLog';

function keepsContract<P extends Port>(
  port: P,
  contract: readonly ContractCase<{
    readonly store: OneFileStore[P];
    readonly tenantId: TenantId;
    readonly otherTenantId: TenantId;
  }>[],
): void {
  describe(`${port} keeps the contract of its port`, () => {
    for (const { name, run } of contract) {
      test(name, async () => {
        const store = await openOneFileStore(newFile());
        await run({ store: store[port], tenantId, otherTenantId });
        await store.close();
      });
    }
  });
}

keepsContract('resources', resourceStoreContract);
keepsContract('credentials', credentialStoreContract);
keepsContract('requestLog', requestLogContract);

describe('the server', () => {
  let server: OneFileServer;
  let token: string;
  const file = (): string => join(folder, 'served.json');
  beforeAll(async () => {
    server = await startOneFileServer({ file: file(), port: 0 });
    token = await server.newToken(tenantId, 'Entra');
  });
  afterAll(() => server?.close());

  test("answers Entra's dialogue", () => walkEntraDialogue(createSend(server.baseUrl, token)));

  test('refuses who has no live token', () => checkRefusals(server.baseUrl));

  test('another tenant sees nothing of it', async () => {
    const made = await createSend(server.baseUrl, token)('POST', '/Users', { userName: 'grace' });
    const stranger = createSend(server.baseUrl, await server.newToken(otherTenantId, 'Okta'));
    expect((await stranger('GET', `/Users/${String(made.body['id'])}`)).status).toBe(404);
    expect((await stranger('GET', '/Users')).body['totalResults']).toBe(0);
  });

  test('what was answered is in the file, and is there again after a restart', async () => {
    const send = createSend(server.baseUrl, token);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => send('POST', '/Users', { userName: `u${n}` })),
    );
    expect(answers.every(({ status }) => status === 201)).toBe(true);
    const stored = await readFile(file(), 'utf8');
    for (const { body } of answers) expect(stored).toContain(String(body['id']));
    expect(stored).not.toContain(token);
    await server.close();
    server = await startOneFileServer({ file: file(), port: Number(new URL(server.baseUrl).port) });
    expect((await createSend(server.baseUrl, token)('GET', '/Users')).body['totalResults']).toBe(21);
  });
});

describe('the file', () => {
  test('is the old one whole when a write was cut off', async () => {
    const path = newFile();
    const file = await openDurableFile(path, { n: 0 });
    await file.change(() => ({ state: { n: 1 }, result: undefined }));
    await writeFile(`${path}.new`, '{"n":');
    expect((await openDurableFile(path, { n: 0 })).current).toEqual({ n: 1 });
  });

  test('stays as it was when a change fails, and goes on with the next', async () => {
    const file = await openDurableFile(newFile(), { n: 1 });
    const failing = file.change(() => {
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await file.change(({ n }) => ({ state: { n: n + 1 }, result: undefined }));
    expect(file.current).toEqual({ n: 2 });
  });
});
