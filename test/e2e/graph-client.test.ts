import { Client } from '@microsoft/microsoft-graph-client';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import tls from 'node:tls';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createToken, signInTo, startCenter, startWorkspace, type Half } from './halves.ts';
import { temporaryFolder, until } from './processes.ts';
import { scim, type ScimUser } from './provisioning.ts';

// Microsoft's JavaScript client walks "Configure provisioning using Microsoft Graph APIs" over https.

const stack = new AsyncDisposableStack();
let workspaceHalf: Half;
let centerHalf: Half;
let graph: Client;

beforeAll(async () => {
  const folder = stack.use(await temporaryFolder());
  const certificate = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
    keySize: 2048,
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  });
  const files = join(folder.path, 'tls');
  await mkdir(files);
  await writeFile(join(files, 'cert.pem'), certificate.cert);
  await writeFile(join(files, 'key.pem'), certificate.private);
  // The throw-away certificate is trusted by this process only; everything below verifies it.
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), certificate.cert]);

  workspaceHalf = stack.use(await startWorkspace(['--data', folder.path]));
  centerHalf = stack.use(
    await startCenter(
      [
        '--data',
        folder.path,
        '--allow-target',
        `127.0.0.1:${workspaceHalf.port}`,
        '--tls-cert',
        join(files, 'cert.pem'),
        '--tls-key',
        join(files, 'key.pem'),
      ],
      {},
      'https',
    ),
  );
  const admin = await signInTo(centerHalf.url, '/joinery/session');
  const organization = await admin.call<{ tenantId: string }>('GET', '/joinery/me');
  const client = await admin.call<{ clientId: string; clientSecret: string }>('POST', '/joinery/clients', {
    displayName: 'script',
    role: 'Global Administrator',
  });

  async function accessToken(): Promise<string> {
    const answer = await fetch(`${centerHalf.url}/${organization.tenantId}/oauth2/v2.0/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: client.clientId,
        client_secret: client.clientSecret,
        scope: `${centerHalf.url}/.default`,
      }),
    });
    const body = (await answer.json()) as { access_token: string; token_type: string };
    expect(answer.status).toBe(200);
    return body.access_token;
  }
  graph = Client.initWithMiddleware({
    baseUrl: centerHalf.url,
    customHosts: new Set(['127.0.0.1']),
    authProvider: { getAccessToken: accessToken },
  });
}, 180_000);

afterAll(() => stack.disposeAsync());

test('template, instantiate, job, credentials, start, status and log, as the article does', async () => {
  const workspace = await signInTo(workspaceHalf.url, '/api/session');
  const { token, tenantUrl } = await createToken(workspace, 'graph');

  const templates = await graph.api('/applicationTemplates').filter("displayName eq 'Cinode'").get();
  expect(templates.value).toHaveLength(1);
  const { application, servicePrincipal } = await graph
    .api(`/applicationTemplates/${templates.value[0].id}/instantiate`)
    .post({ displayName: 'Cinode' });
  expect(application.appId).toBe(servicePrincipal.appId);

  const synchronization = `/servicePrincipals/${servicePrincipal.id}/synchronization`;
  const jobTemplates = await graph.api(`${synchronization}/templates`).get();
  const job = await graph.api(`${synchronization}/jobs`).post({ templateId: jobTemplates.value[0].id });
  expect(job).toMatchObject({
    templateId: jobTemplates.value[0].id,
    schedule: { state: 'Disabled' },
    status: { code: 'NotConfigured' },
  });

  const credentials = [
    { key: 'BaseAddress', value: tenantUrl },
    { key: 'SecretToken', value: token },
  ];
  await graph
    .api(`${synchronization}/jobs/${job.id}/validateCredentials`)
    .post({ useSavedCredentials: false, credentials });
  await expect(
    graph
      .api(`${synchronization}/jobs/${job.id}/validateCredentials`)
      .post({ useSavedCredentials: false, credentials: [credentials[0], { key: 'SecretToken', value: 'wrong' }] }),
  ).rejects.toMatchObject({ statusCode: 400 });
  await graph.api(`${synchronization}/secrets`).put({ value: credentials });

  const user = await graph.api('/users').post({
    accountEnabled: true,
    displayName: 'Ada Holm',
    givenName: 'Ada',
    surname: 'Holm',
    mailNickname: 'ada',
    userPrincipalName: 'ada.holm@contoso.com',
    passwordProfile: { forceChangePasswordNextSignIn: true, password: 'not-used-1A' },
  });
  const group = await graph
    .api('/groups')
    .post({ displayName: 'Architects', mailEnabled: false, mailNickname: 'architects', securityEnabled: true });
  await graph
    .api(`/groups/${group.id}/members/$ref`)
    .post({ '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${user.id}` });
  await graph
    .api(`/servicePrincipals/${servicePrincipal.id}/appRoleAssignedTo`)
    .post({ principalId: group.id, resourceId: servicePrincipal.id, appRoleId: application.appRoles[0].id });

  await graph.api(`${synchronization}/jobs/${job.id}/start`).post({});
  const status = await until('the initial cycle', async () => {
    const now = await graph.api(`${synchronization}/jobs/${job.id}`).get();
    return now.status.lastSuccessfulExecution ? now.status : undefined;
  });
  expect(status.code).toBe('Active');
  expect(status.lastSuccessfulExecution).toMatchObject({ state: 'Succeeded' });
  expect(status.synchronizedEntryCountByType).toEqual(
    expect.arrayContaining([expect.objectContaining({ key: 'User', value: 1 })]),
  );
  expect(Array.isArray(status.progress)).toBe(true);

  const entries = await graph
    .api('/auditLogs/provisioning')
    .filter(`jobId eq '${job.id}' and provisioningAction eq 'create'`)
    .get();
  expect(
    entries.value
      .map((entry: { sourceIdentity: { displayName: string } }) => entry.sourceIdentity.displayName)
      .toSorted(),
  ).toEqual(['Ada Holm', 'Architects']);
  expect(await scim(tenantUrl, token).find<ScimUser>('Users', 'userName eq "ada.holm@contoso.com"')).toMatchObject({
    active: true,
    externalId: user.id,
  });
}, 120_000);

test('errors arrive as Graph errors', async () => {
  await expect(graph.api('/users/00000000-0000-0000-0000-000000000001').get()).rejects.toMatchObject({
    statusCode: 404,
    code: 'Request_ResourceNotFound',
  });
  await expect(graph.api('/users').filter('nonsense').get()).rejects.toMatchObject({ statusCode: 400 });
  await expect(graph.api('/groups').post({ displayName: '' })).rejects.toMatchObject({ statusCode: 400 });
});
