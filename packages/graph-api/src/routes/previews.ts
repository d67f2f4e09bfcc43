import type { Job, Preview } from '@joinery/provisioning/ports';
import { isGuid } from '@joinery/directory/ports';
import { modified } from '../audit.ts';
import * as contract from '../contract/index.ts';
import { notFound } from '../errors.ts';
import { toPreviewFilter } from '../odata/preview-filter.ts';
import { readQueryOptions } from '../odata/query-options.ts';
import { presentList } from '../present/list.ts';
import { presentPreview, presentPreviewMember, presentPreviewOperation } from '../present/preview.ts';
import { noContent, ok, route, routeWithBody, type Call, type Route } from '../route.ts';
import { toObjectId } from './groups.ts';
import { findAnyJob } from './job-operation.ts';
import { authorOf } from './job-schema.ts';
import { auditJob, requireCredentials } from './jobs.ts';

const path = '/jobs/:jobId/previews';
const one = `${path}/:previewId`;
const category = 'ProvisioningManagement';
const activities = {
  preview: { activity: 'Preview provisioning cycle', category },
  apply: { activity: 'Apply provisioning preview', category },
  delete: { activity: 'Delete provisioning preview', category },
} as const;

/** A whole cycle of a job before anything is sent, and sending exactly that. */
export const previewRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path,
    leastRole: 'Reports Reader',
    audit: 'none',
    async run(call) {
      const job = await findAnyJob(call);
      return presentList(call, (await call.api.previews.list(job.id)).map(presentPreview));
    },
  }),
  route({
    method: 'POST',
    path,
    leastRole: 'Cloud Application Administrator',
    audit: activities.preview,
    async run(call) {
      const job = await auditedJob(call);
      await requireCredentials(call, job);
      const preview = await call.api.previews.request(job.id, authorOf(call));
      call.audit.target({ id: preview.id, displayName: '', type: 'ProvisioningPreview' });
      return { status: 202, body: presentPreview(preview), headers: [['Location', `${call.url}/${preview.id}`]] };
    },
  }),
  route({
    method: 'GET',
    path: one,
    leastRole: 'Reports Reader',
    audit: 'none',
    run: async (call) => ok(presentPreview(await findPreview(call, await findAnyJob(call)))),
  }),
  route({
    method: 'DELETE',
    path: one,
    leastRole: 'Cloud Application Administrator',
    audit: activities.delete,
    async run(call) {
      const preview = await findPreview(call, await auditedJob(call));
      call.audit.target({ id: preview.id, displayName: '', type: 'ProvisioningPreview' });
      await call.api.previews.delete(preview.id);
      return noContent;
    },
  }),
  route({
    method: 'GET',
    path: `${one}/operations`,
    leastRole: 'Reports Reader',
    audit: 'none',
    async run(call) {
      const options = readQueryOptions(call.query, ['$filter', '$top', '$skiptoken']);
      const preview = await findPreview(call, await findAnyJob(call));
      const { operations, next } = await call.api.previews.listOperations({
        previewId: preview.id,
        filter: toPreviewFilter(options.filter),
        top: options.top,
        ...(options.skipToken === undefined ? {} : { skipToken: options.skipToken }),
      });
      return presentList(call, operations.map(presentPreviewOperation), next);
    },
  }),
  route({
    method: 'GET',
    path: `${one}/operations/:objectId/members`,
    leastRole: 'Reports Reader',
    audit: 'none',
    async run(call) {
      const options = readQueryOptions(call.query, ['$top', '$skiptoken']);
      const preview = await findPreview(call, await findAnyJob(call));
      const objectId = call.param('objectId');
      if (!isGuid(objectId)) throw notFound('operation of the preview', objectId);
      const { members, next } = await call.api.previews.listMembers({
        previewId: preview.id,
        groupId: toObjectId(objectId),
        top: options.top,
        ...(options.skipToken === undefined ? {} : { skipToken: options.skipToken }),
      });
      return presentList(call, members.map(presentPreviewMember), next);
    },
  }),
  routeWithBody({
    method: 'POST',
    path: `${one}/apply`,
    leastRole: 'Cloud Application Administrator',
    audit: activities.apply,
    body: contract.ApplyPreview,
    async run(call) {
      const allowsDeletes = call.body.allowDeletes ?? false;
      const job = await auditedJob(call);
      const preview = await findPreview(call, job);
      call.audit.target({
        id: preview.id,
        displayName: '',
        type: 'ProvisioningPreview',
        modifiedProperties: [modified('AllowDeletes', null, allowsDeletes)],
      });
      await requireCredentials(call, job);
      const requested = await call.api.previews.requestApply(preview.id, { by: authorOf(call), allowsDeletes });
      return { status: 202, body: presentPreview(requested) };
    },
  }),
];

async function auditedJob(call: Call<unknown>): Promise<Job> {
  const job = await findAnyJob(call);
  const application = await call.api.applications.getByServicePrincipal(job.servicePrincipalId);
  auditJob(call, application ?? { servicePrincipalId: job.servicePrincipalId, displayName: '' }, job);
  return job;
}

async function findPreview(call: Call<unknown>, job: Job): Promise<Preview> {
  const id = call.param('previewId');
  const preview = await call.api.previews.get(id);
  if (preview?.jobId !== job.id) throw notFound('preview', id);
  return preview;
}
