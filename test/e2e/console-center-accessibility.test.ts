import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { accessibilityFaults, hasBrowser, startBrowser, type TestBrowser } from './browser.ts';
import { signInOn, startBothHalves, type BothHalves } from './center-console.ts';
import { addCinode, assign, createGroup, createUser, runCycle, saveCredentials } from './provisioning.ts';

const longName = 'Wolfeschlegelsteinhausenbergerdorff-Montgomery-Featherstonehaugh of the Northern Territories';

describe.skipIf(!hasBrowser)('every page of the admin center’s console', () => {
  let browser: TestBrowser;
  let halves: BothHalves;
  let base: string;
  let unconfigured: string;
  let quarantined: string;
  let group: string;
  let user: string;
  beforeAll(async () => {
    browser = await startBrowser('admin-center');
    halves = await startBothHalves();
    const { centerApi } = halves;
    const made = await createUser(centerApi, 'ada', { displayName: longName, jobTitle: 'Engineer' });
    user = made.id;
    group = (await createGroup(centerApi, 'Consultants', [user])).id;
    const gone = await createUser(centerApi, 'gone');
    await centerApi.call('DELETE', `/v1.0/users/${gone.id}`);
    const application = await addCinode(centerApi);
    base = `/enterprise-applications/${application.servicePrincipalId}`;
    await saveCredentials(centerApi, application, halves.tenantUrl, halves.token);
    await assign(centerApi, application, group);
    await runCycle(centerApi, application);
    const bare = await addCinode(centerApi);
    unconfigured = `/enterprise-applications/${bare.servicePrincipalId}`;
    await centerApi.call('DELETE', `${bare.path}/jobs/${bare.jobId}`);
    const wrong = await addCinode(centerApi);
    quarantined = `/enterprise-applications/${wrong.servicePrincipalId}`;
    await saveCredentials(centerApi, wrong, halves.tenantUrl, 'not-the-token');
    await assign(centerApi, wrong, user);
    await centerApi.call('POST', `${wrong.path}/jobs/${wrong.jobId}/start`);
  }, 400_000);
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await halves?.[Symbol.asyncDispose]();
  });

  interface Visit {
    readonly path: string;
    /** What is there when the page has its data. */
    readonly ready: (page: Page) => Promise<void>;
  }
  const text = (words: string | RegExp) => (page: Page) => page.getByText(words).first().waitFor();
  const opened = (button: string | RegExp) => async (page: Page) => {
    await page.getByRole('button', { name: button }).first().click();
    await page.getByRole('dialog').or(page.getByRole('alertdialog')).first().waitFor();
  };
  const visits = (): readonly Visit[] => [
    { path: '/enterprise-applications', ready: text('Healthy') },
    { path: '/enterprise-applications?search=nothing', ready: text('No application has this name') },
    { path: '/gallery', ready: text('by Cinode') },
    { path: '/gallery', ready: opened('Add Cinode') },
    { path: base, ready: text('Initial cycle completed') },
    { path: base, ready: opened('Stop provisioning') },
    { path: `${base}/users-and-groups`, ready: text('Consultants') },
    { path: `${base}/users-and-groups`, ready: opened('Add user/group') },
    { path: `${base}/provisioning`, ready: text('Admin Credentials') },
    { path: `${base}/attribute-mapping`, ready: text('Provision directory users') },
    { path: `${base}/attribute-mapping/User`, ready: text('externalId') },
    { path: `${base}/attribute-mapping/User`, ready: opened('Edit active') },
    { path: `${base}/attribute-mapping/User?preview=${user}`, ready: text(/would be in scope/) },
    {
      path: `${base}/attribute-mapping/User?preview=${user}`,
      ready: async (page) => {
        await page.getByRole('button', { name: 'Add scoping filter' }).click();
        await page.getByLabel('Attribute name').selectOption('otherMails');
        await text(/would not be in scope/)(page);
      },
    },
    {
      path: `${base}/attribute-mapping/User`,
      ready: async (page) => {
        await page.getByRole('combobox', { name: 'Person' }).click();
        await page.getByRole('option').first().waitFor();
      },
    },
    {
      path: `${base}/attribute-mapping/User`,
      ready: async (page) => {
        await page.getByRole('checkbox', { name: 'Delete' }).click();
        await page.getByRole('button', { name: 'Save' }).click();
        await page.getByRole('alertdialog').waitFor();
      },
    },
    { path: `${base}/attribute-mapping/Group`, ready: text('externalId') },
    { path: `${base}/attribute-mapping/User/attribute-list`, ready: text('nickName') },
    { path: `${base}/attribute-mapping/User/attribute-list`, ready: opened('Add attribute') },
    { path: `${base}/attribute-mapping/schema`, ready: text('Version 1') },
    { path: `${base}/attribute-mapping/schema?version=1`, ready: text('They are the same') },
    {
      path: `${base}/attribute-mapping/schema`,
      ready: async (page) => {
        await page.getByRole('button', { name: 'Edit', exact: true }).click();
        await page.getByRole('textbox', { name: 'Schema as JSON' }).fill('{');
        await text(/This is not JSON/)(page);
      },
    },
    { path: unconfigured, ready: text('Provisioning is not configured yet') },
    { path: `${unconfigured}/attribute-mapping`, ready: text('Provisioning is not configured yet') },
    { path: quarantined, ready: text('Provisioning has been quarantined') },
    { path: `${base}/provision-on-demand`, ready: text(longName) },
    {
      path: `${base}/provision-on-demand`,
      ready: async (page) => {
        await page.getByRole('radio').last().click();
        await page.getByRole('button', { name: 'Provision', exact: true }).click();
        await page.getByRole('button', { name: 'Provision another object' }).waitFor();
      },
    },
    {
      path: `${base}/provisioning-logs`,
      ready: (page) => page.getByRole('cell', { name: 'Create' }).first().waitFor(),
    },
    { path: `${base}/provisioning-logs`, ready: opened(longName) },
    { path: `${base}/audit-logs`, ready: text('Add service principal') },
    { path: '/provisioning-logs?search=nobody', ready: text('No entry') },
    { path: '/audit-logs', ready: text('Add user') },
    { path: '/audit-logs', ready: opened('Add user') },
    { path: '/gallery?search=nothing', ready: text('Nothing in the gallery has this name') },
    { path: '/users?search=nothing', ready: text('No user matches') },
    { path: '/users', ready: opened('New user') },
    { path: '/groups', ready: opened('New group') },
    { path: `/groups/${group}`, ready: opened('Add member') },
    { path: `/groups/${group}`, ready: opened('Delete group') },
    { path: '/notifications', ready: text('No notification') },
    { path: '/users', ready: text(longName) },
    { path: `/users/${user}`, ready: text('Object ID') },
    { path: '/groups', ready: text('Consultants') },
    { path: `/groups/${group}`, ready: text(longName) },
    { path: '/users/00000000-0000-4000-8000-000000000000', ready: text('This could not be loaded') },
    { path: '/deleted', ready: text('Restore') },
    { path: '/administrators', ready: text('Global Administrator') },
    { path: '/administrators', ready: opened('New administrator') },
    { path: '/nowhere', ready: text('There is no such page') },
  ];

  /** The page as it is, in both themes at both widths. */
  async function faultsEverywhere(page: Page, path: string): Promise<readonly string[]> {
    const found: string[] = [];
    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: 800 });
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await page.locator(`html[style*="color-scheme: ${colorScheme}"]`).waitFor();
        const faults = await accessibilityFaults(page);
        found.push(...faults.map((fault) => `${path} (${colorScheme}, ${width} px): ${fault}`));
      }
      const overflow = await page.evaluate<number>(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      if (overflow > 0) found.push(`${path}: at ${width} px the page is ${overflow} px wider than the window`);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
    return found;
  }

  test('has no fault that axe finds, in both themes at 1280 and 360 px', async () => {
    await using profile = await browser.open({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
    const { page, faults } = profile;
    const found: string[] = [];
    await page.goto(halves.center.url);
    await page.getByLabel('Password').waitFor();
    found.push(...(await faultsEverywhere(page, '/sign-in')));
    await page.goto(`${halves.center.url}/setup#token=x`);
    await page.getByLabel('Your name').waitFor();
    found.push(...(await faultsEverywhere(page, '/setup')));
    await signInOn(page, halves.center.url);
    for (const { path, ready } of visits()) {
      await page.goto(`${halves.center.url}${path}`);
      await ready(page);
      found.push(...(await faultsEverywhere(page, path)));
    }
    expect(found).toEqual([]);
    expect(faults).toEqual([]);
  }, 900_000);

  test('a Reports Reader sees what the role includes and is told of the rest', async () => {
    const reader = { email: 'reader@contoso.com', password: 'another horse battery', role: 'Reports Reader' };
    await halves.centerApi.call('POST', '/joinery/administrators', reader, 201);
    await using profile = await browser.open();
    const { page } = profile;
    await page.goto(halves.center.url);
    await page.getByLabel('E-mail address').fill(reader.email);
    await page.getByLabel('Password').fill(reader.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Healthy').waitFor();
    expect(await page.getByRole('link', { name: 'New application' }).count()).toBe(0);
    await page.goto(`${halves.center.url}${base}`);
    await page.getByText('Initial cycle completed').waitFor();
    expect(await page.getByRole('button', { name: 'Stop provisioning' }).count()).toBe(0);
    await page.goto(`${halves.center.url}/administrators`);
    await page.getByText('You do not have permission to see this').waitFor();
  }, 120_000);
});
