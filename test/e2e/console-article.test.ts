import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { hasBrowser, startBrowser, type TestBrowser } from './browser.ts';
import { signInOn, startBothHalves, toast, type BothHalves } from './center-console.ts';
import { administrator } from './halves.ts';
import { createGroup, createUser } from './provisioning.ts';

const cycle = { timeout: 180_000 };

/**
 * "Configure Cinode for automatic user provisioning", done by a person in the two consoles: from the workspace's sign-in to
 * people who are visible there, then joiner, mover, member out and in, leaver, each seen on the workspace's own pages.
 */
describe.skipIf(!hasBrowser)('the article in two consoles', () => {
  let browser: TestBrowser;
  let halves: BothHalves;
  beforeAll(async () => {
    browser = await startBrowser('admin-center', 'workspace');
    halves = await startBothHalves();
  }, 300_000);
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await halves?.[Symbol.asyncDispose]();
  });

  test('token, application, assignment, credentials, start, and every later change', async () => {
    const ada = await createUser(halves.centerApi, 'ada', { givenName: 'Ada', surname: 'Lovelace' });
    await createGroup(halves.centerApi, 'Consultants', [ada.id]);
    await using workspaceProfile = await browser.open({ viewport: { width: 1280, height: 900 } });
    await using centerProfile = await browser.open({ viewport: { width: 1280, height: 900 } });
    const [workspace, center] = [workspaceProfile.page, centerProfile.page];

    const { tenantUrl, token } = await createToken(workspace, halves.workspace.url);
    await signInOn(center, halves.center.url);
    await addApplication(center);
    await assignGroup(center);
    await configure(center, tenantUrl, token);

    // Start, and see the initial cycle end without loading anew.
    await center.getByRole('link', { name: 'Overview' }).click();
    await center.getByRole('button', { name: 'Start provisioning', exact: true }).click();
    await center.getByText('Initial cycle completed').waitFor(cycle);
    await workspace.getByRole('link', { name: 'People' }).first().click();
    const person = (name: string) => workspace.getByRole('row', { name: new RegExp(name) });
    await person('ada@contoso.com').getByText('Managed by SCIM').waitFor(cycle);
    await person('ada@contoso.com').getByText('Active', { exact: true }).waitFor();

    // Joiner: created and added to the group in the browser.
    await addUser(center);
    await addToGroup(center);
    await person('grace@contoso.com').getByText('Active', { exact: true }).waitFor(cycle);

    // Member in and out, on the group's page of the workspace.
    await workspace.getByRole('link', { name: 'Groups' }).first().click();
    await workspace.getByRole('link', { name: 'Consultants' }).click();
    await person('grace@contoso.com').waitFor(cycle);
    await center.getByRole('button', { name: 'Remove Grace Hopper' }).click();
    await center.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
    await person('grace@contoso.com').waitFor({ state: 'detached', ...cycle });
    await person('ada@contoso.com').waitFor();
    // The group was her only reason for an account.
    await workspace.getByRole('link', { name: 'People' }).first().click();
    await person('grace@contoso.com').getByText('Inactive', { exact: true }).waitFor(cycle);
    await addToGroup(center);
    await person('grace@contoso.com').getByText('Active', { exact: true }).waitFor(cycle);

    // Mover: a title in the browser.
    await center.getByRole('row', { name: /Grace Hopper/ }).getByRole('link').click(); // prettier-ignore
    await center.getByLabel('Job title').fill('Rear Admiral');
    await center.getByRole('button', { name: 'Save' }).click();
    await workspace.getByRole('link', { name: 'grace@contoso.com' }).click();
    await workspace.getByRole('definition').filter({ hasText: 'Rear Admiral' }).waitFor(cycle);

    // Leaver: the account is disabled after the confirmation that says what will happen.
    await center.getByRole('switch', { name: 'Account enabled' }).click();
    await center.getByRole('button', { name: 'Save' }).click();
    await center.getByRole('alertdialog').getByRole('button', { name: 'Disable' }).click();
    await workspace.getByRole('main').getByText('Inactive', { exact: true }).first().waitFor(cycle);

    await readLogAndProvisionOnDemand(center);
    expect(centerProfile.faults).toEqual([]);
    expect(workspaceProfile.faults).toEqual([]);
  }, 900_000);
});

