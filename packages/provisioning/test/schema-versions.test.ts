import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkSynchronizationSchema, schemaDifference, type SynchronizationSchema } from '../src/index.ts';
import { createWorld } from './world.ts';

const exported: unknown = JSON.parse(readFileSync(new URL('./fixtures/exported-schema.json', import.meta.url), 'utf8'));

function imported(): SynchronizationSchema {
  const checked = checkSynchronizationSchema(exported);
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  return checked.value;
}

function mapped(schema: SynchronizationSchema, target: string, source: string): SynchronizationSchema {
  return {
    ...schema,
    synchronizationRules: schema.synchronizationRules.map((rule) => ({
      ...rule,
      objectMappings: rule.objectMappings.map((mapping) => ({
        ...mapping,
        attributeMappings: mapping.attributeMappings.map((one) =>
          one.targetAttributeName === target
            ? { ...one, source: { type: 'Attribute' as const, name: source, expression: `[${source}]` } }
            : one,
        ),
      })),
    })),
  };
}

const author = { id: 'a1', displayName: 'Ada', type: 'user' } as const;

describe('versions of a schema', () => {
  test('are kept with who and when; the same again is none and starts no initial cycle', async () => {
    await using world = await createWorld();
    const first = await world.job();
    await world.cycle();
    const same = await world.store.jobs.putSchema(world.jobId, structuredClone(first.schema), { by: author });
    expect(same.schemaVersion).toBe(1);
    expect((await world.cycle()).kind).toBe('incremental');

    world.clock.advance(60_000);
    const changed = mapped(first.schema, 'title', 'department');
    expect((await world.store.jobs.putSchema(world.jobId, changed, { by: author })).schemaVersion).toBe(2);
    expect((await world.cycle()).kind).toBe('initial');
    await world.store.jobs.putSchema(world.jobId, first.schema, { by: author, restoredFrom: 1 });

    const versions = await world.store.jobs.listSchemaVersions(world.jobId, { top: 10 });
    expect(versions.map(({ version, savedBy, restoredFrom }) => [version, savedBy?.displayName, restoredFrom])).toEqual(
      [
        [3, 'Ada', 1],
        [2, 'Ada', undefined],
        [1, undefined, undefined],
      ],
    );
    expect(versions[1]!.savedAt).toEqual(new Date(Date.parse('2026-01-05T08:01:00Z')));
    expect(await world.store.jobs.listSchemaVersions(world.jobId, { top: 10, before: 2 })).toHaveLength(1);
    expect((await world.store.jobs.getSchemaVersion(world.jobId, 2))!.schema).toEqual(changed);
    expect(await world.store.jobs.getSchemaVersion(world.jobId, 4)).toBeUndefined();
  });

  test('that only add to the attribute lists need no initial cycle; a changed definition does', async () => {
    await using world = await createWorld();
    await world.cycle();
    const { schema } = await world.job();
    const withAttribute = (caseExact: boolean): SynchronizationSchema => ({
      ...schema,
      directories: schema.directories.map((directory) => ({
        ...directory,
        objects: directory.objects.map((object) => ({
          ...object,
          attributes: [...object.attributes, { ...object.attributes[0]!, name: 'costCenter', caseExact }],
        })),
      })),
    });
    await world.store.jobs.putSchema(world.jobId, withAttribute(false));
    expect((await world.cycle()).kind).toBe('incremental');
    await world.store.jobs.putSchema(world.jobId, withAttribute(true));
    expect((await world.cycle()).kind).toBe('initial');
    expect((await world.job()).schemaVersion).toBe(3);
  });
});

describe('a schema exported from Entra', () => {
  test('keeps what we have no use for, but for annotations of the transfer', () => {
    const schema = imported();
    expect(schema).not.toHaveProperty(['@odata.context']);
    expect(schema).toMatchObject({ provisioningTaskIdentifier: 'customappsso' });
    expect(schema.synchronizationRules[0]).toMatchObject({ groupFilter: { includedGroups: [] } });
    expect(schema.synchronizationRules[0]!.objectMappings[0]!.metadata).toContainEqual({
      key: 'OriginalJoiningProperty',
      value: null,
    });
    expect(schema.directories[1]!.objects[0]).toMatchObject({
      metadata: [{ key: 'IsSoftDeletionSupported', value: 'true' }],
    });
    // What goes out comes in again as it was.
    expect(checkSynchronizationSchema(JSON.parse(JSON.stringify(schema)))).toEqual({ ok: true, value: schema });
  });

  test('behaves: scope, creation values, defaults, updates', async () => {
    await using world = await createWorld({ template: 'scim', schema: imported });
    const [ann, bob] = await world.users(['ann', 'bob'], (name) => ({
      attributes: { department: name === 'ann' ? 'Sales' : 'Support', mail: `${name}@contoso.example`, city: 'Lund' },
    }));
    await world.assign(ann!, bob!);
    await world.cycle();
    expect(world.target.count('user')).toBe(1);
    const created = world.target.find1('user', 'userName', 'ann@contoso.example')!;
    expect(Object.fromEntries(created.values)).toEqual({
      userName: 'ann@contoso.example',
      active: true,
      displayName: 'ann',
      title: 'Employee',
      'emails[type eq "work"].value': 'ann@contoso.example',
      preferredLanguage: 'en-US',
      'name.givenName': 'ann',
      'name.familyName': 'Test',
      'addresses[type eq "work"].locality': 'Lund',
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department': 'Sales',
    });
    await world.store.directory.updateUser(ann!, { attributes: new Map([['jobTitle', 'Architect']]) });
    await world.cycle();
    expect(created.values.get('title')).toBe('Architect');
    // The creation default is not used when the value is cleared again.
    await world.store.directory.updateUser(ann!, { attributes: new Map([['jobTitle', null]]) });
    await world.cycle();
    expect(created.values.has('title')).toBe(false);
  });

  test('the difference of two schemas is a value', () => {
    const before = imported();
    const after = mapped(before, 'title', 'department');
    expect(schemaDifference(before, structuredClone(before))).toEqual([]);
    expect(schemaDifference(before, after)).toMatchObject([
      {
        part: 'attributeMapping',
        change: 'changed',
        place: ['USER_TO_USER', 'User → urn:ietf:params:scim:schemas:extension:enterprise:2.0:User', 'title'],
        before: { source: { name: 'jobTitle' } },
        after: { source: { name: 'department' } },
      },
    ]);
    const [rule] = before.synchronizationRules;
    const [users, groups] = rule!.objectMappings;
    const smaller = {
      ...before,
      synchronizationRules: [
        {
          ...rule!,
          objectMappings: [
            { ...users!, scope: null, attributeMappings: users!.attributeMappings.slice(0, -1) },
            groups!,
          ],
        },
      ],
    };
    const shown = (changes: ReturnType<typeof schemaDifference>) => changes.map((one) => `${one.part} ${one.change}`);
    expect(shown(schemaDifference(before, smaller))).toEqual(['scope removed', 'attributeMapping removed']);
    expect(shown(schemaDifference(smaller, before))).toEqual(['scope added', 'attributeMapping added']);
  });
});
