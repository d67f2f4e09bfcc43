import type { DirectoryGroup, DirectoryUser, EnterpriseApplication } from '@joinery/directory/ports';
import { brandId, type JobId } from '@joinery/base';
import type { Job } from '@joinery/provisioning/ports';
import { badRequest, notFound } from '../errors.ts';
import type { Call } from '../route.ts';

/** The user that the path names, by id or userPrincipalName. Throws `graph.not_found`. */
export async function findUser(call: Call<unknown>): Promise<DirectoryUser> {
  const user = await call.api.directory.getUser(call.param('id'));
  if (!user) throw notFound('user', call.param('id'));
  return user;
}

export async function findGroup(call: Call<unknown>): Promise<DirectoryGroup> {
  const group = await call.api.directory.getGroup(call.param('id'));
  if (!group) throw notFound('group', call.param('id'));
  return group;
}

/** By the service principal's id, or by `(appId='…')`. */
export async function findServicePrincipal(call: Call<unknown>): Promise<EnterpriseApplication> {
  const id = call.param('id');
  const appId = readAppId(id);
  const application = await (appId === undefined
    ? call.api.applications.getByServicePrincipal(id)
    : call.api.applications.getByAppId(appId));
  if (!application) throw notFound('service principal', appId ?? id);
  return application;
}

export async function findApplication(call: Call<unknown>): Promise<EnterpriseApplication> {
  const id = call.param('id');
  const appId = readAppId(id);
  const application = await (appId === undefined
    ? call.api.applications.getByApplication(id)
    : call.api.applications.getByAppId(appId));
  if (!application) throw notFound('application', appId ?? id);
  return application;
}

/** A job of the service principal that the path names. */
export async function findJob(call: Call<unknown>): Promise<{ application: EnterpriseApplication; job: Job }> {
  const application = await findServicePrincipal(call);
  const job = await call.api.jobs.get(brandId<JobId>(call.param('jobId')));
  if (!job || job.servicePrincipalId !== application.servicePrincipalId) {
    throw notFound('synchronization job', call.param('jobId'));
  }
  return { application, job };
}

export const appIdMark = 'appId=';

function readAppId(param: string): string | undefined {
  return param.startsWith(appIdMark) ? param.slice(appIdMark.length) : undefined;
}

/** A schema with the text of an enumeration: the member, or `graph.bad_request` with those that there are. */
export function requireOneOf<T extends string>(text: string, allowed: readonly T[], name: string): T {
  const found = allowed.find((one) => one.toLowerCase() === text.toLowerCase());
  if (found === undefined) throw badRequest(`${name}: "${text.slice(0, 100)}" is not one of ${allowed.join(', ')}.`);
  return found;
}
