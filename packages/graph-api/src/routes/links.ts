import { JoineryError } from '@joinery/base';
import type { Job, Link } from '@joinery/provisioning/ports';
import { randomUUID } from 'node:crypto';
import { modified } from '../audit.ts';
import { notFound } from '../errors.ts';
import { readQueryOptions } from '../odata/query-options.ts';
import { presentLink } from '../present/comparison.ts';
import { presentList } from '../present/list.ts';
import { noContent, ok, route, type Call, type Route } from '../route.ts';
import { auditComparison } from './comparisons.ts';
import { requireOneOf } from './find.ts';
import { findAnyJob } from './job-operation.ts';

const path = '/jobs/:jobId/links';
const lockMs = 10_000;

/** Links of source and target objects (Graph's beta knows single ones, see `object-connections.ts`): list, find, drop. */
export const linkRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path,
    leastRole: 'Reports Reader',
    audit: 'none',
    async run(call) {
      const { top, search, skipToken } = readQueryOptions(call.query, ['$top', '$search', '$skiptoken']);
      const job = await findAnyJob(call);
      const type = call.query.get('type');
      const { links, next } = await call.api.links.list({
        jobId: job.id,
        ...(type === null ? {} : { kind: requireOneOf(type, ['User', 'Group'], 'type') === 'User' ? 'user' : 'group' }),
        ...(search === undefined ? {} : { search }),
        top,
        ...(skipToken === undefined ? {} : { skipToken }),
      });
      return presentList(call, links.map((link) => presentLink(job, link)), next); // prettier-ignore
    },
  }),
  route({
    method: 'GET',
    path: `${path}/:objectId`,
    leastRole: 'Reports Reader',
    audit: 'none',
    async run(call) {
      const { job, link } = await findLink(call);
      return ok(presentLink(job, link));
    },
  }),
  route({
    method: 'DELETE',
    path: `${path}/:objectId`,
    leastRole: 'Cloud Application Administrator',
    audit: { activity: 'Delete object connection', category: 'ProvisioningManagement' },
    async run(call) {
      const { job, link } = await findLink(call);
      await auditComparison(call, job);
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

/** By source id first, then by target id. */
async function findLink(call: Call<unknown>): Promise<{ job: Job; link: Link }> {
  const job = await findAnyJob(call);
  const link = await call.api.links.find(job.id, call.param('objectId'));
  if (!link) throw notFound('link', call.param('objectId'));
  return { job, link };
}

/** Not while a cycle has the object in hand: it would write the link again. */
export async function dropLink(call: Call<unknown>, job: Job, link: Link): Promise<void> {
  const { links } = call.api;
  const owner = `drop-link/${randomUUID()}`;
  try {
    const locked = await links.lockObjects(job.id, [link.sourceId], owner, lockMs);
    if (!locked.has(link.sourceId)) {
      throw new JoineryError({
        code: 'provisioning.object_busy',
        message: 'The object is being provisioned by a running cycle; try again in a moment.',
        retry: 'later',
      });
    }
    await links.drop(job.id, link.sourceId);
  } finally {
    await links.unlockObjects(owner);
  }
}
