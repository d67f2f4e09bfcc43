import { randomBytes } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser, startBrowser, type TestBrowser, type TestPage } from './browser.ts';
import { byText, inspect, inspectAll, sizes, type Visit } from './inspect-page.ts';
import {
  aToken,
  managementApi,
  scimClient,
  signInOn,
  startConsole,
  type ConsoleUnderTest,
} from './workspace-console.ts';

const administration = '/administration';
const integrations = '/administration/integrations';
const urn = 'urn:contoso:scim:schemas:1.0:Consulting';
const longName = 'Rhoshandiatellyneshiaunneveshenk Koyaanisquatsiuth Williams the Third of Her Name';

describe.skipIf(!hasBrowser)('every page of the tenant console in both themes at 1280 and 360 px', () => {
  let browser: TestBrowser;
  let running: ConsoleUnderTest;
  let url: string;
  beforeAll(async () => {
    browser = await startBrowser('workspace');
    running = await startConsole({ secretKey: randomBytes(32).toString('base64') });
    ({ url } = running.workspace);
  }, 300_000);
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await running?.[Symbol.asyncDispose]();
  });

  async function signedIn(path: string): Promise<TestPage> {
    const opened = await browser.open({ viewport: sizes[0] });
    await opened.page.goto(url + path);
    await signInOn(opened.page);
    await opened.page.getByRole('navigation').first().waitFor();
    return opened;
  }

  test('at the door', async () => {
    await using opened = await browser.open({ viewport: sizes[0] });
    const found = await inspectAll(opened, url, [
      byText('/', 'Administration of your workspace'),
      byText('/setup', 'This address has no set-up token.'),
      byText('/setup?token=x', 'Choose the sign-in of the first administrator.'),
    ]);
    expect(found).toEqual([]);
    expect(opened.faults).toEqual([]);
  }, 120_000);

  test('without anything in it, a page says what will be there', async () => {
    await using opened = await signedIn('/overview');
    const found = await inspectAll(opened, url, [
      byText('/overview', 'Requests appear here as they arrive.'),
      byText('/people', 'Nobody has been provisioned yet'),
      byText('/people?search=nobody', 'Nobody matches'),
      byText('/people/nobody', 'They may have been deleted by your identity provider.'),
      byText('/groups', 'No group has been provisioned yet'),
      byText(`${integrations}/tokens`, 'There is no token yet'),
      byText(`${integrations}/oauth-clients`, 'There is no OAuth client yet'),
      byText(`${integrations}/oauth-clients/none`, 'It may have been deleted, or belong to another workspace.'),
      byText(`${integrations}/webhooks`, 'There is no webhook yet'),
      byText(`${integrations}/guide/entra`, 'Waiting for the first request…'),
      byText(`${integrations}/requests`, 'No request has arrived yet'),
      byText(`${integrations}/requests?status=5xx`, 'No request matches'),
      byText(`${integrations}/self-check`, 'Not yet'),
      byText(`${administration}/rules`, 'No group grants a role.'),
      byText(`${administration}/schemas`, 'There is no extension yet'),
      byText(`${administration}/schemas/resource-types`, 'There is no resource type of your own yet'),
      byText('/nothing/here', 'There is no such page'),
    ]);
    expect(found).toEqual([]);
    expect(opened.faults).toEqual([]);
  }, 400_000);

  /** What long names, refusals and all kinds of set-up leave behind; answers addresses. */
  async function fill(): Promise<Readonly<Record<'tokenId' | 'client' | 'webhook' | 'person' | 'group', string>>> {
    const { id: tokenId, token, tenantUrl } = await aToken(url, `Token of the ${longName}`);
    const api = await managementApi(url);
    const client = String((await api('POST', '/api/oauth/clients', { name: `Client of ${longName}` }))['id']);
    const expires = new Date(Date.now() + 5 * 86_400_000).toISOString();
    await api('POST', `/api/oauth/clients/${client}/secrets`, { expires });
    const ending = String((await api('POST', '/api/oauth/clients', { name: 'Ending' }))['id']);
    await api('POST', `/api/oauth/clients/${ending}/secrets`, { expires });
    await api('POST', `/api/oauth/clients/${client}/federations`, {
      issuer: 'https://login.microsoftonline.com/5f3c9a0e-7b1d-4e59-9f0a-2c8d6b4e1a37/v2.0',
      jwksUrl: 'https://login.microsoftonline.com/5f3c9a0e-7b1d-4e59-9f0a-2c8d6b4e1a37/discovery/v2.0/keys',
      subject: 'c1b6f1a2-8d53-4a8f-b3a5-6f0d2f1e9c74',
      audiences: ['api://workspace', 'api://workspace/.default'],
    });
    const address = `https://hooks.a-very-long-subdomain.contoso.example/${'people/'.repeat(12)}`;
    const webhook = String((await api('POST', '/api/webhooks', { url: address }))['id']);
    await api('POST', '/api/schemas', {
      id: urn,
      name: 'Consulting',
      resourceType: 'User',
      attributes: [{ name: 'grade', type: 'string', canonicalValues: ['Junior', 'Senior', 'Partner'] }],
    });
    const schema = { id: 'urn:contoso:scim:schemas:1.0:Device', name: 'Device' };
    const attributes = [{ name: 'serialNumber', type: 'string', required: true }];
    await api('POST', '/api/resource-types', {
      name: 'Device',
      endpoint: '/Devices',
      schema: { ...schema, attributes },
    });
    const scim = scimClient(tenantUrl, token);
    const person = await scim.create('/Users', {
      userName: `${'rhoshandiatellyneshiaunneveshenk.'.repeat(3)}williams@a-very-long-subdomain.contoso.example`,
      displayName: longName,
      externalId: '7f0c1e9a-0d0f-4f6c-9d7e-0a1b2c3d4e5f',
      emails: [{ value: 'r@contoso.example', type: 'work', primary: true }],
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { department: 'Research', employeeNumber: '7' },
    });
    const group = await scim.create('/Groups', { displayName: `Friends of ${longName}`, members: [{ value: person }] });
    await scim.send('PATCH', `/Users/${person}`, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'Replace', path: 'active', value: 'False' }],
    });
    await scim.send('POST', '/Groups', { displayName: `Friends of ${longName}` });
    await api('PUT', '/api/rules', {
      verifiedDomains: ['contoso.example'],
      protectedAccounts: [person],
      protectsOwner: true,
      keepsSignInNameOnAdoption: true,
      roleGroups: [{ group: `Friends of ${longName}`, scimMayWrite: true }],
    });
    return { tokenId, client, webhook, person, group };
  }

  /** Opens the panel beside a list; answers its address. */
  async function panelOf(page: Page, path: string, row: string): Promise<string> {
    await page.goto(url + path);
    await page.getByRole('row').filter({ hasText: row }).first().getByRole('link').click();
    await page.getByRole('dialog').waitFor();
    const { pathname, search } = new URL(page.url());
    return pathname + search;
  }

  test('filled, with long names', async () => {
    const { tokenId, client, webhook, person, group } = await fill();
    await using opened = await signedIn(`${integrations}/requests?status=failed`);
    const { page } = opened;
    const request = await panelOf(page, `${integrations}/requests?status=failed`, '409');
    const entry = await panelOf(page, `${administration}/audit`, 'Changed the provisioning rules');
    const found: string[] = [];
    const pages: readonly Visit[] = [
      byText('/overview', 'The last secret of OAuth client'),
      byText('/people', longName),
      byText(`/people/${person}`, 'Extension enterprise'),
      { path: `/people/${person}/groups`, shows: (it) => it.getByRole('link', { name: /^Friends of/ }) },
      byText('/groups', /^Friends of/),
      { path: `/groups/${group}`, shows: (it) => it.getByRole('row', { name: new RegExp(longName) }) },
      byText(`/groups/${group}/attributes`, 'displayName'),
      byText(`${integrations}/tokens`, longName),
      byText(`${integrations}/tokens/new`, 'Read and write: what provisioning needs'),
      byText(`${integrations}/tokens/${tokenId}`, 'Requests with this token are accepted.'),
      byText(`${integrations}/tokens/${tokenId}/rotate`, 'The old secret works for'),
      byText(`${integrations}/guide/entra`, 'First request received'),
      byText(`${integrations}/guide/okta`, 'Test Connector Configuration'),
      byText(`${integrations}/requests`, '409'),
      byText(request, 'What to do'),
    ];
    found.push(...(await inspectAll(opened, url, pages)));
    found.push(...(await inspectAll(opened, url, pagesOfAccess(client, webhook))));
    found.push(...(await inspectAll(opened, url, [...pagesOfAdministration, byText(entry, 'What was asked for')])));
    expect(found).toEqual([]);
    expect(opened.faults).toEqual([]);
  }, 900_000);

  const pagesOfAccess = (client: string, webhook: string) => [
    byText(`${integrations}/oauth-clients`, '1 secret, 1 federation'),
    byText(`${integrations}/oauth-clients/new`, 'Access tokens live for'),
    byText(`${integrations}/oauth-clients/${client}`, 'api://workspace/.default'),
    byText(`${integrations}/oauth-clients/${client}/new-secret`, 'The other secrets of this client'),
    byText(`${integrations}/oauth-clients/${client}/new-federation`, 'Key set URL'),
    byText(`${integrations}/webhooks`, 'hooks.a-very-long-subdomain'),
    byText(`${integrations}/webhooks/new`, 'A person is created'),
    byText(`${integrations}/webhooks/${webhook}`, 'Failing'),
    byText(`${integrations}/webhooks/${webhook}/settings`, 'New signing secret'),
  ];

  const pagesOfAdministration = [
    byText(`${administration}/rules`, 'Whoever administers your identity provider'),
    byText(`${administration}/rules/reading`, 'Strict'),
    byText(`${administration}/schemas`, urn),
    byText(`${administration}/schemas/resource-types`, '/Devices'),
    byText(`${administration}/schemas/new/extension`, 'Definition'),
    byText(`${administration}/schemas/extension/${urn}`, 'one of Junior, Senior, Partner'),
    byText(`${administration}/schemas/extension/${urn}/definition`, 'While resources have values of it'),
    byText(`${administration}/schemas/resource-type/Device`, 'required'),
    byText(`${administration}/audit`, 'Added an extension'),
  ];

  test('forms with faults, a secret, a question, the self-check and the folded navigation', async () => {
    await using opened = await signedIn(`${integrations}/tokens/new`);
    const { page } = opened;
    await page.getByRole('button', { name: 'Create token' }).click();
    await page.getByText('Enter a name.').waitFor();
    const found = [...(await inspect(page, 'token without a name'))];
    await page.getByRole('textbox', { name: 'Name' }).fill('Shown once');
    await page.getByRole('button', { name: 'Create token' }).click();
    await page.getByText('The token cannot be shown again', { exact: false }).waitFor();
    found.push(...(await inspect(page, 'secret')));
    await page.getByRole('link', { name: 'People' }).click();
    await page.getByRole('alertdialog').waitFor();
    found.push(...(await inspect(page, 'leaving without the secret')));
    await page.getByRole('alertdialog').getByRole('button', { name: 'Leave', exact: true }).click();
    await page.goto(`${url}${integrations}/webhooks/new`);
    await page.getByRole('checkbox').first().waitFor();
    for (const box of await page.getByRole('checkbox').all()) await box.uncheck();
    await page.getByRole('button', { name: 'Create webhook' }).click();
    await page.getByText('Choose at least one.').waitFor();
    found.push(...(await inspect(page, 'webhook without events')));
    await page.goto(`${url}${integrations}/self-check`);
    await page.getByRole('button', { name: 'Run self-check' }).click();
    await page.getByRole('button', { name: 'Run again' }).waitFor();
    found.push(...(await inspect(page, 'self-check')));
    await page.setViewportSize(sizes[1]);
    await page.getByRole('button', { name: 'Open navigation' }).click();
    await page.getByRole('dialog').getByRole('link', { name: 'Audit log' }).click();
    await page.getByRole('heading', { level: 1, name: 'Audit log' }).waitFor();
    expect(found).toEqual([]);
    expect(opened.faults).toEqual([]);
  }, 300_000);
});
