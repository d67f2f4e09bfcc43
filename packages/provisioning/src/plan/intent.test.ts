import { brandId } from '@joinery/base';
import type { EntitledObject } from '@joinery/directory/ports';
import { describe, expect, test } from 'vitest';
import type { Link } from '../cycle/ports.ts';
import { getGalleryTemplate } from '../gallery/templates.ts';
import { defaultJobSettings } from '../job/default-settings.ts';
import type { JobSettings } from '../job/job.ts';
import { compileSchema, type CompiledMapping } from '../mapping/compile.ts';
import { decideScope } from '../scope/decide.ts';
import { planIntent } from './intent.ts';

const compiled = compileSchema(getGalleryTemplate('cinode')!.schema);
if (!compiled.ok) throw new Error('the gallery schema compiles');
const { user, group } = compiled.value as { user: CompiledMapping; group: CompiledMapping };

const person: EntitledObject = {
  kind: 'user',
  id: brandId('7a6e7a3f-0000-4000-8000-000000000001'),
  displayName: 'Ann',
  accountEnabled: true,
  softDeleted: false,
  assigned: true,
  roles: [],
  managerId: undefined,
  attributes: new Map([['department', 'Sales']]),
};
const team: EntitledObject = { ...person, kind: 'group' };
const link: Link = {
  sourceId: person.id,
  kind: 'user',
  targetId: 't1',
  displayName: 'Ann',
  state: 'active',
  snapshot: new Map(),
  evaluatedIn: undefined,
};
const disabledLink: Link = { ...link, state: 'disabled' };

interface Case {
  readonly name: string;
  readonly source: Partial<EntitledObject> | undefined;
  readonly link?: Link;
  readonly mapping?: CompiledMapping;
  readonly settings?: Partial<JobSettings>;
  readonly expect: string;
}

const noSoftDelete = { ...user, softDeletes: false };
const without = (action: 'create' | 'update' | 'delete'): CompiledMapping => ({
  ...user,
  allows: { ...user.allows, [action]: false },
});

// Expected outcomes: entra-provisioning.md §3.1 (events), §3.2 (switches), §10.3 (skip reasons).
const cases: readonly Case[] = [
  { name: 'active and assigned', source: {}, expect: 'provision active' },
  { name: 'unassigned, never provisioned', source: { assigned: false }, expect: 'skip NotEffectivelyEntitled' },
  { name: 'disabled, never provisioned', source: { accountEnabled: false }, expect: 'skip NotEffectivelyEntitled' },
  {
    name: 'unassigned in scope all',
    source: { assigned: false },
    settings: { scope: 'all' },
    expect: 'provision active',
  },
  { name: 'unassigned', source: { assigned: false }, link, expect: 'depart disable NotEffectivelyEntitled' },
  { name: 'sign-in blocked', source: { accountEnabled: false }, link, expect: 'depart disable AccountDisabled' },
  {
    name: 'sign-in blocked before',
    source: { accountEnabled: false },
    link: disabledLink,
    expect: 'provision inactive',
  },
  { name: 'soft-deleted', source: { softDeleted: true }, link, expect: 'depart disable SoftDeleted' },
  {
    name: 'soft-deleted before',
    source: { softDeleted: true },
    link: disabledLink,
    expect: 'skip NotEffectivelyEntitled',
  },
  { name: 'restored', source: {}, link: disabledLink, expect: 'provision active' },
  { name: 'hard-deleted', source: undefined, link, expect: 'depart delete HardDeleted' },
  {
    name: 'hard-deleted after it was disabled',
    source: undefined,
    link: disabledLink,
    expect: 'depart delete HardDeleted',
  },
  { name: 'hard-deleted, never provisioned', source: undefined, expect: 'skip NotInSource' },
  {
    name: 'hard-deleted without Delete',
    source: undefined,
    link,
    mapping: without('delete'),
    expect: 'skip DeleteNotAllowed',
  },
  {
    name: 'unassigned without Update',
    source: { assigned: false },
    link,
    mapping: without('update'),
    expect: 'skip UpdateNotAllowed',
  },
  {
    name: 'unassigned without IsSoftDeleted mapping',
    source: { assigned: false },
    link,
    mapping: noSoftDelete,
    expect: 'skip NoIsSoftDeletedMapping',
  },
  {
    name: 'hard-deleted without IsSoftDeleted mapping',
    source: undefined,
    link,
    mapping: noSoftDelete,
    expect: 'depart delete HardDeleted',
  },
  {
    name: 'unassigned with SkipOutOfScopeDeletions',
    source: { assigned: false },
    link,
    settings: { skipOutOfScopeDeletions: true },
    expect: 'skip SkipOutOfScopeDeletions',
  },
  {
    name: 'sign-in blocked with SkipOutOfScopeDeletions',
    source: { accountEnabled: false },
    link,
    settings: { skipOutOfScopeDeletions: true },
    expect: 'depart disable AccountDisabled',
  },
  {
    name: 'soft-deleted with SkipOutOfScopeDeletions',
    source: { softDeleted: true },
    link,
    settings: { skipOutOfScopeDeletions: true },
    expect: 'depart disable SoftDeleted',
  },
  {
    name: 'unassigned, leaving deletes',
    source: { assigned: false },
    link,
    settings: { onLeavingScope: 'delete' },
    expect: 'depart delete NotEffectivelyEntitled',
  },
  {
    name: 'soft-deleted, leaving deletes',
    source: { softDeleted: true },
    link,
    settings: { onLeavingScope: 'delete' },
    expect: 'depart delete SoftDeleted',
  },
  {
    name: 'sign-in blocked, leaving deletes',
    source: { accountEnabled: false },
    link,
    settings: { onLeavingScope: 'delete' },
    expect: 'depart disable AccountDisabled',
  },
  {
    name: 'group unassigned',
    source: { ...team, assigned: false },
    link,
    mapping: group,
    expect: 'depart delete NotEffectivelyEntitled',
  },
  {
    name: 'group soft-deleted',
    source: { ...team, softDeleted: true },
    link,
    mapping: group,
    expect: 'depart delete SoftDeleted',
  },
  {
    name: 'group unassigned with SkipOutOfScopeDeletions',
    source: { ...team, assigned: false },
    link,
    mapping: group,
    settings: { skipOutOfScopeDeletions: true },
    expect: 'skip SkipOutOfScopeDeletions',
  },
  ...(
    [
      ['unassigned', { assigned: false }, link],
      ['sign-in blocked', { accountEnabled: false }, link],
      ['sign-in blocked before', { accountEnabled: false }, disabledLink],
      ['soft-deleted', { softDeleted: true }, link],
      ['hard-deleted', undefined, link],
    ] as const
  ).map(([name, source, linked]) => ({
    name: `${name}, upsert-only`,
    source,
    link: linked,
    settings: { upsertOnly: true },
    expect: 'skip UpsertOnly',
  })),
  {
    name: 'restored, upsert-only',
    source: {},
    link: disabledLink,
    settings: { upsertOnly: true },
    expect: 'provision active',
  },
  {
    name: 'group unassigned without Delete',
    source: { ...team, assigned: false },
    link,
    mapping: { ...group, allows: { ...group.allows, delete: false } },
    expect: 'skip DeleteNotAllowed',
  },
];

