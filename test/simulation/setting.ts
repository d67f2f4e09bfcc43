import {
  defaultJobSettings,
  getGalleryTemplate,
  type JobSettings,
  type ObjectMapping,
  type SynchronizationSchema,
} from '@joinery/provisioning';
import { enterprise } from './application-resources.ts';
import type { AttributeName } from './model.ts';
import { createRandom } from './random.ts';

/** What a seed decides before anything happens. */
export interface Setting {
  readonly seed: number;
  readonly job: JobSettings;
  readonly isFiltered: boolean;
  readonly tenantUrl: string;
  readonly users: number;
  readonly groups: number;
  readonly rounds: number;
  readonly workers: number;
  readonly pageSize: number;
  readonly groupPageSize: number;
  readonly stepMs: number;
  readonly uniqueGroups: boolean;
  readonly bulkMax: number | undefined;
  readonly listPageSize: number;
  /** Accounts and groups that the application has before: some will match. */
  readonly planted: number;
}

const concurrencies = [1, 3, 8];

export function settingOf(seed: number, change: Partial<Pick<JobSettings, 'profile'>> = {}): Setting {
  const random = createRandom(seed, 'setting');
  const profile = random.pick(['efficient', 'efficient', 'entra'] as const);
  const bulkMax = random.chance(0.3) ? random.pick([2, 5]) : undefined;
  const flags = random.pick(['', '', '?aadOptscim062020']);
  return {
    seed,
    job: {
      ...defaultJobSettings,
      scope: random.pick(['assigned', 'assigned', 'all']),
      profile,
      intervalSeconds: 4 * 3_600,
      concurrency: random.pick(concurrencies),
      bulk: bulkMax !== undefined,
      deletionGuard: {
        enabled: random.chance(0.7),
        count: random.pick([2, 500, 500]),
        percent: random.pick([20, 100]),
      },
      onLeavingScope: random.pick(['disable', 'disable', 'delete']),
      onClearedValue: random.pick(['clear', 'clear', 'profile']),
      ...change,
    },
    isFiltered: random.chance(0.4),
    tenantUrl: `https://app.example/scim${flags}`,
    users: 4 + random.below(7),
    groups: 1 + random.below(3),
    rounds: 4 + random.below(5),
    workers: random.pick([1, 2, 2, 3]),
    pageSize: random.pick([2, 3, 10]),
    groupPageSize: random.pick([1, 2]),
    stepMs: random.pick([1, 1, 30, 400]),
    uniqueGroups: random.chance(0.7),
    bulkMax,
    listPageSize: random.pick([2, 5, 100]),
    planted: random.below(4),
  };
}

/** Mappings of users: target attribute by source attribute. */
export const mappedAttributes: Readonly<Record<Exclude<AttributeName, 'state'>, string>> = {
  displayName: 'displayName',
  jobTitle: 'title',
  mail: 'emails[type eq "work"].value',
  department: `${enterprise}:department`,
};
export const managerAttribute = `${enterprise}:manager`;

const kept = new Set<string>(['userName', 'active', managerAttribute, ...Object.values(mappedAttributes)]);

function usersMapping(mapping: ObjectMapping, isFiltered: boolean): ObjectMapping {
  const externalId = { source: { type: 'Attribute', name: 'objectId', expression: '[objectId]', parameters: [] } };
  return {
    ...mapping,
    scope: isFiltered
      ? {
          groups: [
            {
              name: 'In',
              clauses: [{ sourceOperandName: 'state', operatorName: 'EQUALS', targetOperand: { values: ['in'] } }],
            },
          ],
        }
      : null,
    attributeMappings: mapping.attributeMappings
      .filter((one) => kept.has(one.targetAttributeName) || one.targetAttributeName === 'externalId')
      .map((one) => (one.targetAttributeName === 'externalId' ? ({ ...one, ...externalId } as typeof one) : one)),
  };
}

/** The generic SCIM template with fewer attributes, and `externalId` from the object's id, so that nobody is mistaken. */
export function schemaOf(setting: Pick<Setting, 'isFiltered'>): SynchronizationSchema {
  const { schema } = getGalleryTemplate('scim')!;
  return {
    ...schema,
    synchronizationRules: schema.synchronizationRules.map((rule) => ({
      ...rule,
      objectMappings: rule.objectMappings.map((mapping) =>
        mapping.sourceObjectName === 'User' ? usersMapping(mapping, setting.isFiltered) : mapping,
      ),
    })),
  };
}
