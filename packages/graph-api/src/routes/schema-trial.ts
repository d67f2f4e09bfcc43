import { checkSynchronizationSchema } from '@joinery/provisioning';
import { isGuid } from '@joinery/directory/ports';
import type { Job, SchemaTrial, SynchronizationSchema } from '@joinery/provisioning/ports';
import * as contract from '../contract/index.ts';
import { badRequest, invalidText, notFound } from '../errors.ts';
import { ok, routeWithBody, type Route } from '../route.ts';
import { toObjectId } from './groups.ts';
import { findAnyJob } from './job-operation.ts';

/** What a schema would do, before it is saved. Nothing is changed, and nothing asked of the target. */
export const schemaTrialRoutes: readonly Route[] = [
  routeWithBody({
    method: 'POST',
    path: '/jobs/:jobId/schema/try',
    leastRole: 'Cloud Application Administrator',
    audit: 'none',
    body: contract.SchemaToTry,
    async run(call) {
      const job = await findAnyJob(call);
      const { objectId, objectTypeName } = call.body;
      if (!isGuid(objectId)) throw badRequest(`objectId "${objectId}" is not the id of a directory object.`);
      const kind = objectTypeName === 'User' ? 'user' : 'group';
      const schema = checkedSchema(job, call.body.schema);
      const trial = await call.api.provisioning.trySchema(job, schema, { kind, id: toObjectId(objectId) });
      if (!trial) throw notFound(kind, objectId);
      return ok(present(trial));
    },
  }),
  routeWithBody({
    method: 'POST',
    path: '/jobs/:jobId/schema/impact',
    leastRole: 'Cloud Application Administrator',
    audit: 'none',
    body: contract.SchemaToWeigh,
    async run(call) {
      const job = await findAnyJob(call);
      const schema = checkedSchema(job, call.body.schema);
      const kind = call.body.objectTypeName === 'User' ? 'user' : 'group';
      return ok(await call.api.provisioning.schemaImpact(job, schema, kind));
    },
  }),
];

/** As PUT checks it: without attribute lists, those that there are hold. */
function checkedSchema(job: Job, given: { readonly directories?: unknown }): SynchronizationSchema {
  const whole = { ...given, directories: given.directories ?? job.schema.directories };
  const checked = checkSynchronizationSchema(whole, job.settings);
  if (!checked.ok) throw invalidText('The schema is not valid', checked.problems);
  return checked.value;
}

function present({ displayName, targetId, scope, attributes }: SchemaTrial): contract.SchemaTrial {
  const { inScope, isAccountEnabled, isSoftDeleted, isAssigned, isEntitled, filter } = scope;
  return {
    displayName,
    targetId: targetId ?? null,
    scope: {
      inScope,
      isAccountEnabled,
      isSoftDeleted,
      isAssigned,
      isEntitled,
      clauses: (filter?.clauses ?? []).map((clause) => ({
        group: clause.group,
        groupIndex: clause.groupIndex,
        attribute: clause.attribute,
        operator: clause.operator,
        operand: [...clause.operand],
        value: clause.value,
        isAbsent: clause.decidedBy === 'absence',
        passed: clause.passed,
      })),
    },
    attributes: attributes.map((one) => ({ ...one, message: one.message ?? null })),
  };
}
