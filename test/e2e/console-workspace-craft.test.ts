import { gzipSync } from 'node:zlib';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessibilityFaults, hasBrowser, startBrowser, type TestBrowser, type TestPage } from './browser.ts';
import {
  aToken,
  administrator,
  scimClient,
  signInOn,
  startConsole,
  type ConsoleUnderTest,
} from './workspace-console.ts';

const firstLoadBytesMax = 250_000;
const integrations = '/administration/integrations';
const longName = 'Rhoshandiatellyneshiaunneveshenk Koyaanisquatsiuth Williams the Third of Her Name';

interface Visit {
  readonly path: string;
  /** What is there once the page has been read. */
  readonly shows: (page: Page) => Locator;
}

const byText = (path: string, text: string | RegExp): Visit => ({
  path,
  shows: (page) => page.getByText(text).first(),
});

/** As it is, in both themes and on a small screen. */
async function inspect(page: Page, name: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.locator(`html[style*="color-scheme: ${colorScheme}"]`).waitFor({ state: 'attached' });
    for (const fault of await accessibilityFaults(page)) found.push(`${name}, ${colorScheme}: ${fault}`);
  }
  await page.setViewportSize({ width: 360, height: 800 });
  const beyond = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
  if (beyond > 0) found.push(`${name}: ${beyond} px wider than a screen of 360 px`);
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.emulateMedia({ colorScheme: 'light' });
  return found;
}

async function inspectAll({ page }: TestPage, url: string, visits: readonly Visit[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { path, shows } of visits) {
    await page.goto(url + path);
    await shows(page).waitFor();
    found.push(...(await inspect(page, path)));
  }
  return found;
}

