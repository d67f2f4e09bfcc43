// The directory sync of @boxyhq/saml-jackson with its own storage in memory, behind the routes of its documentation.
import express from 'express';
import jackson from '@boxyhq/saml-jackson';
import { serve } from './serve.mjs';

const quiet = { info() {}, warn() {}, error: console.error };
const { directorySyncController } = await jackson.default({
  externalUrl: 'http://localhost',
  samlPath: '/sso/acs',
  db: { engine: 'mem' },
  logger: quiet,
  noAnalytics: true,
});
const { data: directory, error } = await directorySyncController.directories.create({
  tenant: 'contoso',
  product: 'peer',
  type: 'azure-scim-v2',
});
if (error) throw new Error(error.message);

const app = express();
app.use(express.json({ type: ['application/json', 'application/scim+json'], limit: '16mb' }));
app.all('/scim/v2/:resourceType{/:resourceId}', async (request, response) => {
  const { count, startIndex, filter } = request.query;
  const { status, data } = await directorySyncController.requests.handle(
    {
      method: request.method,
      body: request.body,
      directoryId: directory.id,
      resourceType: request.params.resourceType,
      resourceId: request.params.resourceId,
      apiSecret: (request.header('authorization') ?? '').replace(/^Bearer /, ''),
      query: {
        ...(count === undefined ? {} : { count: Number(count) }),
        ...(startIndex === undefined ? {} : { startIndex: Number(startIndex) }),
        filter,
      },
    },
    async () => {},
  );
  if (status === 204) response.status(204).end();
  else response.status(status).type('application/scim+json').send(JSON.stringify(data));
});
serve(app, () => '/scim/v2', directory.scim.secret);