describe('what is wanted of an object', () => {
  test.each(cases)('$name: $expect', ({ source, link: linked, mapping = user, settings, expect: expected }) => {
    const jobSettings = { ...defaultJobSettings, ...settings };
    const object = source === undefined ? undefined : { ...person, ...source };
    const decision = object && decideScope(object, mapping, jobSettings, 0);
    const intent = planIntent(decision, linked, mapping, jobSettings);
    const text =
      intent.kind === 'provision'
        ? `provision ${intent.isSoftDeleted ? 'inactive' : 'active'}`
        : intent.kind === 'depart'
          ? `depart ${intent.action} ${intent.reason}`
          : `skip ${intent.reason}`;
    expect(text).toBe(expected);
  });
});

describe('the scope decision', () => {
  const filtered = compileSchema({
    ...getGalleryTemplate('cinode')!.schema,
    synchronizationRules: getGalleryTemplate('cinode')!.schema.synchronizationRules.map((rule) => ({
      ...rule,
      objectMappings: rule.objectMappings.map((one) => ({
        ...one,
        scope: {
          groups: [
            {
              name: 'Sales',
              clauses: [
                { sourceOperandName: 'department', operatorName: 'EQUALS', targetOperand: { values: ['Sales'] } },
              ],
            },
          ],
        },
      })),
    })),
  });
  if (!filtered.ok) throw new Error('the filtered schema compiles');
  const mapping = filtered.value.user!;

  test.each([
    ['passes the filter', {}, true, ''],
    ['fails the filter', { attributes: new Map([['department', 'Support']]) }, false, 'EntrySynchronizationSkipped'],
    ['has no value for the filter', { attributes: new Map() }, false, 'EntrySynchronizationSkipped'],
    ['is not assigned', { assigned: false }, false, 'NotEffectivelyEntitled'],
  ] as const)('an object that %s', (_, change, inScope, reason) => {
    const decision = decideScope({ ...person, ...change } as EntitledObject, mapping, { scope: 'assigned' }, 0);
    expect(decision.inScope).toBe(inScope);
    const intent = planIntent(decision, undefined, mapping, defaultJobSettings);
    if (!inScope) expect(intent).toMatchObject({ kind: 'skip', reason });
  });
});
