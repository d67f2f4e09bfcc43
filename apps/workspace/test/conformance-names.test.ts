/** Checks of Microsoft's gallery tests and of scim2-tester by their names, where no other file has them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '@joinery/base';
import { core, enterprise, errorUrn, unique, type ScimClient } from './client.ts';
import { aWorkspace, type TestWorkspace } from './test-workspace.ts';

let running: TestWorkspace;
let scim: ScimClient;
beforeAll(async () => {
  running = await aWorkspace();
  scim = running.scim;
});
afterAll(() => running.stop());

describe('gallery', () => {
  test('SCIM_User_Pagination_Test: pages of 5 over 11 users, each user once', async () => {
    for (let n = 0; n < 11; n++) await scim.create('/Users', { userName: unique('page') });
    const seen: string[] = [];
    for (let page = 0; page * 5 < 11; page++) {
      const { body } = await scim.get(`/Users?count=5&startIndex=${page * 5 + 1}`);
      expect(body).toMatchObject({ startIndex: page * 5 + 1, totalResults: 11 });
      seen.push(...(body['Resources'] as { id: string }[]).map(({ id }) => id));
    }
    expect(new Set(seen).size).toBe(11);
  });

  test('SCIM_Update_Manager_Test: Add, Replace, Replace with empty', async () => {
    const [one, two] = [
      await scim.create('/Users', { userName: unique('boss') }),
      await scim.create('/Users', { userName: unique('boss') }),
    ];
    const id = await scim.create('/Users', { userName: unique('report') });
    const path = `${enterprise}:manager`;
    const manager = async () =>
      ((await scim.get(`/Users/${id}`)).body[enterprise] as JsonObject | undefined)?.['manager'];
    expect((await scim.patch(`/Users/${id}`, { op: 'Add', path, value: one })).status).toBe(200);
    expect(await manager()).toMatchObject({ value: one });
    expect((await scim.patch(`/Users/${id}`, { op: 'Replace', path, value: two })).status).toBe(200);
    expect(await manager()).toMatchObject({ value: two });
    expect((await scim.patch(`/Users/${id}`, { op: 'Replace', path, value: '' })).status).toBe(200);
    expect(await manager()).toBeUndefined();
  });
});

describe('scim2-tester', () => {
  test('random_url', async () => {
    const { status, body } = await scim.get('/a7c0e1');
    expect([status, body['schemas']]).toEqual([404, [errorUrn]]);
  });

  test('object_list_with_attributes, search_with_attributes', async () => {
    const listed = (await scim.get('/Users?attributes=userName')).body;
    const searched = (await scim.post('/Users/.search', { attributes: ['userName'] })).body;
    for (const { Resources } of [listed, searched] as unknown as { Resources: JsonObject[] }[]) {
      expect(Resources.length).toBeGreaterThan(0);
      for (const resource of Resources) expect(Object.keys(resource).toSorted()).toEqual(['id', 'schemas', 'userName']);
    }
  });

  test.each(['displayName', 'nickName', 'title', 'userType', 'preferredLanguage', 'locale', 'timezone', 'profileUrl'])(
    'check_add_attribute, check_replace_attribute, check_remove_attribute: %s by its URN path',
    async (name) => {
      const id = await scim.create('/Users', { userName: unique('attribute') });
      const path = `${core}:${name}`;
      for (const [op, value] of [
        ['add', 'https://one.example/'],
        ['replace', 'https://two.example/'],
      ] as const) {
        expect((await scim.patch(`/Users/${id}`, { op, path, value })).body[name]).toBe(value);
        expect((await scim.get(`/Users/${id}`)).body[name]).toBe(value);
      }
      expect((await scim.patch(`/Users/${id}`, { op: 'remove', path })).status).toBe(200);
      expect((await scim.get(`/Users/${id}`)).body).not.toHaveProperty(name);
    },
  );
});
