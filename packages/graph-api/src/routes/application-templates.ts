import { galleryTemplates, getGalleryTemplate } from '@joinery/provisioning';
import * as contract from '../contract/index.ts';
import { badRequest, notFound } from '../errors.ts';
import type { ODataFilter } from '../odata/filter.ts';
import { readQueryOptions } from '../odata/query-options.ts';
import { presentApplication, presentServicePrincipal } from '../present/application.ts';
import { presentEntity, presentPage } from '../present/collection.ts';
import { presentTemplate } from '../present/template.ts';
import { created, ok, route, routeWithBody, type Route } from '../route.ts';

/** The application gallery. @see https://learn.microsoft.com/graph/api/resources/applicationtemplate */
export const applicationTemplateRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/applicationTemplates',
    leastRole: 'Cloud Application Administrator',
    audit: 'none',
    async run(call) {
      const options = readQueryOptions(call.query, ['$filter', '$top', '$count', '$search', '$skiptoken', '$select']);
      const search = options.search?.toLowerCase();
      const all = galleryTemplates
        .map(presentTemplate)
        .filter((template) => options.filter === undefined || matches(options.filter, template))
        .filter((template) => search === undefined || template.displayName.toLowerCase().includes(search));
      const from = readPosition(options.skipToken);
      const next = from + options.top < all.length ? String(from + options.top) : undefined;
      return presentPage(call, 'applicationTemplates', {
        value: all.slice(from, from + options.top),
        next,
        count: options.count ? all.length : undefined,
      });
    },
  }),
  route({
    method: 'GET',
    path: '/applicationTemplates/:id',
    leastRole: 'Cloud Application Administrator',
    audit: 'none',
    async run(call) {
      const template = getGalleryTemplate(call.param('id'));
      if (!template) throw notFound('application template', call.param('id'));
      return ok(presentEntity(call, 'applicationTemplates', presentTemplate(template)));
    },
  }),
  routeWithBody({
    method: 'POST',
    path: '/applicationTemplates/:id/instantiate',
    leastRole: 'Cloud Application Administrator',
    audit: { activity: 'Add service principal', category: 'ApplicationManagement' },
    body: contract.Instantiation,
    async run(call) {
      const template = getGalleryTemplate(call.param('id'));
      if (!template) throw notFound('application template', call.param('id'));
      const application = await call.api.applications.create({
        displayName: call.body.displayName,
        applicationTemplateId: template.id,
        appRoles: template.appRoles,
      });
      call.audit.target({
        id: application.servicePrincipalId,
        displayName: application.displayName,
        type: 'ServicePrincipal',
      });
      return created({
        '@odata.context': `${call.root}/$metadata#microsoft.graph.applicationServicePrincipal`,
        application: presentApplication(application),
        servicePrincipal: presentServicePrincipal(application),
      });
    },
  }),
];

/** The gallery is a short list in memory: `displayName` and `id` with `eq`, `contains`, `startswith`. */
function matches(filter: ODataFilter, template: contract.ApplicationTemplate): boolean {
  if ('operands' in filter) {
    const outcomes = filter.operands.map((operand) => matches(operand, template));
    return filter.kind === 'and' ? !outcomes.includes(false) : outcomes.includes(true);
  }
  if (filter.kind === 'not') return !matches(filter.operand, template);
  if (filter.kind === 'in' || filter.kind === 'any' || !['displayName', 'id'].includes(filter.path)) {
    throw badRequest('$filter: application templates can be filtered by displayName and id.');
  }
  const comparison = filter.kind === 'compare' ? filter.operator : filter.name;
  const actual = (filter.path === 'id' ? template.id : template.displayName).toLowerCase();
  const wanted = filter.value.kind === 'string' || filter.value.kind === 'bare' ? filter.value.text.toLowerCase() : '';
  switch (comparison) {
    case 'eq':
      return actual === wanted;
    case 'ne':
      return actual !== wanted;
    case 'contains':
      return actual.includes(wanted);
    case 'startswith':
      return actual.startsWith(wanted);
    default:
      throw badRequest(`$filter: ${comparison} is not supported for application templates.`);
  }
}

function readPosition(skipToken: string | undefined): number {
  if (skipToken === undefined) return 0;
  if (!/^\d{1,6}$/.test(skipToken)) throw badRequest('The $skiptoken is not one of ours.');
  return Number(skipToken);
}
