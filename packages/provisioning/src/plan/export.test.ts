import type { Json } from '@joinery/base';
import type { EvaluationEnvironment } from '@joinery/expressions';
import { describe, expect, test } from 'vitest';
import { getGalleryTemplate } from '../gallery/templates.ts';
import type { AttributeMapping, SynchronizationSchema } from '../job/schema.ts';
import { compileSchema } from '../mapping/compile.ts';
import { evaluateMapping } from '../mapping/evaluate.ts';
import { planCreate, planUpdate } from './export.ts';

const settings = { profile: 'efficient', onClearedValue: 'profile' } as const;
const environment: EvaluationEnvironment = { now: 0, random: () => 0, defaultDomain: 'contoso.example' };
const base = getGalleryTemplate('cinode')!.schema;

function direct(target: string, source: string, more: Partial<AttributeMapping> = {}): AttributeMapping {
  return {
    targetAttributeName: target,
    matchingPriority: 0,
    flowType: 'Always',
    flowBehavior: 'FlowWhenChanged',
    defaultValue: null,
    source: { type: 'Attribute', name: source, expression: `[${source}]` },
    ...more,
  };
}

function mappingOf(...attributeMappings: readonly AttributeMapping[]) {
  const schema: SynchronizationSchema = {
    ...base,
    synchronizationRules: base.synchronizationRules.map((rule) => ({
      ...rule,
      objectMappings: rule.objectMappings.map((one) => ({ ...one, attributeMappings })),
    })),
  };
  const compiled = compileSchema(schema);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return compiled.value.user!;
}

const source = (values: Readonly<Record<string, string | readonly string[] | boolean>>) => (name: string) =>
  values[name] ?? null;

// A schema may hold any default; the object that needs one that does not fit is told so.
describe('a default value that does not fit a Boolean', () => {
  const mapping = mappingOf(direct('active', '', { source: null, defaultValue: 'perhaps' }));
  const evaluated = evaluateMapping(mapping, source({}), environment);
  const refused = {
    ok: false,
    failure: { code: 'InvalidValue', message: expect.stringContaining('default value of active') },
  };

  test('fails the create that needs it', () => {
    expect(planCreate(evaluated, new Map(), new Map())).toMatchObject(refused);
  });

  test('fails the update that would fill the attribute, and no other', () => {
    const plan = (current: Readonly<Record<string, Json>>) => {
      const state = { current: new Map(Object.entries(current)), exported: new Map() };
      return planUpdate(mapping, evaluated, new Map(), state, settings);
    };
    expect(plan({})).toMatchObject(refused);
    expect(plan({ active: false })).toMatchObject({ ok: true, plan: { updates: [] } });
  });
});

describe('a create', () => {
  test('of the Cinode template holds exactly the mapped attributes, in their types', () => {
    const compiled = compileSchema(base);
    if (!compiled.ok) throw new Error('compiles');
    const values = {
      userPrincipalName: 'ann@contoso.example',
      givenName: 'Ann',
      surname: 'Lee',
      objectId: 'o1',
      jobTitle: 'Engineer',
      IsSoftDeleted: 'False',
    };
    const planned = planCreate(
      evaluateMapping(compiled.value.user!, source(values), environment),
      new Map(),
      new Map(),
    );
    // design.md §2 step 4; city has no value and is left out.
    expect(planned.ok && Object.fromEntries(planned.plan.values)).toEqual({
      userName: 'ann@contoso.example',
      'name.givenName': 'Ann',
      'name.familyName': 'Lee',
      externalId: 'o1',
      active: true,
      title: 'Engineer',
    });
  });

  test.each<
    [string, AttributeMapping, Readonly<Record<string, string | readonly string[]>>, Json | { readonly code: string }]
  >([
    ['takes the default value', direct('title', 'jobTitle', { defaultValue: 'N/A' }), {}, 'N/A'],
    [
      'takes the value before the default',
      direct('title', 'jobTitle', { defaultValue: 'N/A' }),
      { jobTitle: 'x' },
      'x',
    ],
    [
      'takes the default of a mapping without a source',
      direct('title', '', { source: null, defaultValue: 'const' }),
      {},
      'const',
    ],
    [
      'sends what flows at creation only',
      direct('title', 'jobTitle', { flowType: 'ObjectAddOnly' }),
      { jobTitle: 'x' },
      'x',
    ],
    ['leaves out what has no value', direct('title', 'jobTitle'), {}, null],
    ['fails without a required value', direct('userName', 'mail'), {}, { code: 'MandatoryFieldsMissing' }],
    [
      'fails on several values for one',
      direct('title', 'proxyAddresses'),
      { proxyAddresses: ['a', 'b'] },
      { code: 'SchemaPropertyCanOnlyAcceptValue' },
    ],
    ['takes a list of one for one', direct('title', 'proxyAddresses'), { proxyAddresses: ['a'] }, 'a'],
    [
      'fails on a Boolean that is none',
      direct('active', 'jobTitle'),
      { jobTitle: 'perhaps' },
      { code: 'InvalidValue' },
    ],
  ])('%s', (_, mapping, values, expected) => {
    const planned = planCreate(evaluateMapping(mappingOf(mapping), source(values), environment), new Map(), new Map());
    if (!planned.ok) expect({ code: planned.failure.code }).toEqual(expected);
    else expect(planned.plan.values.get(mapping.targetAttributeName) ?? null).toEqual(expected);
  });

  test('is redacted where the mapping says so', () => {
    const mapping = mappingOf(
      direct('title', '', { source: { type: 'Function', name: 'Redact', expression: 'Redact([jobTitle])' } }),
    );
    const planned = planCreate(evaluateMapping(mapping, source({ jobTitle: 'x' }), environment), new Map(), new Map());
    expect(planned.ok && planned.plan.changes).toEqual([{ attribute: 'title', old: null, new: 'x', redact: true }]);
  });
});

describe('an update', () => {
  test('planned again from its own snapshot is empty', () => {
    const mapping = mappingOf(direct('title', 'jobTitle'), direct('addresses[type eq "work"].locality', 'city'));
    const evaluated = evaluateMapping(mapping, source({ jobTitle: 'Engineer' }), environment);
    const state = { current: new Map([['addresses[type eq "work"].locality', 'Oslo']]), exported: undefined };
    const first = planUpdate(mapping, evaluated, new Map(), state, settings);
    expect(first.ok && first.plan.updates).toEqual([{ attribute: 'title', operation: 'add', value: 'Engineer' }]);
    const snapshot = first.ok ? first.plan.snapshot : new Map();
    // The target's own city is not in it: we never clear what we did not write.
    expect(Object.fromEntries(snapshot)).toEqual({ title: 'Engineer' });
    const second = planUpdate(mapping, evaluated, new Map(), { current: snapshot, exported: snapshot }, settings);
    expect(second.ok && second.plan.updates).toEqual([]);
  });
});