describe.skipIf(!hasBrowser)('the tenant console, as people with different eyes, hands and screens use it', () => {
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
    const opened = await browser.open({ viewport: { width: 1440, height: 900 } });
    await opened.page.goto(url + path);
    await signInOn(opened.page);
    await opened.page.getByRole('navigation').first().waitFor();
    return opened;
  }

  test('empty pages say what will be there, without accessibility faults in either theme or overflow at 360 px', async () => {
    await using signIn = await browser.open({ viewport: { width: 1440, height: 900 } });
    const atTheDoor = await inspectAll(signIn, url, [
      byText('/', 'Administration of your workspace'),
      byText('/setup', 'This address has no set-up token.'),
      byText('/setup?token=x', 'Choose the sign-in of the first administrator.'),
    ]);
    await using opened = await signedIn('/overview');
    const found = await inspectAll(opened, url, [
      byText('/overview', 'Requests appear here as they arrive.'),
      byText('/people', 'Nobody has been provisioned yet'),
      byText('/people?search=nobody', 'Nobody matches'),
      byText('/people/nobody', 'They may have been deleted by your identity provider.'),
      byText('/groups', 'No group has been provisioned yet'),
      byText(`${integrations}/tokens`, 'There is no token yet'),
      byText(`${integrations}/guide/entra`, 'Waiting for the first request…'),
      byText(`${integrations}/requests`, 'No request has arrived yet'),
      byText('/nothing/here', 'There is no such page'),
    ]);
    expect([...atTheDoor, ...found]).toEqual([]);
    expect([...signIn.faults, ...opened.faults]).toEqual([]);
  }, 240_000);

  test('filled pages, with long names, have no accessibility faults in either theme and no overflow at 360 px', async () => {
    const { id: tokenId, token, tenantUrl } = await aToken(url, `Token of the ${longName}`);
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
    await using opened = await signedIn(`${integrations}/requests?failed=true`);
    const { page } = opened;
    await page.getByRole('row').filter({ hasText: '409' }).getByRole('link').click();
    await page.getByRole('heading', { name: 'What to do' }).waitFor();
    const panel = new URL(page.url());
    const found = await inspectAll(opened, url, [
      byText('/overview', 'Receiving requests'),
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
      byText(panel.pathname + panel.search, 'What to do'),
    ]);
    expect(found).toEqual([]);
    expect(opened.faults).toEqual([]);
  }, 240_000);

  test('a list that cannot be read says so and is read again on demand', async () => {
    await using opened = await signedIn('/overview');
    const { page, context } = opened;
    await context.route('**/api/groups*', (route) =>
      route.fulfill({
        status: 503,
        contentType: 'application/problem+json',
        body: JSON.stringify({ title: 'Service Unavailable', status: 503, detail: 'away', code: 'store.unavailable' }),
      }),
    );
    await page.goto(`${url}/groups`);
    await page.getByRole('alert').getByText('cannot reach its database').waitFor();
    expect(await inspect(page, 'error')).toEqual([]);
    await context.unroute('**/api/groups*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('alert').waitFor({ state: 'detached' });
  });

  test('more people than fit a page are turned page by page, and found by search', async () => {
    const { token, tenantUrl } = await aToken(url, 'pages');
    const scim = scimClient(tenantUrl, token);
    for (let index = 100; index < 155; index++) {
      await scim.create('/Users', { userName: `paged-${index}@contoso.example`, name: { familyName: 'Paged' } });
    }
    await using opened = await signedIn('/people?search=paged');
    const { page } = opened;
    await page.getByText('1–50 of 55').waitFor();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText('51–55 of 55').waitFor();
    await page.getByRole('link', { name: 'paged-154@contoso.example' }).waitFor();
    await page.getByRole('button', { name: 'Previous' }).click();
    await page.getByText('1–50 of 55').waitFor();
    await page.getByRole('searchbox').fill('paged-133');
    await page.getByRole('link', { name: 'paged-133@contoso.example' }).waitFor();
    await page.getByRole('link', { name: 'paged-100@contoso.example' }).waitFor({ state: 'detached' });
    expect(new URL(page.url()).searchParams.get('search')).toBe('paged-133');
  });

  test('the way from sign-in to a token and its revocation by keyboard alone', async () => {
    await using opened = await browser.open({ viewport: { width: 1440, height: 900 } });
    const { page } = opened;
    const { keyboard } = page;
    /** Presses Tab until the element has the focus. */
    async function tabTo(element: Locator): Promise<void> {
      await element.waitFor();
      for (let pressed = 0; pressed < 60; pressed++) {
        if (await element.evaluate((it) => it === it.ownerDocument.activeElement)) return;
        await keyboard.press('Tab');
      }
      throw new Error('60 presses of Tab did not reach it');
    }
    await page.goto(`${url}${integrations}/tokens`);
    await tabTo(page.getByLabel('E-mail address'));
    await keyboard.type(administrator.email);
    await keyboard.press('Tab');
    await keyboard.type(administrator.password);
    await keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Tokens' }).waitFor();
    await tabTo(page.getByRole('link', { name: 'Skip to content' }));
    await keyboard.press('Enter');
    await tabTo(page.getByRole('link', { name: 'Create token' }));
    await keyboard.press('Enter');
    await tabTo(page.getByRole('textbox', { name: 'Name' }));
    await keyboard.type('By keyboard');
    await tabTo(page.getByRole('radio', { name: /^Read and write/ }));
    await keyboard.press('ArrowDown');
    expect(await page.getByRole('radio', { name: /^Read only/ }).isChecked()).toBe(true);
    await tabTo(page.getByRole('button', { name: 'Create token' }));
    await keyboard.press('Enter');
    await tabTo(page.getByRole('button', { name: 'Copy Token', exact: true }));
    await tabTo(page.getByRole('button', { name: 'I have stored the token' }));
    await keyboard.press('Enter');
    await tabTo(page.getByRole('link', { name: 'By keyboard' }));
    await keyboard.press('Enter');
    await tabTo(page.getByRole('button', { name: 'Revoke' }));
    await keyboard.press('Enter');
    await page.getByRole('alertdialog').waitFor();
    await keyboard.press('Escape');
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    await tabTo(page.getByRole('button', { name: 'Revoke' }));
    await keyboard.press('Enter');
    await tabTo(page.getByRole('alertdialog').getByRole('button', { name: 'Revoke token' }));
    await keyboard.press('Enter');
    await page.getByText('Requests with this token are refused.').waitFor();
  });

  test('the first load is at most 250 kB', async () => {
    await using opened = await browser.open();
    const { page } = opened;
    const loaded: Promise<number>[] = [];
    page.on('response', (response) => {
      const isProgram = /\.(js|css|svg|html)$|\/overview$/.test(new URL(response.url()).pathname);
      if (isProgram) loaded.push(response.body().then((body) => gzipSync(body).length));
    });
    await page.goto(`${url}/overview`);
    await signInOn(page);
    await page.getByRole('heading', { level: 1, name: 'Automatic provisioning' }).waitFor();
    const bytes = (await Promise.all(loaded)).reduce((sum, size) => sum + size, 0);
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThanOrEqual(firstLoadBytesMax);
  });
});
