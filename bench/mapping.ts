/*
 * Time to take one user through a schema of 40 mappings: evaluation of all of them, the difference from what was exported
 * and the update as a value. The median and the slowest of nine rounds, after two to warm up,
 * in CPU time of the thread.
 *
 *   node --disable-warning=ExperimentalWarning bench/mapping.ts
 */
import { getGalleryTemplate } from '../packages/provisioning/src/gallery/templates.ts';
import { compileSchema } from '../packages/provisioning/src/mapping/compile.ts';
import { evaluateMapping } from '../packages/provisioning/src/mapping/evaluate.ts';
import { planUpdate } from '../packages/provisioning/src/plan/export.ts';
import { report } from './lib/report.ts';
import { threadCpuMs } from './lib/statistics.ts';
import type { AttributeMapping, SynchronizationSchema } from '../packages/provisioning/src/index.ts';

const mappingsCount = 40;
const usersCount = 2_000;
const environment = { now: 0, random: () => 0.5, defaultDomain: 'contoso.example' };

const custom = Array.from({ length: mappingsCount }, (_, index) => `urn:example:2.0:User:attribute${index}`);
const expressions = [
  'ToLower(Join("@", NormalizeDiacritics(StripSpaces(Join(".", [givenName], [surname]))), "contoso.com"))',
  'Switch([department], [department], "Sales", "S", "Support", "H")',
  'IIF(IsNullOrEmpty([jobTitle]), "Employee", [jobTitle])',
  'Replace([telephoneNumber], , "[^0-9]", , "", , )',
];

function mappings(template: readonly AttributeMapping[]): readonly AttributeMapping[] {
  const added = custom.slice(0, mappingsCount - template.length).map((targetAttributeName, index): AttributeMapping => {
    const expression = expressions[index % (expressions.length * 2)] ?? '[displayName]';
    const isDirect = expression.startsWith('[');
    const name = isDirect ? 'displayName' : expression.slice(0, expression.indexOf('('));
    return {
      targetAttributeName,
      matchingPriority: 0,
      flowType: 'Always',
      flowBehavior: 'FlowWhenChanged',
      defaultValue: null,
      source: { type: isDirect ? 'Attribute' : 'Function', name, expression },
    };
  });
  return [...template, ...added];
}

const template = getGalleryTemplate('scim');
if (template === undefined) throw new Error('the gallery has no template scim');
const schema: SynchronizationSchema = {
  ...template.schema,
  synchronizationRules: template.schema.synchronizationRules.map((rule) => ({
    ...rule,
    objectMappings: rule.objectMappings.map((one) =>
      one.sourceObjectName === 'User'
        ? { ...one, attributeMappings: mappings(one.attributeMappings.slice(0, 24)) }
        : one,
    ),
  })),
};
const compiled = compileSchema(schema);
const user = compiled.ok ? compiled.value.user : undefined;
if (user === undefined) throw new Error('the schema does not compile');

const people = Array.from({ length: usersCount }, (_, index) => {
  const values = new Map([
    ['userPrincipalName', `zoe.muller.${index}@contoso.com`],
    ['displayName', `Zoë Müller ${index}`],
    ['givenName', `Zoë ${index}`],
    ['surname', 'Müller'],
    ['mail', `zoe.muller.${index}@contoso.com`],
    ['jobTitle', 'Engineer'],
    ['department', 'Sales'],
    ['telephoneNumber', `+46 (8) 555-${index}`],
    ['city', 'Lund'],
    ['IsSoftDeleted', 'False'],
  ]);
  return (name: string) => values.get(name) ?? null;
});

const users = user;

function round(): number {
  const begun = threadCpuMs();
  let updates = 0;
  for (const lookup of people) {
    const evaluated = evaluateMapping(users, lookup, environment);
    const state = { current: new Map([['userName', 'someone']]), exported: undefined };
    const planned = planUpdate(users, evaluated, new Map(), state, { profile: 'efficient', onClearedValue: 'profile' });
    if (planned.ok) updates += planned.plan.updates.length;
  }
  if (updates < usersCount) throw new Error('the plans are empty');
  return ((threadCpuMs() - begun) * 1000) / usersCount;
}

for (let index = 0; index < 2; index += 1) round();
const times = Array.from({ length: 9 }, round).toSorted((a, b) => a - b);
const count = user.attributes.length + user.references.length;
const medianTime = times[4] ?? 0;
report({
  name: 'mapping',
  processes: ['one process, one core'],
  figures: [
    {
      name: `one user through ${count} mappings: evaluation, difference and the update as a value`,
      measured: `${medianTime.toFixed(1)} µs (slowest round ${times.at(-1)?.toFixed(1)} µs)`,
      mustReach: '≤ 100 µs',
      isReached: medianTime <= 100,
    },
  ],
  details: {},
});
