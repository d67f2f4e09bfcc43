import { gzipSync } from 'node:zlib';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser, startBrowser, type TestBrowser, type TestPage } from './browser.ts';
import { inspect, sizes } from './inspect-page.ts';
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

/** Presses Tab until the element has the focus. */
async function tabUntil(page: Page, element: Locator): Promise<void> {
  await element.waitFor();
  for (let pressed = 0; pressed < 60; pressed++) {
    if (await element.evaluate((it) => it === it.ownerDocument.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('60 presses of Tab did not reach it');
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
    const opened = await browser.open({ viewport: sizes[0] });
    await opened.page.goto(url + path);
    await signInOn(opened.page);
    await opened.page.getByRole('navigation').first().waitFor();
    return opened;
  }

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
    await using opened = await browser.open({ viewport: sizes[0] });
    const { page } = opened;
    const { keyboard } = page;
    const tabTo = (element: Locator): Promise<void> => tabUntil(page, element);
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

  test('a rule, an OAuth client with a secret and a filter of the request log by keyboard alone', async () => {
    await using opened = await signedIn('/administration/rules');
    const { page } = opened;
    const { keyboard } = page;
    const tabTo = (element: Locator): Promise<void> => tabUntil(page, element);
    await tabTo(page.getByRole('textbox', { name: /^Domains/ }));
    await keyboard.type('contoso.example');
    await tabTo(page.getByRole('button', { name: 'Add group' }));
    await keyboard.press('Enter');
    await tabTo(page.getByRole('button', { name: 'Remove new group' }));
    await keyboard.press('Space');
    await page.getByText('No group grants a role.').waitFor();
    await tabTo(page.getByRole('button', { name: 'Save' }));
    await keyboard.press('Enter');
    await page.getByText('The rules are saved').first().waitFor();

    await tabTo(page.getByRole('link', { name: 'OAuth clients' }));
    await keyboard.press('Enter');
    await tabTo(page.getByRole('link', { name: 'Create client' }));
    await keyboard.press('Enter');
    await tabTo(page.getByRole('textbox', { name: 'Name' }));
    await keyboard.type('By keyboard');
    await keyboard.press('Enter');
    await tabTo(page.getByRole('link', { name: 'Add secret' }));
    await keyboard.press('Enter');
    await tabTo(page.getByRole('button', { name: 'Add secret' }));
    await keyboard.press('Enter');
    await tabTo(page.getByRole('button', { name: 'I have stored the secret' }));
    await keyboard.press('Enter');
    await tabTo(page.getByRole('button', { name: /^Revoke the secret/ }));
    await keyboard.press('Enter');
    await page.getByRole('alertdialog').waitFor();
    await keyboard.press('Escape');
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });

    await tabTo(page.getByRole('link', { name: 'Request log' }));
    await keyboard.press('Enter');
    await tabTo(page.getByLabel('Method', { exact: true }));
    await keyboard.type('PUT');
    await page.getByText('No request matches').waitFor();
    expect(new URL(page.url()).searchParams.get('method')).toBe('PUT');
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
