import { describe, expect, test } from 'vitest';
import { modelError } from '@joinery/testkit';
import { runCycle, type SynchronizationSchema } from '../src/index.ts';
import { clause, scoped } from './scoped.ts';
import { createWorld, type World } from './world.ts';

// entra-provisioning.md §10.3: what the log says of objects for which nothing is sent, and of those that fail.

/** Users are matched by jobTitle, which not everybody has. */
function matchedByTitle(schema: SynchronizationSchema): SynchronizationSchema {
  return {
    ...schema,
    synchronizationRules: schema.synchronizationRules.map((rule) => ({
      ...rule,
      objectMappings: rule.objectMappings.map((mapping) =>
        mapping.sourceObjectName === 'User'
          ? {
              ...mapping,
              attributeMappings: mapping.attributeMappings.map((one) => ({
                ...one,
                matchingPriority: one.targetAttributeName === 'title' ? 1 : 0,
              })),
            }
          : mapping,
      ),
    })),
  };
}

const last = async (world: World, name: string) =>
  (await world.log()).entries.find((entry) => entry.source.displayName === name);

describe('who is skipped, and why', () => {
  test('ImportSkipped, EntrySynchronizationSkipped, NotEffectivelyEntitled and RedundantExport', async () => {
    await using world = await createWorld({
      schema: (schema) => scoped(clause('department', 'EQUALS', 'Sales'))(matchedByTitle(schema)),
    });
    const parts: Readonly<Record<string, object>> = {
      untitled: { attributes: { department: 'Sales' } },
      elsewhere: { attributes: { department: 'Support', jobTitle: 'a' } },
      blocked: { attributes: { department: 'Sales', jobTitle: 'b' }, accountEnabled: false },
      there: { attributes: { department: 'Sales', jobTitle: 'c' } },
    };
    const users = await world.users(Object.keys(parts), (name) => parts[name] ?? {});
    await world.assign(...users);
    expect((await world.cycle()).counts).toMatchObject({ created: 1, skipped: 3, failed: 0 });
    world.target.takeRequests();
    world.clock.advance(60_000);
    // A new initial cycle finds the one who is there with the same values.
    await world.store.jobs.restart(world.jobId, ['Watermark']);
    expect((await world.cycle()).counts).toMatchObject({ created: 0, updated: 0, skipped: 4 });
    const expected = {
      untitled: 'ImportSkipped',
      elsewhere: 'EntrySynchronizationSkipped',
      blocked: 'NotEffectivelyEntitled',
      there: 'RedundantExport',
    };
    for (const [name, reason] of Object.entries(expected)) {
      const entry = await last(world, name);
      expect(entry, name).toMatchObject({ outcome: 'skipped', action: 'other', reason, error: undefined });
      expect(entry?.steps.at(-1), name).toMatchObject({ status: 'skipped', details: { SkipReason: reason } });
    }
    expect(world.target.takeRequests()).not.toHaveProperty('update');
  });
});

describe('who fails', () => {
  test.each([
    ['Conflict', 409],
    ['TooManyRequests', 429],
    ['InternalServerError', 500],
    ['UnprocessableEntity', 422],
    ['InsufficientRights', 403],
    ['Timeout', undefined],
  ])('%s is told with its reason and what to do', async (code, status) => {
    await using world = await createWorld({ settings: { profile: 'entra' } });
    await world.assign(...(await world.users(['ann'])));
    world.target.fault = ({ method }) =>
      method === 'create' ? modelError(code, status === undefined ? {} : { status }) : undefined;
    expect(await world.cycle()).toMatchObject({ state: 'entry-level-errors', counts: { failed: 1 } });
    const entry = await last(world, 'ann');
    expect(entry).toMatchObject({ action: 'create', outcome: 'failure', target: { id: '' }, error: { code } });
    expect(entry?.error?.recommendedAction).not.toContain('provision the object on demand to see');
    expect(entry?.steps.map(({ type }) => type)).toEqual(['import', 'scoping', 'matching', 'processing', 'export']);
    expect(entry?.steps.at(-1)).toMatchObject({ status: 'failure', details: { ErrorCode: code } });
  });

  test('a remark of the connector makes a warning of the row that was written, once', async () => {
    await using world = await createWorld();
    await world.assign(...(await world.users(['ann', 'bob'])));
    const remarks = [{ code: 'MembersNotShown', message: 'The target does not show members.' }];
    const target = { ...world.target.target, takeRemarks: () => remarks.splice(0) };
    const ports = { ...world.ports, targets: { create: async () => target } };
    expect(await runCycle(ports, world.jobId)).toMatchObject({ state: 'succeeded', counts: { created: 2, failed: 0 } });
    const { entries } = await world.log();
    const warnings = entries.filter(({ outcome }) => outcome === 'warning');
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatchObject({ action: 'create', error: { code: 'MembersNotShown' } });
    expect(warnings[0]?.error?.recommendedAction).toContain('Look in the target');
    expect(warnings[0]?.steps.at(-1)).toMatchObject({ status: 'warning' });
  });
});

describe('mails of quarantine (facts §9.3)', () => {
  test('come once, and again when the reason changes or it begins anew', async () => {
    await using world = await createWorld({
      settings: {
        deletionGuard: { enabled: true, count: 500, percent: 20 },
        notification: { enabled: true, emails: ['it@contoso.example'] },
      },
    });
    const users = await world.users(Array.from({ length: 12 }, (_, index) => `user${index}`));
    await world.assign(...users);
    await world.cycle();
    const subjects = async (): Promise<readonly string[]> => {
      const mails = await world.database.query<{ subject: string }>({ text: 'select subject from mail' });
      return mails.map(({ subject }) => /\((\w+)\)/.exec(subject)?.[1] ?? subject);
    };
    for (const id of users.slice(0, 8)) await world.store.directory.deleteUser(id);
    await world.cycle();
    await world.cycle();
    expect(await subjects()).toEqual(['TooManyDeletes']);

    world.target.fault = () => modelError('Unauthorized', { scope: 'job', status: 401 });
    await world.store.directory.updateUser(users[10]!, { attributes: new Map([['city', 'Lund']]) });
    await world.cycle();
    expect((await world.job()).quarantine?.reason).toBe('EncounteredQuarantineException');
    await world.cycle();
    expect(await subjects()).toEqual(['TooManyDeletes', 'EncounteredQuarantineException']);

    world.target.fault = undefined;
    await world.store.jobs.restart(world.jobId, ['ForceDeletes', 'QuarantineState']);
    await world.cycle();
    expect((await world.job()).quarantine).toBeUndefined();
    world.target.fault = () => modelError('Unauthorized', { scope: 'job', status: 401 });
    await world.store.directory.updateUser(users[10]!, { attributes: new Map([['city', 'Oslo']]) });
    await world.cycle();
    expect(await subjects()).toEqual([
      'TooManyDeletes',
      'EncounteredQuarantineException',
      'EncounteredQuarantineException',
    ]);
  });
});
