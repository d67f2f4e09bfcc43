import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser, startBrowser, type TestBrowser } from './browser.ts';
import {
  aToken,
  administrator,
  scimClient,
  signInOn,
  startConsole,
  type ConsoleUnderTest,
} from './workspace-console.ts';

const hourMs = 3_600_000;

describe.skipIf(!hasBrowser)('the tenant console', () => {
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

  test('from sign-in over a token, the first request, a person and rotation to revocation and the request log', async () => {
    await using opened = await browser.open({ permissions: ['clipboard-read', 'clipboard-write'] });
    const { page, faults } = opened;
    await page.goto(`${url}/`);
    await signInOn(page);
    await page.getByText('Waiting for the first request').waitFor();
    expect(new URL(page.url()).pathname).toBe('/overview');

    // Create a token.
    await page.getByRole('link', { name: 'Create token' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Entra production');
    expect(await page.getByRole('textbox', { name: 'Audience' }).inputValue()).toBe(`${url}/scim/v2`);
    await page.getByRole('button', { name: 'Create token' }).click();
    await page.getByRole('heading', { name: 'Token "Entra production" is ready' }).waitFor();

    // Leaving asks first; copy both values.
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Stay and copy it' }).click();
    const copied = async (label: string): Promise<string> => {
      await page.getByRole('button', { name: `Copy ${label}`, exact: true }).click();
      return page.evaluate<string>('navigator.clipboard.readText()');
    };
    const tenantUrl = await copied('Tenant URL');
    const token = await copied('Token');
    expect(tenantUrl).toBe(`${url}/scim/v2`);
    expect(token).toMatch(/^joinery_/);
    await page.getByRole('button', { name: 'I have stored the token' }).click();
    await page.getByRole('row', { name: /Entra production/ }).waitFor();
    expect(await page.content()).not.toContain(token);

    // Provision with them while the overview is looked at.
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByText('Waiting for the first request').waitFor();
    const scim = scimClient(tenantUrl, token);
    const person = await scim.create('/Users', {
      userName: 'ada@contoso.example',
      displayName: 'Ada Lovelace',
      name: { givenName: 'Ada', familyName: 'Lovelace' },
      title: 'Engineer',
    });
    const group = await scim.create('/Groups', { displayName: 'Engineering', members: [{ value: person }] });
    await page.getByRole('status').getByText('First request received').waitFor();

    // The person and the group are there.
    await page.getByRole('link', { name: 'People' }).first().click();
    const row = page.getByRole('row', { name: /Ada Lovelace/ });
    await row.getByText('Managed by SCIM').waitFor();
    await row.getByText('Active', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Ada Lovelace' }).click();
    await page.getByRole('definition').filter({ hasText: 'ada@contoso.example' }).waitFor();
    await page.getByRole('link', { name: 'Groups (1)' }).click();
    await page.getByRole('link', { name: 'Engineering' }).click();
    await page.getByRole('row', { name: /Ada Lovelace/ }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/groups/${group}`);

    // A leaver is shown without loading the page anew.
    await scim.send('PATCH', `/Users/${person}`, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'Replace', path: 'active', value: 'False' }],
    });
    await page
      .getByRole('row', { name: /Ada Lovelace/ })
      .getByText('Inactive')
      .waitFor();

    // Rotate: the old secret goes on working.
    await page.getByRole('link', { name: 'Tokens' }).click();
    await page.getByRole('link', { name: 'Entra production' }).click();
    await page.getByRole('link', { name: 'Rotate' }).click();
    await page.getByRole('button', { name: 'Create new secret' }).click();
    const rotated = await page.getByRole('textbox', { name: 'Token' }).inputValue();
    expect(rotated).not.toBe(token);
    expect((await scim.send('GET', '/Users?count=1')).status).toBe(200);
    expect((await scimClient(tenantUrl, rotated).send('GET', '/Users?count=1')).status).toBe(200);
    await page.getByRole('button', { name: 'I have stored the token' }).click();
    await page.getByRole('row').getByText('Being replaced').waitFor();

    // Revoke: the confirmation says what stops.
    const active = page.getByRole('row').filter({ hasText: 'Active' });
    await active.getByRole('link', { name: 'Entra production' }).click();
    await page.getByRole('button', { name: 'Revoke' }).click();
    const dialog = page.getByRole('alertdialog');
    await dialog.getByText(/nobody is created, changed or deactivated/).waitFor();
    await dialog.getByRole('button', { name: 'Revoke token' }).click();
    await page.getByRole('main').getByText('Revoked', { exact: true }).first().waitFor();
    expect((await scimClient(tenantUrl, rotated).send('GET', '/Users?count=1')).status).toBe(401);

    // The request log has the refusal, with what to do.
    await page.getByRole('link', { name: 'Request log' }).click();
    await page.getByLabel('Status', { exact: true }).selectOption('failed');
    await page.getByRole('row').filter({ hasText: '401' }).getByRole('link').click();
    const panel = page.getByRole('dialog');
    await panel.getByText('The bearer token was revoked.').waitFor();
    await panel.getByRole('heading', { name: 'What to do' }).waitFor();
    const address = page.url();
    expect(address).toContain('status=failed');

    // Its address leads to it again, and tolerated behavior is explained.
    await page.goto(address);
    await page.getByRole('dialog').getByText('The bearer token was revoked.').waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByLabel('Status', { exact: true }).selectOption('');
    await page.getByRole('row').filter({ hasText: 'PATCH' }).getByRole('link').click();
    await page.getByText(/A true\/false value came as text/).waitFor();
    expect(faults).toEqual([]);
  });

  test('a wrong password is said in words and the page asked for comes after the right one', async () => {
    await using opened = await browser.open();
    const { page } = opened;
    await page.goto(`${url}/people?state=inactive`);
    await page.getByLabel('E-mail address').fill(administrator.email);
    await page.getByLabel('Password').fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('The e-mail address or the password is wrong.').waitFor();
    expect(await page.getByLabel('Password').inputValue()).toBe('');
    await signInOn(page);
    await page.getByRole('heading', { level: 1, name: 'People' }).waitFor();
    expect(await page.getByRole('radio', { name: 'Inactive' }).isChecked()).toBe(true);
  });

  test('a session that ends leads to the sign-in, and back to the same page', async () => {
    await using opened = await browser.open();
    const { page } = opened;
    await page.goto(`${url}/groups`);
    await signInOn(page);
    await page.getByRole('heading', { level: 1, name: 'Groups' }).waitFor();
    running.advance(13 * hourMs);
    await page.getByRole('link', { name: 'Tokens' }).click();
    await page.getByText('Your session has ended.').waitFor();
    await signInOn(page);
    await page.getByRole('heading', { level: 1, name: 'Tokens' }).waitFor();
  });

  test('signing out leaves nothing to read', async () => {
    await using opened = await browser.open();
    const { page } = opened;
    await page.goto(`${url}/people`);
    await signInOn(page);
    await page.getByRole('heading', { level: 1, name: 'People' }).waitFor();
    await page.getByRole('button', { name: /^Account/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await page.getByText('Your session has ended.').count()).toBe(0);
    await page.reload();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });

  test('a page that follows what happens goes on after the server was away', async () => {
    await using alone = await startConsole();
    const { url: address, tenantUrl } = alone.workspace;
    const { token } = await aToken(address, 'away');
    await using opened = await browser.open();
    const { page } = opened;
    await page.goto(`${address}/administration/integrations/requests`);
    await signInOn(page);
    await page.getByText('No request has arrived yet').waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    await alone.stop();
    await page.getByText('Reconnecting…').waitFor();
    await alone.start();
    await page.getByText('Live', { exact: true }).waitFor();
    await scimClient(tenantUrl, token).create('/Users', { userName: 'after@contoso.example' });
    await page.getByRole('row', { name: /POST/ }).waitFor();
  });

  test('a name in use is said at its field', async () => {
    await using opened = await browser.open();
    const { page } = opened;
    const name = `Taken ${Date.now()}`;
    await aToken(url, name);
    await page.goto(`${url}/administration/integrations/tokens/new`);
    await signInOn(page);
    await page.getByRole('button', { name: 'Create token' }).click();
    await page.getByText('Enter a name.').waitFor();
    await page.getByRole('textbox', { name: 'Name' }).fill(name);
    await page.getByRole('button', { name: 'Create token' }).click();
    await page.getByText('A usable token has this name already', { exact: false }).waitFor();
    await page.getByRole('textbox', { name: 'Audience' }).fill('https://other.example/scim/v2');
    await page.getByText('requests here will be refused', { exact: false }).waitFor();
  });
});

describe.skipIf(!hasBrowser)('set-up', () => {
  test('the one-time link makes the first administrator, who is signed in; then it is spent', async () => {
    await using browser = await startBrowser('workspace');
    await using running = await startConsole({ isSetUp: false });
    const { setupUrl, url } = running.workspace;
    await using opened = await browser.open();
    const { page, faults } = opened;
    await page.goto(`${url}/setup`);
    await page.getByText('This address has no set-up token.').waitFor();
    await page.goto(setupUrl ?? '');
    await page.getByLabel('E-mail address').fill(administrator.email);
    await page.getByLabel('Password').fill('short');
    await page.getByRole('button', { name: 'Create administrator' }).click();
    await page.getByText('7 more characters needed.').waitFor();
    await page.getByLabel('Password').fill(administrator.password);
    await page.getByRole('button', { name: 'Create administrator' }).click();
    await page.getByRole('heading', { level: 1, name: 'Automatic provisioning' }).waitFor();
    await page.goto(setupUrl ?? '');
    await page.getByLabel('E-mail address').fill('second@contoso.example');
    await page.getByLabel('Password').fill(administrator.password);
    await page.getByRole('button', { name: 'Create administrator' }).click();
    await page.getByText('This set-up link has been used or has expired.', { exact: false }).waitFor();
    expect(faults).toEqual([]);
  });
});
