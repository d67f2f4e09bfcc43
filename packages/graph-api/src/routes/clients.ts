import { randomUUID } from 'node:crypto';
import { modified } from '../audit.ts';
import { hashSecret, mintSecret } from '../authentication/secret-text.ts';
import * as contract from '../contract/index.ts';
import { notFound } from '../errors.ts';
import type { ApiClient } from '../ports.ts';
import { presentList } from '../present/list.ts';
import { created, noContent, route, routeWithBody, type Route } from '../route.ts';

const category = 'ApplicationManagement';

/** Programs that call the API with OAuth 2.0 client credentials. */
export const clientRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/clients',
    leastRole: 'Global Administrator',
    audit: 'none',
    async run(call) {
      return presentList(call, (await call.api.administrators.listClients()).map(presentClient));
    },
  }),
  routeWithBody({
    method: 'POST',
    path: '/clients',
    leastRole: 'Global Administrator',
    audit: { activity: 'Add client', category },
    body: contract.NewClient,
    async run(call) {
      const clientSecret = mintSecret('client');
      const secretHash = hashSecret(clientSecret);
      if (!secretHash) throw new Error('invariant broken: a minted secret has no hash');
      const { displayName, role } = call.body;
      const client = await call.api.administrators.createClient({
        clientId: randomUUID(),
        displayName,
        role,
        secretHash,
      });
      call.audit.target({
        id: client.clientId,
        displayName,
        type: 'Client',
        modifiedProperties: [modified('Role', null, role)],
      });
      return created({ ...presentClient(client), clientSecret } satisfies contract.CreatedClient);
    },
  }),
  route({
    method: 'DELETE',
    path: '/clients/:id',
    leastRole: 'Global Administrator',
    audit: { activity: 'Delete client', category },
    async run(call) {
      call.audit.target({ id: call.param('id'), displayName: '', type: 'Client' });
      const client = await call.api.administrators.deleteClient(call.param('id'));
      if (!client) throw notFound('client', call.param('id'));
      call.audit.target({ id: client.clientId, displayName: client.displayName, type: 'Client' });
      return noContent;
    },
  }),
];

function presentClient({ clientId, displayName, role, createdDateTime }: ApiClient): contract.Client {
  return { clientId, displayName, role, createdDateTime: createdDateTime.toISOString() };
}
