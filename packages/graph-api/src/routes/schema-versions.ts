import { roleProblems, schemaDifference } from '@joinery/provisioning';
import type { Job, SchemaVersion, SchemaVersionInfo } from '@joinery/provisioning/ports';
import type * as contract from '../contract/index.ts';
import { badRequest, invalidText, notFound } from '../errors.ts';
import { readQueryOptions } from '../odata/query-options.ts';
import { presentList } from '../present/list.ts';
import { findSynchronizationTemplate } from '../present/template.ts';
import { ok, route, type Call, type Route } from '../route.ts';
import { findAnyJob } from './job-operation.ts';
import { auditVersion, authorOf } from './job-schema.ts';
import { auditJob } from './jobs.ts';

const path = '/jobs/:jobId/schema';
const activity = { activity: 'Update attribute mappings or scope', category: 'ProvisioningManagement' } as const;

/** Every saved version of a job's schema: list, read, compare, bring back. */
export const schemaVersionRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: `${path}/versions`,
    leastRole: 'Reports Reader',
    audit: 'none',
    async run(call) {
      const { top, skipToken } = readQueryOptions(call.query, ['$top', '$skiptoken']);
      const job = await findAnyJob(call);
      const before = skipToken === undefined ? {} : { before: readVersion(skipToken) };
      const versions = await call.api.jobs.listSchemaVersions(job.id, { top, ...before });
      const oldest = versions.at(-1)?.version;
      const next = versions.length < top || oldest === undefined || oldest === 1 ? undefined : String(oldest);
      return presentList(call, versions.map((one) => present(job, one)), next); // prettier-ignore
    },
  }),
  route({
    method: 'GET',
    path: `${path}/versions/:version`,
    leastRole: 'Reports Reader',
    audit: 'none',
    async run(call) {
      const job = await findAnyJob(call);
      const found = await findVersion(call, job, call.param('version'));
      const answer: contract.SchemaVersionWithSchema = { ...present(job, found), schema: found.schema };
      return ok(answer);
    },
  }),
  route({
    method: 'GET',
    path: `${path}/versions/:version/difference`,
    leastRole: 'Reports Reader',
    audit: 'none',
    async run(call) {
      const job = await findAnyJob(call);
      const from = await findVersion(call, job, call.param('version'));
      const to = await findVersion(call, job, call.query.get('with') ?? String(job.schemaVersion));
      const changes = schemaDifference(from.schema, to.schema).map((one) => ({ ...one, place: [...one.place] }));
      const answer: contract.SchemaDifference = { from: from.version, to: to.version, changes };
      return ok(answer);
    },
  }),
  route({
    method: 'POST',
    path: `${path}/versions/:version/restore`,
    leastRole: 'Cloud Application Administrator',
    audit: activity,
    async run(call) {
      const job = await findAnyJob(call);
      const owner = await findOwner(call, job);
      auditJob(call, owner, job);
      const { version, schema } = await findVersion(call, job, call.param('version'));
      return save(call, owner, job, schema, version);
    },
  }),
  route({
    method: 'POST',
    path: `${path}/restoreDefault`,
    leastRole: 'Cloud Application Administrator',
    audit: activity,
    async run(call) {
      const job = await findAnyJob(call);
      const owner = await findOwner(call, job);
      auditJob(call, owner, job);
      const application = await call.api.applications.getByServicePrincipal(job.servicePrincipalId);
      if (!application) throw notFound('service principal', job.servicePrincipalId);
      return save(call, owner, job, findSynchronizationTemplate(application, job.templateId).schema, undefined);
    },
  }),
];

type Owner = Parameters<typeof auditVersion>[1];

async function findOwner(call: Call<unknown>, job: Job): Promise<Owner> {
  const application = await call.api.applications.getByServicePrincipal(job.servicePrincipalId);
  return application ?? { servicePrincipalId: job.servicePrincipalId, displayName: '' };
}

/** Answers the version in use afterwards. */
async function save(
  call: Call<unknown>,
  owner: Owner,
  job: Job,
  schema: Job['schema'],
  restoredFrom: number | undefined,
) {
  const problems = roleProblems(schema, job.settings.scope);
  if (problems.length > 0) throw invalidText('The version does not go with the scope of the job', problems);
  const changed = await call.api.jobs.putSchema(job.id, schema, {
    by: authorOf(call),
    ...(restoredFrom === undefined ? {} : { restoredFrom }),
  });
  auditVersion(call, owner, job.schemaVersion, changed);
  return ok(present(changed, await findVersion(call, changed, String(changed.schemaVersion))));
}

function readVersion(text: string): number {
  const version = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (version < 1) throw badRequest(`"${text.slice(0, 20)}" is not the number of a schema version.`);
  return version;
}

async function findVersion(call: Call<unknown>, job: Job, text: string): Promise<SchemaVersion> {
  const found = await call.api.jobs.getSchemaVersion(job.id, readVersion(text));
  if (!found) throw notFound('schema version', text);
  return found;
}

function present(job: Job, one: SchemaVersionInfo): contract.SchemaVersion {
  return {
    version: one.version,
    savedDateTime: one.savedAt.toISOString(),
    savedBy: one.savedBy ?? null,
    restoredFrom: one.restoredFrom ?? null,
    isCurrent: one.version === job.schemaVersion,
  };
}
