import { isGuid } from '@joinery/directory/ports';
import { badRequest } from '../errors.ts';
import { presentOverview } from '../present/job.ts';
import { presentList } from '../present/list.ts';
import { route, type Route } from '../route.ts';
import { toObjectId } from './groups.ts';

/** All jobs with their status in one answer; `?servicePrincipalId=` those of one application. */
export const jobOverviewRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/jobs',
    leastRole: 'Reports Reader',
    audit: 'none',
    async run(call) {
      const jobs = await call.api.jobs.list(readServicePrincipal(call.query));
      return presentList(call, await Promise.all(jobs.map((job) => presentOverview(call.api, job))));
    },
  }),
];

export function readServicePrincipal(query: URLSearchParams) {
  const id = query.get('servicePrincipalId');
  if (id === null) return undefined;
  if (!isGuid(id)) throw badRequest('servicePrincipalId is not the id of a service principal.');
  return toObjectId(id);
}
