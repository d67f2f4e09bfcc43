import { JoineryError } from '@joinery/base';
import type { Job, Link } from '@joinery/provisioning/ports';
import { modified } from '../audit.ts';
import { badRequest, notFound } from '../errors.ts';
import { presentEntity } from '../present/collection.ts';
import { noContent, ok, route, type Call, type Route } from '../route.ts';
import { findJob } from './find.ts';
import { dropLink } from './links.ts';

const path = '/servicePrincipals/:id/synchronization/jobs/:jobId/objectConnections';
/** `objectConnections('{objectId}')`; the end of the key is cut off below. */
const keyPath = `${path}(':connection`;

/**
 * Graph's beta form of single links: by source id first, then by target id; dropped only while the job does not run.
 *
 * @see https://learn.microsoft.com/graph/api/resources/synchronization-objectconnection
 */
export const objectConnectionRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path,
    leastRole: 'Reports Reader',
    audit: 'none',
    async run() {
      throw badRequest("Object connections are read one by one: objectConnections('{objectId}').");
    },
  }),
  route({
    method: 'GET',
    path: keyPath,
    leastRole: 'Reports Reader',
    audit: 'none',
    async run(call) {
      const { job } = await findJob(call);
      const link = await call.api.links.find(job.id, keyOf(call));
      if (!link) throw notFound('object connection', keyOf(call));
      const { id, jobId } = { id: call.param('id'), jobId: job.id };
      const context = `servicePrincipals('${id}')/synchronization/jobs('${jobId}')/objectConnections`;
      return ok(presentEntity(call, context, presentConnection(keyOf(call), job, link)));
    },
  }),
  route({
    method: 'DELETE',
    path: keyPath,
    leastRole: 'Cloud Application Administrator',
    audit: { activity: 'Delete object connection', category: 'ProvisioningManagement' },
    async run(call) {
      const { job } = await findJob(call);
      if (job.scheduleState === 'Active') {
        throw new JoineryError({
          code: 'provisioning.job_active',
          message: 'Pause the job before you delete an object connection; its next cycle would use it.',
          retry: 'after-change',
        });
      }
      const link = await call.api.links.find(job.id, keyOf(call));
      if (!link) return noContent;
      call.audit.target({
        id: link.sourceId,
        displayName: link.displayName,
        type: link.kind === 'user' ? 'User' : 'Group',
        modifiedProperties: [modified('TargetId', link.targetId, null)],
      });
      await dropLink(call, job, link);
      return noContent;
    },
  }),
];

function keyOf(call: Call<unknown>): string {
  const text = call.param('connection');
  if (!text.endsWith("')")) throw badRequest("An object connection is written objectConnections('{objectId}').");
  return text.slice(0, -2);
}

function presentConnection(objectId: string, job: Job, link: Link): object {
  const source = link.kind === 'user' ? 'User' : 'Group';
  const mappings = job.schema.synchronizationRules.flatMap((rule) => rule.objectMappings);
  return {
    objectId,
    sourceAnchor: link.sourceId,
    targetAnchor: link.targetId,
    displayName: link.displayName,
    objectTypeName: mappings.find((one) => one.sourceObjectName === source)?.targetObjectName ?? source,
  };
}
