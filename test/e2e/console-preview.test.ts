import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { accessibilityFaults, hasBrowser, startBrowser, type TestBrowser } from './browser.ts';
import { signInOn, startBothHalves, tabTo, target, toast, type BothHalves } from './center-console.ts';
import { until } from './processes.ts';
import {
  addCinode,
  assign,
  createGroup,
  createUser,
  runCycle,
  saveCredentials,
  type Application,
  type ScimUser,
} from './provisioning.ts';

/** An open tooltip takes the first Escape (WCAG 1.4.13), the panel the next. */
async function closePanel(page: Page): Promise<void> {
  const panel = page.getByRole('dialog');
  for (let presses = 0; presses < 3 && (await panel.count()) > 0; presses += 1) {
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached', timeout: 5_000 }).catch(() => {});
  }
  await panel.waitFor({ state: 'detached' });
}

interface Listed<T> {
  readonly totalResults: number;
  readonly Resources: readonly T[];
}

// A whole cycle before anything is sent, and exactly that sent, as the administrator sees it. The steps build on one another.
describe.skipIf(!hasBrowser)('the preview of a cycle in the admin center’s console', () => {
  let browser: TestBrowser;
  let halves: BothHalves;
  let application: Application;
  let users: readonly { id: string; userPrincipalName: string }[];
  let group: { id: string };
  let address: string;

  beforeAll(async () => {
    browser = await startBrowser('admin-center');
    halves = await startBothHalves();
    const { centerApi } = halves;
    users = await Promise.all(['ada', 'bea', 'cleo'].map((name) => createUser(centerApi, name)));
    group = await createGroup(
      centerApi,
      'Consultants',
      users.map((user) => user.id),
    );
    application = await addCinode(centerApi);
    await saveCredentials(centerApi, application, halves.tenantUrl, halves.token);
    await assign(centerApi, application, group.id);
    address = `${halves.center.url}/enterprise-applications/${application.servicePrincipalId}/preview`;
  }, 300_000);
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await halves?.[Symbol.asyncDispose]();
  });

  const accounts = () => target(halves.tenantUrl, halves.token).call<Listed<ScimUser>>('GET', '/Users?count=200');

  async function preview(page: Page): Promise<void> {
    await page.getByRole('button', { name: 'Preview this cycle' }).click();
    await page.getByRole('button', { name: 'Apply this plan' }).waitFor({ timeout: 120_000 });
  }

  const figure = (page: Page, name: string) =>
    page
      .locator('dl > div', { has: page.locator('dt', { hasText: new RegExp(`^${name}$`) }) })
      .first()
      .locator('dd');

  test('shows counts and differences before anything is sent, and applies exactly that, by keyboard', async () => {
    await using opened = await browser.open();
    const { page, faults } = opened;
    await signInOn(page, address);
    await page.getByText('No preview yet').waitFor();
    await tabTo(page, 'Preview this cycle');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Apply this plan' }).waitFor({ timeout: 120_000 });
    expect(await figure(page, 'Create').textContent()).toBe('4');
    expect((await accounts()).totalResults).toBe(0);

    await page.getByRole('searchbox', { name: 'Search by name' }).fill('bea');
    await page.getByRole('row', { name: /ada/ }).waitFor({ state: 'detached' });
    await tabTo(page, 'bea');
    await page.keyboard.press('Enter');
    const panel = page.getByRole('dialog');
    await panel.getByRole('row', { name: /userName.*bea@contoso\.com/ }).waitFor();
    await closePanel(page);
    await page.locator(':focus', { hasText: /^bea$/ }).waitFor();
    await page.getByRole('searchbox', { name: 'Search by name' }).fill('');
    await page.getByRole('button', { name: 'Consultants' }).click();
    await page.getByRole('table', { name: 'Members' }).getByRole('row', { name: /cleo/ }).waitFor();
    await closePanel(page);

    await tabTo(page, 'Apply this plan');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Apply this plan to 3 people and 1 group?' }).waitFor();
    await tabTo(page, 'Apply this plan');
    await page.keyboard.press('Enter');
    await toast(page, 'The plan is being applied');
    await page.getByText('The plan was applied').waitFor({ timeout: 120_000 });
    await page.getByText('4 done, 0 failed, 0 changed').waitFor();
    expect((await accounts()).totalResults).toBe(3);
    expect(faults).toEqual([]);
  }, 400_000);

  test('tells who has changed since, and asks before more depart than the guard allows', async () => {
    const { centerApi } = halves;
    await centerApi.call('PATCH', `/joinery/jobs/${application.jobId}/settings`, { deletionGuard: { enabled: true, count: 1, percent: 100 } }); // prettier-ignore
    await centerApi.call('PATCH', `/v1.0/users/${users[0]!.id}`, { accountEnabled: false }, 204);
    await centerApi.call('PATCH', `/v1.0/users/${users[1]!.id}`, { accountEnabled: false }, 204);
    await centerApi.call('PATCH', `/v1.0/users/${users[2]!.id}`, { jobTitle: 'Architect' }, 204);
    await using opened = await browser.open();
    const { page, faults } = opened;
    await signInOn(page, address);
    await page.getByRole('button', { name: 'Preview this cycle' }).waitFor();
    await preview(page);
    await page.getByText('The accidental deletions prevention would trip').waitFor();
    expect(await figure(page, 'Disable').textContent()).toBe('2');
    await centerApi.call('PATCH', `/v1.0/users/${users[2]!.id}`, { jobTitle: 'Director' }, 204);
    await page.getByRole('button', { name: 'Apply this plan' }).click();
    const dialog = page.getByRole('alertdialog');
    await dialog.getByText('Apply this plan to 3 people?').waitFor();
    await dialog.getByRole('checkbox', { name: /Also disable or delete 2 people/ }).check();
    await dialog.getByRole('button', { name: 'Apply this plan' }).click();
    await page.getByText('2 done, 0 failed, 1 changed').waitFor({ timeout: 120_000 });
    await page.getByRole('button', { name: 'Show who has changed' }).click();
    await page.getByRole('row', { name: /ada/ }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'cleo' }).click();
    await page
      .getByRole('dialog')
      .getByText(/has changed since the preview/)
      .waitFor();
    const active = (await accounts()).Resources.filter((one) => one.active).map((one) => one.userName);
    expect(active).toEqual(['cleo@contoso.com']);
    expect((await accounts()).Resources.find((one) => one.active)?.title).toBeUndefined();
    await runCycle(centerApi, application);
    await until('the next cycle to take them', async () =>
      (await accounts()).Resources.some((one) => one.title === 'Director') ? true : undefined,
    );
    expect(faults).toEqual([]);
  }, 400_000);

  test('protected accounts and upsert-only are saved beside the deletion guard', async () => {
    await using opened = await browser.open();
    const { page, faults } = opened;
    await signInOn(page, address.replace(/preview$/, 'provisioning'));
    await page.getByRole('textbox', { name: 'Protected accounts' }).fill('cleo@contoso.com\n\nadmin-*\n');
    await page.getByRole('checkbox', { name: /^Only create and update/ }).check();
    await page.getByRole('button', { name: 'Save' }).click();
    await toast(page, 'Credentials and settings were saved');
    const saved = await halves.centerApi.call<Record<string, unknown>>(
      'GET',
      `/joinery/jobs/${application.jobId}/settings`,
    );
    expect(saved).toMatchObject({ protectedAccounts: ['cleo@contoso.com', 'admin-*'], upsertOnly: true });
    expect(faults).toEqual([]);
  }, 200_000);

  test.each([
    ['light', 360],
    ['light', 1280],
    ['dark', 360],
    ['dark', 1920],
  ] as const)(
    'is accessible and fits in theme %s at %i px',
    async (colorScheme, width) => {
      await using opened = await browser.open({ colorScheme, viewport: { width, height: 900 } });
      const { page, faults } = opened;
      await signInOn(page, address);
      await page.getByText('By reason').waitFor();
      await page.getByText('By reason').click();
      await page.getByRole('button', { name: 'cleo' }).waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(
        0,
      );
      await page.getByRole('button', { name: 'cleo' }).click();
      await page.getByRole('dialog').getByText('When applied').waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(faults).toEqual([]);
    },
    200_000,
  );
});
