import { connectDatabase } from '@joinery/store';
import { createWorkspaceDatabase } from '@joinery/testkit';
import { expect, test } from 'vitest';
import { createTenantToken, startWorkspace } from '../src/index.ts';
import { administrator } from './test-workspace.ts';
import { createScimClient } from './client.ts';

test('a statement that takes too long is 503 with Retry-After, and the service goes on', async () => {
  await using database = await createWorkspaceDatabase({ max: 1 });
  const workspace = await startWorkspace({ port: 0, store: { database }, administrator, logLevel: 'silent' });
  const blocker = connectDatabase(database.url, { max: 1 });
  try {
    const { token } = await createTenantToken(
      { store: { database } },
      { tenant: 'Contoso', name: 'token', expires: '2099-01-01T00:00:00Z' },
    );
    const scim = createScimClient(workspace.tenantUrl, token);
    const id = await scim.create('/Users', { userName: 'ada' });
    // The pool has one connection, so this is that of the requests.
    await database.query({ text: `set statement_timeout = '500ms'` });
    const path = `/Users/${id}`;
    const change = { op: 'replace', path: 'title', value: 'Countess' };
    const refused = await blocker.transaction(async (session) => {
      await session.query({ text: 'select from resource where id = $1 for update', values: [id] });
      return scim.patch(path, change);
    });
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(refused.body).toMatchObject({ status: '503', detail: expect.any(String) as string });
    expect((await scim.get(path)).body).not.toHaveProperty('title');
    expect((await scim.patch(path, change)).status).toBe(200);
  } finally {
    await blocker.close();
    await workspace.stop();
  }
});
