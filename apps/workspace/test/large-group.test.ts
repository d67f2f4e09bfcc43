import { randomUUID } from 'node:crypto';
import type { JsonObject } from '@joinery/base';
import { createServiceProvider, generateToken, hashToken } from '@joinery/service-provider';
import { createWorkspaceStore } from '@joinery/store/workspace';
import { createWorkspaceDatabase } from '@joinery/testkit';
import { expect, test } from 'vitest';

const baseUrl = 'https://scim.example.com/scim/v2';

test('GET of a group of 100,000 members is sent in pieces of a page, each member once', async () => {
  await using database = await createWorkspaceDatabase();
  const store = createWorkspaceStore(database, { newId: randomUUID });
  const { id: tenantId } = await store.tenants.createTenant('Large');
  const actor = { credentialId: undefined, display: 'test' };
  const group = await store.resources.create(tenantId, 'Group', { displayName: 'Everyone' }, [], actor);
  await database.query({
    text: `with made as (
        insert into resource (tenant_id, id, type, user_name_folded, display_name_folded, active, created, last_modified,
          attributes, folded)
        select $1, gen_random_uuid(), 'User', 'user-' || n, 'person ' || n, true, now(), now(), doc, doc
        from generate_series(1, 100000) n
        cross join lateral (select jsonb_build_object('userName', 'user-' || n, 'displayName', 'Person ' || n) as doc) d
        returning tenant_id, id)
      select count(*) from made`,
    values: [tenantId],
  });
  await database.query({
    text: `insert into membership (tenant_id, group_id, member_id, member_type)
      select tenant_id, $2, id, 'User' from resource where tenant_id = $1 and type = 'User'`,
    values: [tenantId, group.id],
  });
  const token = generateToken();
  await store.credentials.create(tenantId, {
    name: 'token',
    audience: baseUrl,
    scopes: ['scim.read'],
    expires: new Date('2099-01-01T00:00:00Z'),
    hash: hashToken(token),
  });
  const { resources, credentials, requestLog } = store;
  const newRequestId = randomUUID;
  const handler = createServiceProvider({ resources, credentials, requestLog, clock: Date, newRequestId, baseUrl });
  const headers = { authorization: `Bearer ${token}` };
  try {
    const answer = await handler.answer(new Request(`${baseUrl}/Groups/${group.id}`, { headers }));
    expect([answer.status, answer.text]).toEqual([200, undefined]);
    const pieces: string[] = [];
    for await (const piece of answer.chunks ?? []) pieces.push(piece);
    expect(pieces.length).toBeGreaterThan(100);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(500_000);
    const { members } = JSON.parse(pieces.join('')) as JsonObject & { members: { value: string; display: string }[] };
    expect(new Set(members.map(({ value }) => value)).size).toBe(100_000);
    expect(members.length).toBe(100_000);

    const without = `${baseUrl}/Groups/${group.id}?excludedAttributes=members`;
    const small = await handler.answer(new Request(without, { headers }));
    expect(small.chunks).toBeUndefined();
    expect(JSON.parse(small.text ?? '')).not.toHaveProperty('members');
  } finally {
    await store.close();
  }
}, 300_000);
