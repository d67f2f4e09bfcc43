import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser, startBrowser, type TestBrowser } from './browser.ts';
import { signInOn, startBothHalves, toast, type BothHalves } from './center-console.ts';
import { addCinode, assign, createGroup, createUser, cycles, runCycle, saveCredentials, scim, type Application, type ScimUser } from './provisioning.ts'; // prettier-ignore
import { until } from './processes.ts';

describe.skipIf(!hasBrowser)('the deletion guard as the administrator sees it', () => {
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

  /** A group with three people who are provisioned, unassigned with a threshold of one: four objects are to depart. */
  async function groupLeaves(group: string, names: readonly string[]): Promise<Application> {
    const { centerApi, tenantUrl, token } = halves;
    const application = await addCinode(centerApi);
    await saveCredentials(centerApi, application, tenantUrl, token);
    const people: string[] = [];
    for (const name of names) people.push((await createUser(centerApi, name)).id);
    const { id } = await assign(centerApi, application, (await createGroup(centerApi, group, people)).id);
    await runCycle(centerApi, application);
    const deletionGuard = { enabled: true, count: 1, percent: 100 };
    await centerApi.call('PATCH', `/joinery/jobs/${application.jobId}/settings`, { deletionGuard });
    await centerApi.call('DELETE', `/v1.0/servicePrincipals/${application.servicePrincipalId}/appRoleAssignedTo/${id}`);
    return application;
  }

  const active = async (names: readonly string[]): Promise<readonly string[]> => {
    const users = await scim(halves.tenantUrl, halves.token).all<ScimUser>('Users');
    return names.filter((name) => users.some((user) => user.userName === `${name}@contoso.com` && user.active));
  };

  test('Allow deletes says how many depart, and lets them', async () => {
    const names = ['una', 'duo', 'tri'];
    const application = await groupLeaves('Ones', names);
    await using opened = await browser.open();
    const { page, faults } = opened;
    await signInOn(page, `${halves.center.url}/enterprise-applications/${application.servicePrincipalId}`);
    await page.getByText('Provisioning has been quarantined').waitFor({ timeout: 180_000 });
    await page.getByText(/4 objects are due to be disabled or deleted/).waitFor();
    expect(await active(names)).toEqual(names);

    // Who they are.
    await page.getByRole('link', { name: 'View who would depart' }).click();
    await page.getByRole('cell', { name: 'StagedDelete' }).first().waitFor();
    for (const name of ['Ones', ...names]) await page.getByRole('button', { name, exact: true }).first().waitFor();

    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByRole('button', { name: 'Allow deletes' }).click();
    const dialog = page.getByRole('alertdialog');
    await dialog.getByText(/4 objects are due to be disabled or deleted/).waitFor();
    await dialog.getByRole('button', { name: 'Allow deletes' }).click();
    await page.getByText('Provisioning has been quarantined').waitFor({ state: 'detached', timeout: 180_000 });
    await until('the departures', async () => ((await active(names)).length === 0 ? true : undefined), 120_000);
    expect(faults).toEqual([]);
  }, 600_000);

  test('refused by bringing them back and restarting: nobody departs', async () => {
    const names = ['quad', 'quin', 'sext'];
    const application = await groupLeaves('Twos', names);
    await using opened = await browser.open();
    const { page, faults } = opened;
    await signInOn(page, `${halves.center.url}/enterprise-applications/${application.servicePrincipalId}`);
    await page.getByText('Provisioning has been quarantined').waitFor({ timeout: 180_000 });
    await page.getByText(/bring the people back into scope and restart/).waitFor();

    await page.getByRole('link', { name: 'Users and groups' }).click();
    await page.getByRole('button', { name: 'Add user/group' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('searchbox').fill('Twos');
    await dialog.getByRole('checkbox', { name: /Twos/ }).click();
    await dialog.getByRole('button', { name: 'Assign 1' }).click();
    await page.getByRole('row', { name: /Twos/ }).waitFor();
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByRole('button', { name: 'Restart provisioning' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Restart provisioning' }).click();
    await toast(page, 'Provisioning was restarted');
    await page.getByText('Provisioning has been quarantined').waitFor({ state: 'detached', timeout: 180_000 });
    await page.getByText('Initial cycle completed').waitFor({ timeout: 120_000 });
    expect(await active(names)).toEqual(names);
    const ended = await cycles(halves.centerApi, application);
    expect(ended.map((one) => one.counts.disabled + one.counts.deleted)).toEqual(ended.map(() => 0));
    expect(faults).toEqual([]);
  }, 600_000);
});
