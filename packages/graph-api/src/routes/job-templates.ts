import { presentPage, presentEntity } from '../present/collection.ts';
import {
  findSynchronizationTemplate,
  listSynchronizationTemplates,
  presentSynchronizationTemplate,
} from '../present/template.ts';
import { ok, route, type Call, type Route } from '../route.ts';
import { findApplication, findServicePrincipal } from './find.ts';

/** Synchronization templates of an enterprise application, under its service principal and under its application. */
export const jobTemplateRoutes: readonly Route[] = (
  [
    ['/servicePrincipals/:id/synchronization/templates', findServicePrincipal],
    ['/applications/:id/synchronization/templates', findApplication],
  ] as const
).flatMap(([path, find]) => [
  route({
    method: 'GET',
    path,
    leastRole: 'Cloud Application Administrator',
    audit: 'none',
    async run(call) {
      const application = await find(call);
      const value = listSynchronizationTemplates(application).map((template) =>
        presentSynchronizationTemplate(template, application),
      );
      return presentPage(call, context(call), { value, next: undefined });
    },
  }),
  route({
    method: 'GET',
    path: `${path}/:templateId`,
    leastRole: 'Cloud Application Administrator',
    audit: 'none',
    async run(call) {
      const application = await find(call);
      const template = findSynchronizationTemplate(application, call.param('templateId'));
      return ok(presentEntity(call, context(call), presentSynchronizationTemplate(template, application)));
    },
  }),
  route({
    method: 'GET',
    path: `${path}/:templateId/schema`,
    leastRole: 'Cloud Application Administrator',
    audit: 'none',
    async run(call) {
      const template = findSynchronizationTemplate(await find(call), call.param('templateId'));
      return ok(presentEntity(call, `${context(call)}/schema`, template.schema));
    },
  }),
]);

const context = (call: Call<unknown>) => `servicePrincipals('${call.param('id')}')/synchronization/templates`;
