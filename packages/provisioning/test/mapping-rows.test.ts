import type { Json } from '@joinery/base';
import { describe, expect, test } from 'vitest';
import type { AttributeMapping, SynchronizationSchema } from '../src/index.ts';
import { createWorld } from './world.ts';

/** A mapping by its source as Graph writes it. */
function mapping(target: string, expression: string | null, more: Partial<AttributeMapping> = {}): AttributeMapping {
  const attribute = expression === null ? undefined : /^\[(\w+)\]$/.exec(expression)?.[1];
  const source =
    expression === null
      ? null
      : attribute !== undefined
        ? { type: 'Attribute' as const, name: attribute, expression }
        : expression.startsWith('"')
          ? { type: 'Constant' as const, name: expression.slice(1, -1), expression }
          : { type: 'Function' as const, name: expression.slice(0, expression.indexOf('(')), expression };
  return {
    targetAttributeName: target,
    matchingPriority: 0,
    flowType: 'Always',
    flowBehavior: 'FlowWhenChanged',
    defaultValue: null,
    source,
    ...more,
  };
}

/** The users mapping with these mappings instead of those that the schema has for the same targets. */
const withMappings =
  (...mappings: readonly AttributeMapping[]) =>
  (schema: SynchronizationSchema): SynchronizationSchema => {
    const targets = new Set(mappings.map((one) => one.targetAttributeName));
    return {
      ...schema,
      synchronizationRules: schema.synchronizationRules.map((rule) => ({
        ...rule,
        objectMappings: rule.objectMappings.map((one) =>
          one.sourceObjectName === 'User'
            ? {
                ...one,
                attributeMappings: [
                  ...one.attributeMappings.filter(({ targetAttributeName }) => !targets.has(targetAttributeName)),
                  ...mappings,
                ],
              }
            : one,
        ),
      })),
    };
  };

// entra-provisioning.md §4.6 and §3.2: what each way of `active` sends.
describe('the ways of active', () => {
  test.each([
    ['Switch', 'Switch([IsSoftDeleted], , "False", "True", "True", "False")', [true, false, false]],
    ['Not', 'Not([IsSoftDeleted])', [true, false, false]],
    ['accountEnabled', '[accountEnabled]', [true, false, true]],
    ['a constant', '"True"', [true, true, true]],
  ] as const)('%s: active, blocked from sign-in, unassigned', async (_, expression, [created, blocked, unassigned]) => {
    await using world = await createWorld({ schema: withMappings(mapping('active', expression)) });
    const [first, second] = await world.users(['ann', 'bob']);
    await world.assign(first!, second!);
    await world.cycle();
    const active = (name: string): Json | undefined =>
      world.target.find1('user', 'userName', `${name}@contoso.example`)!.values.get('active');
    expect(active('ann')).toBe(created);
    await world.store.directory.updateUser(first!, { accountEnabled: false });
    await world.unassign(second!);
    await world.cycle();
    expect([active('ann'), active('bob')]).toEqual([blocked, unassigned]);
    await world.store.directory.updateUser(first!, { accountEnabled: true });
    await world.cycle();
    expect(active('ann')).toBe(true);
  });
});

