import { afterAll, beforeAll, expect, test } from 'vitest';
import { anActor, aTenantId, aWorkspace, type Workspace } from './fixture.ts';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await aWorkspace();
});
afterAll(() => workspace[Symbol.asyncDispose]());

test('old entries are forgotten, each tenant’s by itself, and a reader who comes too late is told', async () => {
  const { resources, changeFeed } = workspace.store;
  const [one, other] = [aTenantId(), aTenantId()];
  const create = (tenant: typeof one, userName: string) => resources.create(tenant, 'User', { userName }, [], anActor);
  for (const name of ['a', 'b', 'c']) await create(one, name);
  await create(other, 'x');
  const before = await changeFeed.read(one, undefined, 10);
  await workspace.database.query({
    text: `update change_feed set at = now() - interval '91 days' where tenant_id = $1 and sequence <= $2`,
    values: [one, before[1]!.sequence],
  });
  const day = new Date(Date.now() - 90 * 86_400_000);
  expect(await changeFeed.deleteBefore(day, 1)).toBe(1);
  expect(await changeFeed.deleteBefore(day, 10)).toBe(1);
  expect(await changeFeed.deleteBefore(day, 10)).toBe(0);
  expect(await changeFeed.read(one, undefined, 10)).toEqual(before.slice(2));
  expect(await changeFeed.read(other, undefined, 10)).toHaveLength(1);
  expect(await changeFeed.forgottenUpTo(one)).toBe(before[1]!.sequence);
  expect(await changeFeed.forgottenUpTo(other)).toBeUndefined();
});

test('what an enabled webhook has not followed yet is kept; a disabled one holds nothing back', async () => {
  const { resources, changeFeed, tenants, webhooks } = workspace.store;
  const { id: tenant } = await tenants.createTenant('Hooked');
  const webhook = await webhooks.create(tenant, { url: 'https://app.example/hook', eventTypes: ['user.created'] });
  for (const userName of ['a', 'b']) await resources.create(tenant, 'User', { userName }, [], anActor);
  const later = new Date(Date.now() + 60_000);
  await changeFeed.deleteBefore(later, 1_000);
  expect(await changeFeed.read(tenant, undefined, 10)).toHaveLength(2);
  await webhooks.change(tenant, webhook!.id, { enabled: false });
  await changeFeed.deleteBefore(later, 1_000);
  expect(await changeFeed.read(tenant, undefined, 10)).toEqual([]);
});
