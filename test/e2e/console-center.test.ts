import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { hasBrowser, startBrowser, type TestBrowser } from './browser.ts';
import { signInOn, startBothHalves, target, type BothHalves } from './center-console.ts';
import { until } from './processes.ts';
import { addCinode, assign, createGroup, createUser, saveCredentials, type ScimUser } from './provisioning.ts';

interface Listed<T> {
  readonly totalResults: number;
  readonly Resources: readonly T[];
}

describe.skipIf(!hasBrowser)('the admin center’s console', () => {
  let browser: TestBrowser;
  let halves: BothHalves;
  beforeAll(async () => {
    browser = await startBrowser('admin-center');
    halves = await startBothHalves();
  }, 300_000);
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await halves?.[Symbol.asyncDispose]();
  });

  const userNames = async (): Promise<readonly string[]> => {
    const answer = await target(halves.tenantUrl, halves.token).call<Listed<ScimUser>>('GET', '/Users?count=200');
    return answer.Resources.filter((user) => user.active)
      .map((user) => user.userName)
      .toSorted();
  };

  test('from the gallery to people in the application, followed through joiner, mover and leaver', async () => {
    const { centerApi, tenantUrl, token, center } = halves;
    const ada = await createUser(centerApi, 'ada');
    await createGroup(centerApi, 'Consultants', [ada.id]);
    await using opened = await browser.open({ viewport: { width: 1280, height: 900 } });
    const { page, faults } = opened;
    await signInOn(page, center.url);
    await page.getByRole('heading', { level: 1, name: 'Enterprise applications' }).waitFor();

    // Add the application.
    await page.getByRole('link', { name: 'Application gallery' }).click();
    await page.getByRole('searchbox', { name: 'Search the gallery' }).fill('cino');
    await page.getByRole('button', { name: 'Add Cinode' }).click();
    await page.getByLabel('Name of the enterprise application').fill('Cinode by mouse');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('heading', { level: 1, name: 'Cinode by mouse' }).waitFor();

    // Assign the group.
    await page.getByRole('link', { name: 'Users and groups' }).click();
    await page.getByRole('button', { name: 'Add user/group' }).click();
    await page.getByRole('dialog').getByRole('searchbox').fill('consult');
    await page.getByRole('checkbox', { name: /Consultants/ }).click();
    await page.getByRole('button', { name: 'Assign 1' }).click();
    await page.getByRole('row', { name: /Consultants/ }).waitFor();

    // Credentials: a wrong token says so in words, the right one passes.
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

    // Start, and see the initial cycle end without loading anew.
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByRole('button', { name: 'Start provisioning', exact: true }).click();
    await page.getByText('Initial cycle completed').waitFor({ timeout: 120_000 });
    expect(await userNames()).toEqual(['ada@contoso.com']);

    // Joiner: created and added to the group in the browser.
    await page.getByRole('link', { name: 'Users', exact: true }).click();
    await page.getByRole('button', { name: 'New user' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Display name').fill('Grace Hopper');
    await dialog.getByLabel('User principal name').fill('grace@contoso.com');
    await dialog.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('heading', { level: 1, name: 'Grace Hopper' }).waitFor();
    await page.getByRole('link', { name: 'Groups', exact: true }).click();
    await page.getByRole('link', { name: 'Consultants' }).click();
    await page.getByRole('button', { name: 'Add member' }).click();
    await page.getByRole('dialog').getByRole('searchbox').fill('grace');
    await page.getByRole('checkbox', { name: /Grace Hopper/ }).click();
    await page.getByRole('button', { name: 'Add 1' }).click();
    await page.getByRole('row', { name: /Grace Hopper/ }).waitFor();
    await until(
      'the joiner',
      async () => ((await userNames()).includes('grace@contoso.com') ? true : undefined),
      120_000,
    );

    // Mover: a title in the browser reaches the application.
    await page
      .getByRole('row', { name: /Grace Hopper/ })
      .getByRole('link')
      .click();
    await page.getByLabel('Job title').fill('Rear Admiral');
    await page.getByRole('button', { name: 'Save' }).click();
    await until(
      'the new title',
      async () => {
        const filter = encodeURIComponent('userName eq "grace@contoso.com"');
        const found = await target(tenantUrl, token).call<Listed<ScimUser>>('GET', `/Users?filter=${filter}`);
        return found.Resources[0]?.title === 'Rear Admiral' ? true : undefined;
      },
      120_000,
    );

    // Leaver: the account is disabled after the confirmation that says what will happen.
    await page.getByRole('switch', { name: 'Account enabled' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Disable' }).click();
    await until(
      'the leaver',
      async () => ((await userNames()).includes('grace@contoso.com') ? undefined : true),
      120_000,
    );

    // The log tells it, with its steps.
    await page.getByRole('link', { name: 'Enterprise applications' }).click();
    await page.getByRole('link', { name: 'Cinode by mouse' }).click();
    await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Provisioning logs' }).click();
    await page.getByRole('combobox', { name: 'Action' }).selectOption('disable');
    await page.getByRole('cell').getByRole('button', { name: 'Grace Hopper' }).first().click();
    await page.getByRole('tab', { name: 'Modified properties' }).click();
    await page.getByRole('cell', { name: 'active' }).waitFor();
    expect(new URL(page.url()).searchParams.get('tab')).toBe('modified');
    await page.getByRole('button', { name: 'Close' }).click();

    // On demand, in five steps.
    await page.getByRole('link', { name: 'Provision on demand' }).click();
    await page.getByRole('searchbox').fill('ada');
    await page.getByRole('radio', { name: /ada@contoso.com/ }).click();
    await page.getByRole('button', { name: 'Provision', exact: true }).click();
    await page.getByRole('heading', { level: 3, name: /5\. Perform action/ }).waitFor();
    expect(faults).toEqual([]);
  }, 600_000);

  test('the main path by keyboard alone', async () => {
    const { tenantUrl, token, center } = halves;
    await createGroup(halves.centerApi, 'Keyboarders', [(await createUser(halves.centerApi, 'kay')).id]);
    await using opened = await browser.open();
    const { page, faults } = opened;
    await page.goto(center.url);
    await tabTo(page, 'E-mail address');
    await page.keyboard.type('admin@contoso.com');
    await tabTo(page, 'Password');
    await page.keyboard.type('correct horse battery staple');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Enterprise applications' }).waitFor();
    await pressOn(page, 'Application gallery');
    await page.getByRole('heading', { level: 1, name: 'Application gallery' }).waitFor();
    await page.getByRole('button', { name: 'Add Cinode' }).waitFor();
    await pressOn(page, 'Add Cinode');
    await tabTo(page, 'Name of the enterprise application');
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('Cinode by keyboard');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Cinode by keyboard' }).waitFor();
    await pressOn(page, 'Users and groups');
    await page.getByRole('button', { name: 'Add user/group' }).waitFor();
    await pressOn(page, 'Add user/group');
    await page.getByRole('dialog').waitFor();
    await tabTo(page, 'Search users and groups');
    await page.keyboard.type('keyboarders');
    await page.getByRole('checkbox', { name: /Keyboarders/ }).waitFor();
    await page.getByRole('checkbox').nth(1).waitFor({ state: 'detached' });
    await tabTo(page, /Keyboarders/);
    await page.keyboard.press('Space');
    await pressOn(page, 'Assign 1');
    await page.getByRole('row', { name: /Keyboarders/ }).waitFor();
    await pressOn(page, 'Provisioning');
    await page.getByRole('button', { name: 'Get started' }).waitFor();
    await pressOn(page, 'Get started');
    await page.getByLabel('Tenant URL').waitFor();
    await tabTo(page, /^Tenant URL/);
    await page.keyboard.type(tenantUrl);
    await tabTo(page, /^Secret Token/);
    await page.keyboard.type(token);
    await pressOn(page, 'Test Connection');
    await page.getByText('The application answers and accepts the credentials').waitFor();
    await tabTo(page, /^Provisioning Status/);
    await page.keyboard.press('Space');
    await pressOn(page, 'Save');
    await toast(page, 'Credentials and settings were saved');
    await until('the user', async () => ((await userNames()).includes('kay@contoso.com') ? true : undefined), 120_000);
    expect(faults).toEqual([]);
  }, 600_000);

  test('a wrong token and quarantine as the administrator sees them', async () => {
    const { centerApi, center, tenantUrl } = halves;
    const application = await addCinode(centerApi);
    await saveCredentials(centerApi, application, tenantUrl, 'not-the-token');
    await assign(centerApi, application, (await createUser(centerApi, 'quinn')).id);
    await centerApi.call('POST', `${application.path}/jobs/${application.jobId}/start`);
    await using opened = await browser.open();
    const { page } = opened;
    await signInOn(page, `${center.url}/enterprise-applications/${application.servicePrincipalId}`);
    await page.getByText('Provisioning has been quarantined').waitFor({ timeout: 120_000 });
    await page.getByText('could not be reached or refused the credentials').waitFor();
    await page.getByRole('link', { name: 'Update credentials' }).first().click();
    await page.getByLabel('Tenant URL').waitFor();
    expect(await page.content()).not.toContain('not-the-token');
  }, 300_000);

  test('a mapping is edited with its problems at their place and saved with what it will cause', async () => {
    const { centerApi, center } = halves;
    const application = await addCinode(centerApi);
    await using opened = await browser.open();
    const { page, faults } = opened;
    await signInOn(
      page,
      `${center.url}/enterprise-applications/${application.servicePrincipalId}/attribute-mapping/User`,
    );
    await page.getByRole('button', { name: 'Edit title' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Mapping type').selectOption('Function');
    await dialog.getByLabel('Expression').fill('ToUper([jobTitle])');
    await dialog.getByText(/did you mean ToUpper/).waitFor();
    expect(await dialog.locator('mark').textContent()).toBe('ToUper');
    await dialog.getByLabel('Expression').fill('ToUpper([jobTitle])');
    await dialog.getByRole('button', { name: 'OK' }).click();
    await page.getByRole('button', { name: 'Add scoping filter' }).click();
    await page.getByLabel('Attribute name').selectOption('department');
    await page.getByLabel('Value').fill('Sales');
    await page.getByRole('button', { name: 'Save' }).click();
    await page
      .getByRole('alertdialog')
      .getByText(/first cycle/)
      .waitFor();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Save' }).click();
    await toast(page, 'The mapping was saved');
    interface Saved {
      readonly synchronizationRules: readonly {
        readonly objectMappings: readonly {
          readonly sourceObjectName: string;
          readonly scope: unknown;
          readonly attributeMappings: readonly {
            readonly targetAttributeName: string;
            readonly source: { readonly expression: string };
          }[];
        }[];
      }[];
    }
    const schema = await centerApi.call<Saved>('GET', `${application.path}/jobs/${application.jobId}/schema`);
    const users = schema.synchronizationRules
      .flatMap((rule) => rule.objectMappings)
      .find((one) => one.sourceObjectName === 'User');
    const title = users?.attributeMappings.find((one) => one.targetAttributeName === 'title');
    expect(title?.source.expression).toBe('ToUpper([jobTitle])');
    expect(users?.scope).toMatchObject({
      groups: [
        {
          clauses: [{ sourceOperandName: 'department', operatorName: 'EQUALS', targetOperand: { values: ['Sales'] } }],
        },
      ],
    });
    expect(faults).toEqual([]);
  }, 300_000);
});

test('the first load is at most 250 kB compressed, and pages are split off', () => {
  const dist = resolve(import.meta.dirname, '../../apps/admin-center/web/dist');
  if (!existsSync(dist)) return;
  interface Chunk {
    readonly file: string;
    readonly isEntry?: boolean;
    readonly imports?: readonly string[];
    readonly css?: readonly string[];
    readonly dynamicImports?: readonly string[];
  }
  // Vite's own manifest.
  const manifest = new Map(
    Object.entries(JSON.parse(readFileSync(join(dist, 'manifest.json'), 'utf8')) as Record<string, Chunk>),
  );
  const entry = [...manifest].find(([, chunk]) => chunk.isEntry === true);
  expect(entry).toBeDefined();
  const seen = new Set<string>();
  const collect = (name: string): number => {
    const chunk = manifest.get(name);
    if (!chunk || seen.has(name)) return 0;
    seen.add(name);
    const own = [chunk.file, ...(chunk.css ?? [])].reduce(
      (sum, file) => sum + gzipSync(readFileSync(join(dist, file))).length,
      0,
    );
    return own + (chunk.imports ?? []).reduce((sum, next) => sum + collect(next), 0);
  };
  expect(collect(entry![0])).toBeLessThanOrEqual(250_000);
  expect(entry![1].dynamicImports?.length).toBeGreaterThan(10);
});

/** The text stands in a region for screen readers too, which comes and goes. */
async function toast(page: Page, words: string): Promise<void> {
  await page.locator('.fui-ToastTitle', { hasText: words }).first().waitFor();
}

/** Presses Tab until the focus is on what has this accessible name. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const passed: string[] = [];
  for (let presses = 0; presses < 150; presses += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate<string>(`(() => {
      const element = document.activeElement;
      if (!element) return '';
      const labels = element.labels ? [...element.labels].map((label) => label.textContent).join(' ') : '';
      return element.getAttribute('aria-label') || labels || element.textContent || '';
    })()`);
    passed.push(focused.slice(0, 40));
    if (typeof name === 'string' ? focused.trim() === name : name.test(focused)) return;
  }
  throw new Error(`Tab does not reach ${String(name)}; it passed ${passed.slice(0, 40).join(' | ')}`);
}

async function pressOn(page: Page, name: string): Promise<void> {
  await tabTo(page, name);
  await page.keyboard.press('Enter');
}