describe('a mapping that is added to objects that are linked already', () => {
  test.each([
    ['None', mapping('title', null, { defaultValue: 'N/A' }), ['own', 'N/A']],
    ['AttributeAddOnly', mapping('title', '"ours"', { flowType: 'AttributeAddOnly' }), ['own', 'ours']],
    ['ValueAddOnly', mapping('title', '"ours"', { flowType: 'ValueAddOnly' }), ['own', 'ours']],
    ['Always', mapping('title', '"ours"'), ['ours', 'ours']],
    ['ObjectAddOnly', mapping('title', '"ours"', { flowType: 'ObjectAddOnly' }), ['own', undefined]],
  ] as const)('%s leaves the value of the target, or fills it', async (_, added, expected) => {
    const unmapped = (schema: SynchronizationSchema): SynchronizationSchema => ({
      ...schema,
      synchronizationRules: schema.synchronizationRules.map((rule) => ({
        ...rule,
        objectMappings: rule.objectMappings.map((one) => ({
          ...one,
          attributeMappings: one.attributeMappings.filter(({ targetAttributeName }) => targetAttributeName !== 'title'),
        })),
      })),
    });
    await using world = await createWorld({ schema: unmapped });
    await world.assign(...(await world.users(['ann', 'bob'])));
    await world.cycle();
    const [ann, bob] = ['ann', 'bob'].map((name) => world.target.find1('user', 'userName', `${name}@contoso.example`)!);
    ann!.values.set('title', 'own');
    await world.store.jobs.putSchema(world.jobId, withMappings(added)((await world.job()).schema));
    await world.cycle();
    expect([ann!.values.get('title'), bob!.values.get('title')]).toEqual(expected);
    // And the next cycle has nothing left to say.
    world.target.takeRequests();
    await world.store.jobs.restart(world.jobId, ['Watermark']);
    await world.cycle();
    expect(world.target.takeRequests()['update'] ?? 0).toBe(0);
  });
});

describe('clearing', () => {
  test.each([
    ['efficient, as the profile says', {}, {}, false],
    ['entra, as the profile says', { profile: 'entra' }, {}, true],
    ['entra, the switch of the job', { profile: 'entra', onClearedValue: 'clear' }, {}, false],
    ['entra, the switch of the mapping', { profile: 'entra' }, { flowNullValues: true }, false],
    ['efficient, the switch of the job off', { onClearedValue: 'keep' }, {}, true],
    ['efficient, the switch of the mapping off', {}, { flowNullValues: false }, true],
  ] as const)('%s', async (_, settings, more, stays) => {
    await using world = await createWorld({ settings, schema: withMappings(mapping('title', '[jobTitle]', more)) });
    const [ann] = await world.users(['ann'], () => ({ attributes: { jobTitle: 'Architect' } }));
    await world.assign(ann!);
    await world.cycle();
    await world.store.directory.updateUser(ann!, { attributes: new Map([['jobTitle', null]]) });
    await world.cycle();
    const user = world.target.find1('user', 'userName', 'ann@contoso.example')!;
    expect(user.values.get('title')).toBe(stays ? 'Architect' : undefined);
  });
});

// entra-provisioning.md §4.7: the complex form only adds, the assertive one takes away too.
describe('app roles', () => {
  test.each([
    ['AppRoleAssignmentsComplex', ['User', 'msiam_access']],
    ['AssertiveAppRoleAssignmentsComplex', ['User']],
  ] as const)('%s after one of two roles is taken away', async (name, expected) => {
    await using world = await createWorld({
      settings: { profile: 'entra' },
      schema: withMappings(mapping('roles', `${name}([appRoleAssignments])`)),
    });
    const [ann] = await world.users(['ann']);
    const application = (await world.store.applications.getByServicePrincipal(world.servicePrincipalId))!;
    for (const { id } of application.appRoles) {
      await world.store.applications.assign(world.servicePrincipalId, ann!, id);
    }
    await world.cycle();
    const user = world.target.find1('user', 'userName', 'ann@contoso.example')!;
    const shown = () =>
      (user.values.get('roles') as Record<string, string>[]).map((one) => one['displayName'] ?? one['display']);
    expect(shown().toSorted()).toEqual(['User', 'msiam_access']);
    const { objects } = await world.store.applications.listAssignmentsOf(ann!, { top: 10, count: false });
    const access = application.appRoles.find((one) => one.displayName === 'msiam_access')!;
    const assignment = objects.find((one) => one.appRoleId === access.id)!;
    await world.store.applications.unassign(world.servicePrincipalId, assignment.id);
    await world.cycle();
    expect(shown().toSorted()).toEqual([...expected]);
  });
});
