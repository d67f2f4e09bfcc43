import { product } from '@joinery/base';
import type * as contract from '../contract/index.ts';
import { readQueryOptions } from '../odata/query-options.ts';
import { presentList } from '../present/list.ts';
import { ok, route, type Route } from '../route.ts';

/** The center about itself. */
export const organizationRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/me',
    leastRole: 'Reports Reader',
    audit: 'none',
    async run(call) {
      const { principal, api } = call;
      const administrator = principal.type === 'administrator' ? await api.administrators.get(principal.id) : undefined;
      const me: contract.Me = {
        ...principal,
        email: administrator?.email ?? null,
        tenantId: api.settings.tenantId,
        csrfToken: call.csrfToken ?? null,
      };
      return ok(me);
    },
  }),
  route({
    method: 'GET',
    path: '/organization',
    leastRole: 'Reports Reader',
    audit: 'none',
    async run({ api }) {
      const organization: contract.Organization = {
        ...api.settings,
        tokenUrl: `${api.publicUrl()}/${api.settings.tenantId}/oauth2/v2.0/token`,
        mailIsSent: api.mailIsSent,
        version: product.version,
      };
      return ok(organization);
    },
  }),
  route({
    method: 'GET',
    path: '/mails',
    leastRole: 'Reports Reader',
    audit: 'none',
    async run(call) {
      const { top, skipToken } = readQueryOptions(call.query, ['$top', '$skiptoken']);
      const page = await call.api.mails.list({ top, ...(skipToken === undefined ? {} : { skipToken }) });
      const value = page.mails.map((mail): contract.Mail => ({
        id: mail.id,
        to: [...mail.to],
        subject: mail.subject,
        text: mail.text,
        createdDateTime: mail.createdDateTime.toISOString(),
        sentDateTime: mail.sentDateTime?.toISOString() ?? null,
        attempts: mail.attempts,
        error: mail.error ?? null,
      }));
      return presentList(call, value, page.next);
    },
  }),
];
