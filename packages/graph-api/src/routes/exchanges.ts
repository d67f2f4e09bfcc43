import type { Exchange } from '@joinery/connector-kit/ports';
import type * as contract from '../contract/index.ts';
import { notFound } from '../errors.ts';
import { presentPage } from '../present/collection.ts';
import { route, type Route } from '../route.ts';

/** What was sent for an entry of the provisioning log, and what came back. An answer may hold more of a person than is mapped. */
export const exchangeRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/auditLogs/provisioning/:id/exchanges',
    leastRole: 'Cloud Application Administrator',
    audit: 'none',
    async run(call) {
      const exchanges = await call.api.provisioningLog.listExchanges(call.param('id'));
      if (!exchanges) throw notFound('provisioning log entry', call.param('id'));
      return presentPage(call, 'exchanges', { value: exchanges.map(presentExchange), next: undefined });
    },
  }),
];

const presentHeaders = (headers: Exchange['requestHeaders']) => headers.map(([name, value]) => ({ name, value }));

function presentExchange(exchange: Exchange): contract.Exchange {
  return {
    startedDateTime: new Date(exchange.startedAt).toISOString(),
    durationInMilliseconds: Math.round(exchange.durationMs),
    method: exchange.method,
    url: exchange.url,
    requestHeaders: presentHeaders(exchange.requestHeaders),
    requestBody: exchange.requestBody ?? null,
    status: exchange.status ?? null,
    responseHeaders: presentHeaders(exchange.responseHeaders),
    responseBody: exchange.responseBody ?? null,
    failure: exchange.failure ?? null,
  };
}
