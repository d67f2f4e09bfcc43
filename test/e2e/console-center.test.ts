import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser, startBrowser, type TestBrowser } from './browser.ts';
import { pressOn, signInOn, startBothHalves, tabTo, target, toast, type BothHalves } from './center-console.ts';
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
