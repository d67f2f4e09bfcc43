import type { Problem } from '@joinery/base';
import { compileExpression, fromMappingSource } from '@joinery/expressions';
import type { JobSettings } from '../job/job.ts';
import type { AttributeMapping, ObjectMapping, SynchronizationSchema } from '../job/schema.ts';

const roles = 'appRoleAssignments';

function readsRoles({ source }: AttributeMapping): boolean {
  const parsed = source === null ? undefined : fromMappingSource(source);
  return parsed?.ok === true && compileExpression(parsed.value).attributes.includes(roles);
}

/** Where an object mapping reads app roles. */
function placesIn(mapping: ObjectMapping): readonly string[] {
  const mapped = mapping.attributeMappings.flatMap((one, index) =>
    readsRoles(one) ? [`attributeMappings[${index}] (${one.targetAttributeName})`] : [],
  );
  const clauses = (mapping.scope?.groups ?? []).flatMap((group) => group.clauses);
  return clauses.some((clause) => clause.sourceOperandName === roles) ? [...mapped, 'scope'] : mapped;
}

/**
 * The mappings and scoping filters that read app roles although the job provisions all users and groups, not only the
 * assigned ones: code `provisioning.roles_need_assignments`. The schema itself is to be sound.
 */
export function roleProblems(schema: SynchronizationSchema, scope: JobSettings['scope']): readonly Problem[] {
  if (scope === 'assigned') return [];
  return schema.synchronizationRules.flatMap((rule, ruleIndex) =>
    rule.objectMappings.flatMap((mapping, index) =>
      placesIn(mapping).map((place) => ({
        code: 'provisioning.roles_need_assignments',
        message: `synchronizationRules[${ruleIndex}].objectMappings[${index}].${place}: App roles come with assignments, so they can be read only where the assigned users and groups are provisioned, not all. Remove this, or provision the assigned ones.`,
        start: 0,
        end: 0,
      })),
    ),
  );
}
