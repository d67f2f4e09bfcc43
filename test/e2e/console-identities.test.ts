import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { accessibilityFaults, hasBrowser, startBrowser, type TestBrowser } from './browser.ts';
import { pressOn, signInOn, startBothHalves, tabTo, target, toast, type BothHalves } from './center-console.ts';
import {
  addCinode,
  assign,
  createGroup,
  createUser,
  runCycle,
  saveCredentials,
  scim,
  type Application,
  type ScimUser,
} from './provisioning.ts';

const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User';
const longName = 'wolfeschlegelsteinhausenbergerdorff.montgomery.featherstonehaugh.of.the.northern.territories';

/** Discover identities and Links: an application whose accounts were changed there. The tests build on one another. */
describe.skipIf(!hasBrowser)('discovering identities in the console', () => {
  let browser: TestBrowser;
  let halves: BothHalves;
  let application: Application;
  let base: string;

  const account = async (name: string): Promise<ScimUser> =>
    (await scim(halves.tenantUrl, halves.token).find<ScimUser>('Users', `userName eq "${name}@contoso.com"`))!;

  beforeAll(async () => {
    browser = await startBrowser('admin-center');
    halves = await startBothHalves();
    const { centerApi, tenantUrl, token } = halves;
    application = await addCinode(centerApi);
    base = `${halves.center.url}/enterprise-applications/${application.servicePrincipalId}`;
    await centerApi.call('PATCH', `/joinery/jobs/${application.jobId}/settings`, { onChange: false });
    await saveCredentials(centerApi, application, tenantUrl, token);
    const ids: string[] = [];
    for (const name of ['ann', 'bob', 'cleo']) ids.push((await createUser(centerApi, name, { jobTitle: 'Consultant' })).id); // prettier-ignore
    await assign(centerApi, application, (await createGroup(centerApi, 'Consultants', ids)).id);
    await runCycle(centerApi, application);
  }, 400_000);
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await halves?.[Symbol.asyncDispose]();
  });

  const tab = (page: Page, name: string | RegExp) => page.getByRole('tab', { name });
  const row = (page: Page, name: string) => page.getByRole('row', { name: new RegExp(name) });

  test('a comparison by keyboard, and nothing differs', async () => {
    await using opened = await browser.open();
    const { page, faults } = opened;
    await signInOn(page, `${base}/identities`);
    await page.getByText('Not compared yet').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await pressOn(page, 'Compare now');
    await tab(page, 'Assigned (4)').waitFor({ timeout: 60_000 });
    await page.getByText('No account is the application’s own').waitFor();
    await tab(page, 'Changed (0)').waitFor();
    expect(faults).toEqual([]);
  }, 300_000);

  test('what was changed there is shown, repaired and adopted, with how many people it concerns', async () => {
    const { centerApi, tenantUrl, token } = halves;
    const client = target(tenantUrl, token);
    const patch = (path: string, value: string) => ({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'replace', path, value }],
    });
    for (const name of ['ann', 'bob']) await client.call('PATCH', `/Users/${(await account(name)).id}`, patch('title', 'Director')); // prettier-ignore
    await client.call('DELETE', `/Users/${(await account('cleo')).id}`);
    for (const name of [longName, 'frida']) await client.call('POST', '/Users', { schemas: [userSchema], userName: `${name}@contoso.com` }); // prettier-ignore
    await assign(centerApi, application, (await createUser(centerApi, 'frida')).id);

    await using opened = await browser.open();
    const { page, faults } = opened;
    await signInOn(page, `${base}/identities`);
    await page.getByRole('button', { name: 'Compare now' }).click();
    await tab(page, 'Local (1)').waitFor({ timeout: 60_000 });
    await row(page, longName).waitFor();

    await tab(page, 'Changed (2)').click();
    await page.getByRole('button', { name: 'ann@contoso.com', exact: true }).click();
    const panel = page.getByRole('dialog');
    await panel.getByRole('row', { name: /title Consultant Director Consultant/ }).waitFor();
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });

    // One by its row, the rest together.
    await page.getByRole('checkbox', { name: 'Select ann@contoso.com' }).click();
    await page.getByRole('button', { name: 'Repair', exact: true }).click();
    const question = page.getByRole('alertdialog');
    await question.getByText('Repair 1 person?').waitFor();
    await question.getByRole('button', { name: 'Repair' }).click();
    await toast(page, '1 person will be worked on now');
    await tab(page, 'Changed (1)').waitFor({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Repair all' }).click();
    await question.getByText('Repair 1 person?').waitFor();
    await question.getByRole('button', { name: 'Cancel' }).click();
    await question.waitFor({ state: 'detached' });
    await tab(page, 'Missing (1)').click();
    await page.getByRole('button', { name: 'Repair all' }).click();
    await question.getByRole('button', { name: 'Repair' }).click();
    await tab(page, 'Missing (0)').waitFor({ timeout: 60_000 });

    await tab(page, /^Assigned/).click();
    await page.getByRole('button', { name: 'Actions for frida@contoso.com' }).click();
    await page.getByRole('menuitem', { name: 'Adopt' }).click();
    await question.getByText('Adopt 1 person?').waitFor();
    await question.getByRole('button', { name: 'Adopt' }).click();
    await row(page, 'frida@contoso.com').getByText('Done').waitFor({ timeout: 60_000 });

    await tab(page, 'Local (1)').click();
    await page.getByRole('button', { name: `Actions for ${longName}@contoso.com` }).click();
    await page.getByRole('menuitem', { name: 'Ignore' }).click();
    await toast(page, '1 account is ignored');
    await tab(page, 'Ignored (1)').waitFor();
    expect(await account('ann')).toMatchObject({ title: 'Consultant' });
    expect(await account('bob')).toMatchObject({ title: 'Director' });
    expect(await account('cleo')).toMatchObject({ active: true });
    expect(faults).toEqual([]);
  }, 300_000);

  test('the schedule is a setting of the job', async () => {
    await using opened = await browser.open();
    const { page } = opened;
    await signInOn(page, `${base}/identities`);
    const schedule = page.getByRole('combobox', { name: 'Schedule', exact: true });
    const saved = async (comparison: object) => {
      const path = `/joinery/jobs/${application.jobId}/settings`;
      await expect.poll(() => halves.centerApi.call('GET', path), { timeout: 30_000 }).toMatchObject({ comparison });
    };
    await schedule.selectOption({ label: 'Every week' });
    await toast(page, 'The schedule was saved');
    await saved({ enabled: true, intervalHours: 168 });
    await schedule.selectOption({ label: 'No schedule' });
    await saved({ enabled: false, intervalHours: 24 });
  }, 120_000);

  test('a link is found, shown and deleted by keyboard', async () => {
    await using opened = await browser.open();
    const { page, faults } = opened;
    await signInOn(page, `${base}/links`);
    await row(page, 'bob').waitFor();
    await tabTo(page, 'Search by name or ID');
    await page.keyboard.type('bob');
    await row(page, 'ann').waitFor({ state: 'detached' });
    await pressOn(page, 'bob');
    await page
      .getByRole('dialog')
      .getByRole('row', { name: /userName bob@contoso.com/ })
      .waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await pressOn(page, 'Delete the link of bob');
    await page.getByRole('alertdialog').waitFor();
    await pressOn(page, 'Delete link');
    await page.getByText('No link has this name or ID').waitFor();
    expect(await account('bob')).toMatchObject({ active: true });
    expect(faults).toEqual([]);
  }, 120_000);

  test.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 360],
    ['dark', 360],
    ['light', 1920],
  ] as const)(
    'has no fault that axe finds: %s, %i px',
    async (colorScheme, width) => {
      await using profile = await browser.open({
        colorScheme,
        viewport: { width, height: 800 },
        reducedMotion: 'reduce',
      });
      const { page, faults } = profile;
      await signInOn(page, halves.center.url);
      const found: string[] = [];
      const dialog = () => page.getByRole('dialog').or(page.getByRole('alertdialog')).first().waitFor();
      const visits: readonly (readonly [path: string, ready: () => Promise<void>])[] = [
        ['identities', () => page.getByText('No account is the application’s own').waitFor()],
        [
          'identities?class=changed',
          () => page.getByRole('button', { name: 'bob@contoso.com', exact: true }).waitFor(),
        ],
        ['identities?class=ignored', () => page.getByText(longName).first().waitFor()],
        [
          'identities?class=changed',
          async () => {
            await page.getByRole('button', { name: 'bob@contoso.com', exact: true }).click();
            await page.getByText('As it should be').first().waitFor({ state: 'attached' });
            await dialog();
          },
        ],
        [
          'identities?class=changed',
          async () => {
            await page.getByRole('button', { name: 'Repair all' }).click();
            await dialog();
          },
        ],
        ['identities?class=missing&search=nobody', () => page.getByText('No account has this name').waitFor()],
        ['links', () => page.getByRole('button', { name: 'ann', exact: true }).waitFor()],
      ];
      for (const [path, ready] of visits) {
        await page.goto(`${base}/${path}`);
        await ready();
        found.push(...(await accessibilityFaults(page)).map((fault) => `${path}: ${fault}`));
        const overflow = await page.evaluate<number>(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        if (overflow > 0) found.push(`${path}: the page is ${overflow} px wider than the window`);
      }
      expect(found).toEqual([]);
      expect(faults).toEqual([]);
    },
    300_000,
  );

  test('a Reports Reader sees it all and can do nothing; an error has a way on', async () => {
    const reader = { email: 'reader@contoso.com', password: 'another horse battery', role: 'Reports Reader' };
    await halves.centerApi.call('POST', '/joinery/administrators', reader, 201);
    await using profile = await browser.open();
    const { page } = profile;
    await page.goto(`${base}/identities?class=changed`);
    await page.getByLabel('E-mail address').fill(reader.email);
    await page.getByLabel('Password').fill(reader.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'bob@contoso.com', exact: true }).waitFor();
    expect(await page.getByRole('button', { name: /Compare now|Repair|Actions for/ }).count()).toBe(0);
    expect(await page.getByRole('checkbox').count()).toBe(0);
    await page.route('**/comparisons/*/accounts?**', (route) => route.fulfill({ status: 500, json: {} }));
    await tab(page, 'Missing (0)').click();
    await page.getByText('This could not be loaded').waitFor();
    await page.unroute('**/comparisons/*/accounts?**');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('No account is missing').waitFor();
  }, 120_000);
});