async function createToken(page: Page, url: string): Promise<{ tenantUrl: string; token: string }> {
  await page.goto(url);
  await page.getByLabel('E-mail address').fill(administrator.email);
  await page.getByLabel('Password').fill(administrator.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('link', { name: 'Tokens' }).click();
  await page.getByRole('link', { name: 'Create token' }).first().click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Contoso Entra');
  await page.getByRole('button', { name: 'Create token' }).click();
  const tenantUrl = await page.getByRole('textbox', { name: 'Tenant URL' }).inputValue();
  const token = await page.getByRole('textbox', { name: 'Token', exact: true }).inputValue();
  await page.getByRole('button', { name: 'I have stored the token' }).click();
  await page.getByRole('row', { name: /Contoso Entra/ }).waitFor();
  return { tenantUrl, token };
}

async function addApplication(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1, name: 'Enterprise applications' }).waitFor();
  await page.getByRole('link', { name: 'Application gallery' }).click();
  await page.getByRole('searchbox', { name: 'Search the gallery' }).fill('cino');
  await page.getByRole('button', { name: 'Add Cinode' }).click();
  await page.getByLabel('Name of the enterprise application').fill('Cinode by mouse');
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('heading', { level: 1, name: 'Cinode by mouse' }).waitFor();
}

async function assignGroup(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Users and groups' }).click();
  await page.getByRole('button', { name: 'Add user/group' }).click();
  await page.getByRole('dialog').getByRole('searchbox').fill('consult');
  await page.getByRole('checkbox', { name: /Consultants/ }).click();
  await page.getByRole('button', { name: 'Assign 1' }).click();
  await page.getByRole('row', { name: /Consultants/ }).waitFor();
}

/** A wrong token is said in words, the right one passes; what is saved is not shown again. */
async function configure(page: Page, tenantUrl: string, token: string): Promise<void> {
  await page.getByRole('link', { name: 'Provisioning', exact: true }).click();
  await page.getByRole('button', { name: 'Get started' }).click();
  await page.getByLabel('Tenant URL').fill(tenantUrl);
  expect(await page.getByLabel('Tenant URL').getAttribute('placeholder')).toBe('https://api.cinode.app/scim/v2');
  await page.getByLabel('Secret Token').fill('wrong');
  await page.getByRole('button', { name: 'Test Connection' }).click();
  await page.getByText('The connection failed').waitFor();
  await page.getByLabel('Secret Token').fill(token);
  await page.getByRole('button', { name: 'Test Connection' }).click();
  await page.getByText('The application answers and accepts the credentials').waitFor();
  await page.getByLabel('Notification Email').fill('it@contoso.com');
  await page.getByRole('checkbox', { name: 'Send an email notification when a failure occurs' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await toast(page, 'Credentials and settings were saved');
  expect(await page.getByLabel('Secret Token').inputValue()).toBe('');
}

async function addUser(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Users', exact: true }).click();
  await page.getByRole('button', { name: 'New user' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Display name').fill('Grace Hopper');
  await dialog.getByLabel('User principal name').fill('grace@contoso.com');
  await dialog.getByLabel('First name').fill('Grace');
  await dialog.getByLabel('Last name').fill('Hopper');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('heading', { level: 1, name: 'Grace Hopper' }).waitFor();
}

async function addToGroup(page: Page): Promise<void> {
  const navigation = page.getByRole('navigation', { name: 'Navigation' });
  await navigation.getByRole('link', { name: 'Groups', exact: true }).click();
  await page.getByRole('link', { name: 'Consultants' }).click();
  await page.getByRole('button', { name: 'Add member' }).click();
  await page.getByRole('dialog').getByRole('searchbox').fill('grace');
  await page.getByRole('checkbox', { name: /Grace Hopper/ }).click();
  await page.getByRole('button', { name: 'Add 1' }).click();
  await page.getByRole('row', { name: /Grace Hopper/ }).waitFor();
}

async function readLogAndProvisionOnDemand(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Enterprise applications' }).click();
  await page.getByRole('link', { name: 'Cinode by mouse' }).click();
  await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Provisioning logs' }).click();
  await page.getByRole('combobox', { name: 'Action' }).selectOption('disable');
  await page.getByRole('cell').getByRole('button', { name: 'Grace Hopper' }).first().click();
  await page.getByRole('tab', { name: 'Modified properties' }).click();
  await page.getByRole('cell', { name: 'active' }).waitFor();
  expect(new URL(page.url()).searchParams.get('tab')).toBe('modified');
  await page.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('link', { name: 'Provision on demand' }).click();
  await page.getByRole('searchbox').fill('ada');
  await page.getByRole('radio', { name: /ada@contoso.com/ }).click();
  await page.getByRole('button', { name: 'Provision', exact: true }).click();
  await page.getByRole('heading', { level: 3, name: /5\. Perform action/ }).waitFor();
}
