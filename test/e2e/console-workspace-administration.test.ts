import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser, startBrowser, type TestBrowser, type TestPage } from './browser.ts';
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

describe.skipIf(!hasBrowser)('rules, schemas, logs and the self-check in the tenant console', () => {
  let browser: TestBrowser;
  let running: ConsoleUnderTest;
  let url: string;
  beforeAll(async () => {
    browser = await startBrowser('workspace');
    running = await startConsole();
    ({ url } = running.workspace);
  }, 300_000);
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await running?.[Symbol.asyncDispose]();
  });

  async function signedIn(path: string): Promise<TestPage> {
    const opened = await browser.open();
    await opened.page.goto(url + path);
    await signInOn(opened.page);
    await opened.page.getByRole('navigation').first().waitFor();
    return opened;
  }

  test('rules are saved and hold for the next request, whose refusal leads back to them', async () => {
    const { token, tenantUrl } = await aToken(url, 'Rules');
    const scim = scimClient(tenantUrl, token);
    const group = await scim.create('/Groups', { displayName: 'Administrators' });
    await using opened = await signedIn(`${administration}/rules`);
    const { page, faults } = opened;
    const domains = page.getByRole('textbox', { name: 'Domains, one per line' });
    await domains.fill('contoso.example\n@wrong');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('"@wrong" is no domain', { exact: false }).waitFor();
    await domains.fill('Contoso.example\n\ncontoso.example');
    await page.getByRole('textbox', { name: /^Accounts/ }).fill('owner@contoso.example');
    await page.getByRole('button', { name: 'Add group' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Enter the name or ID of a group', { exact: false }).waitFor();
    await page.getByRole('textbox', { name: 'Group' }).fill('Administrators');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The rules are saved').first().waitFor();
    expect(await (await managementApi(url))('GET', '/api/rules')).toEqual({
      verifiedDomains: ['contoso.example'],
      protectedAccounts: ['owner@contoso.example'],
      protectsOwner: true,
      keepsSignInNameOnAdoption: true,
      roleGroups: [{ group: 'Administrators', scimMayWrite: false }],
    });

    const guest = await scim.send('POST', '/Users', { userName: 'guest@fabrikam.example' });
    const renamed = await scim.send('PATCH', `/Groups/${group}`, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'replace', path: 'displayName', value: 'Other' }],
    });
    expect([guest.status, renamed.status]).toEqual([403, 403]);
    await page.getByRole('link', { name: 'Request log' }).click();
    const refused = page.getByRole('row').filter({ hasText: '403' }).filter({ hasText: 'POST' });
    await refused.getByRole('link').click();
    await page.getByText('See Provisioning rules', { exact: false }).waitFor();

    // Leaving a page that was changed asks first; what SCIM may write of a group is a choice with a warning.
    await page.goto(`${url}${administration}/rules`);
    await page.getByRole('checkbox', { name: 'Provisioning may change it' }).click();
    await page.getByText('Whoever administers your identity provider', { exact: false }).waitFor();
    await page.getByRole('link', { name: 'Tokens' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Remove Administrators' }).click();
    await domains.fill('');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('No group grants a role.').waitFor();
    await expect.poll(async () => (await scim.send('DELETE', `/Groups/${group}`)).status).toBe(204);
    expect(faults).toEqual([]);
  });

  test('strict reading refuses what is tolerated otherwise, and says who cannot live with it', async () => {
    const { token, tenantUrl } = await aToken(url, 'Strict');
    const scim = scimClient(tenantUrl, token);
    await using opened = await signedIn(`${administration}/rules/reading`);
    const { page } = opened;
    const strict = page.getByRole('switch', { name: 'Strict' });
    await strict.click();
    await page.getByText('Requests of Microsoft Entra ID and Okta will be refused', { exact: false }).waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The settings are saved').first().waitFor();
    expect((await scim.send('POST', '/Users', { userName: 'lax@contoso.example', active: 'True' })).status).toBe(400);
    await strict.click();
    await page.getByRole('button', { name: 'Save' }).click();
    await expect.poll(async () => (await managementApi(url))('GET', '/api/settings')).toMatchObject({ strict: false });
    expect((await scim.send('POST', '/Users', { userName: 'lax@contoso.example', active: 'True' })).status).toBe(201);
  });

  test('an extension is added, serves a person who shows it, is changed, and refused to go while it has values', async () => {
    const { token, tenantUrl } = await aToken(url, 'Schemas');
    const scim = scimClient(tenantUrl, token);
    await using opened = await signedIn(`${administration}/schemas`);
    const { page, faults } = opened;
    await page.getByText('There is no extension yet').waitFor();
    await page.getByRole('link', { name: 'Add extension' }).click();
    const definition = page.getByRole('textbox', { name: 'Definition' });
    const example = await definition.inputValue();
    await definition.fill('{ "id": ');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText('This is no JSON', { exact: false }).waitFor();
    await definition.fill(example.replace('"badge"', '"userName"'));
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('alert').getByText("must not be 'userName'", { exact: false }).waitFor();
    await definition.fill(example.replaceAll('urn:example', 'urn:contoso'));
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('link', { name: 'Consulting' }).click();
    await page.getByRole('row').filter({ hasText: 'grade' }).getByText('one of Junior, Senior, Partner').waitFor();

    const urn = 'urn:contoso:scim:schemas:1.0:Consulting';
    const person = await scim.create('/Users', { userName: 'c@contoso.example', [urn]: { grade: 'Senior' } });
    await page.goto(`${url}/people/${person}`);
    await page.getByRole('definition').filter({ hasText: 'Senior' }).waitFor();

    await page.goto(`${url}${administration}/schemas/extension/${urn}/definition`);
    await definition.fill((await definition.inputValue()).replace('"Partner"', '"Partner",\n"Fellow"'));
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The definition is saved').first().waitFor();
    await page.getByRole('link', { name: 'Attributes' }).click();
    await page.getByText('one of Junior, Senior, Partner, Fellow').waitFor();

    await page.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('It was not removed').first().waitFor();
    expect((await scim.send('DELETE', `/Users/${person}`)).status).toBe(204);
    await page.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('There is no extension yet').waitFor();
    expect(faults).toEqual([]);
  });

  test('a resource type is added and answers at its endpoint', async () => {
    const { token, tenantUrl } = await aToken(url, 'Types');
    await using opened = await signedIn(`${administration}/schemas/resource-types`);
    const { page } = opened;
    await page.getByText('There is no resource type of your own yet').waitFor();
    await page.getByRole('link', { name: 'Add resource type' }).click();
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('link', { name: 'Device' }).click();
    await page.getByRole('row').filter({ hasText: 'serialNumber' }).getByText('required; unique').waitFor();
    await scimClient(tenantUrl, token).create('/Devices', { serialNumber: '7' });
  });

  test('the request log is filtered by token, method, status and date, by its address too', async () => {
    const { token, tenantUrl } = await aToken(url, 'Filtered');
    const scim = scimClient(tenantUrl, token);
    const person = await scim.create('/Users', { userName: 'filtered@contoso.example' });
    await scim.send('GET', '/Users/not-there');
    await using opened = await signedIn(`${integrations}/requests`);
    const { page } = opened;
    const rows = page.getByRole('row');
    const choose = (label: string, choice: string) => page.getByLabel(label, { exact: true }).selectOption(choice);
    await choose('Token', 'Filtered');
    await expect.poll(() => rows.count()).toBe(3);
    await rows.filter({ hasText: '201' }).waitFor();
    await choose('Method', 'GET');
    await rows.filter({ hasText: '201' }).waitFor({ state: 'detached' });
    await rows.filter({ hasText: '404' }).waitFor();
    await choose('Status', 'Answered as asked (2xx)');
    await page.getByText('No request matches').waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await choose('Token', 'Filtered');
    await expect.poll(() => rows.count()).toBe(3);
    await choose('Date', 'On a day');
    await page.getByLabel('Day').fill('2001-02-03');
    await page.getByText('No request matches').waitFor();
    await choose('Date', 'Last hour');
    await rows.filter({ hasText: '404' }).getByRole('link').click();
    await page.getByRole('dialog').getByText('What to do').waitFor();

    // Its address shows the same list with the same request beside it.
    await page.reload();
    await page.getByRole('dialog').getByText('What to do').waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    await expect.poll(() => rows.count()).toBe(3);
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({ token: 'Filtered', date: '1' });
    expect(person).not.toBe('');
  });

  test('the audit log has what was done, with what was asked for, under an address of its own', async () => {
    await aToken(url, 'Audited');
    await using opened = await signedIn(`${administration}/audit`);
    const { page } = opened;
    const row = page.getByRole('row').filter({ hasText: 'Created a token' }).filter({ hasText: 'Audited' });
    await row.getByRole('link').click();
    const panel = page.getByRole('dialog');
    await panel.getByText('"name": "Audited"', { exact: false }).waitFor();
    expect(await panel.innerText()).not.toMatch(/joinery_/);
    await page.goto(page.url());
    await panel.getByText('"name": "Audited"', { exact: false }).waitFor();
    await page.goto(`${url}${administration}/audit?entry=018f0000-0000-7000-8000-000000000000`);
    await page.getByText('This entry is not in the audit log').waitFor();
  });

  test('the self-check passes, leaves nothing behind, and says what fails', async () => {
    await using opened = await signedIn(`${integrations}/self-check`);
    const { page, faults } = opened;
    await page.getByRole('button', { name: 'Run self-check' }).click();
    await page.getByText('Everything works').waitFor();
    expect(await page.getByText('Passed', { exact: true }).count()).toBe(17);
    const api = await managementApi(url);
    expect((await api('GET', '/api/users?search=self-check'))['total']).toBe(0);
    expect((await api('GET', '/api/groups?search=self-check'))['total']).toBe(0);
    const { tokens } = (await api('GET', '/api/tokens')) as { tokens: { name: string; state: string }[] };
    const made = tokens.filter(({ name }) => name.startsWith('Self-check'));
    expect(made.map(({ state }) => state)).toEqual(['revoked']);

    // Strict reading does not take what Entra sends; the check says so, and cleans up all the same.
    await api('PUT', '/api/settings', { strict: true, acceptUnknownMembers: false });
    await page.getByRole('button', { name: 'Run again' }).click();
    await page.getByText(/checks failed/).waitFor();
    await page.getByRole('row').filter({ hasText: '"Replace" in capitals' }).getByText('Answered 400').waitFor();
    expect((await api('GET', '/api/users?search=self-check'))['total']).toBe(0);
    await api('PUT', '/api/settings', { strict: false, acceptUnknownMembers: false });
    expect(faults).toEqual([]);
  });
});
