import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessibilityFaults, hasBrowser, startBrowser, type TestBrowser } from './browser.ts';
import { signInOn, startBothHalves, target, toast, type BothHalves } from './center-console.ts';
import { until } from './processes.ts';
import { addCinode, assign, createGroup, createUser, saveCredentials, type ScimGroup } from './provisioning.ts';

interface Listed<T> {
  readonly Resources: readonly T[];
}

describe.skipIf(!hasBrowser)('what the console shows of one application', () => {
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

  test('nested groups are switched on, and the requests that follow can be read and copied', async () => {
    const { centerApi, center, tenantUrl, token } = halves;
    const inner = await createGroup(centerApi, 'Inner', [(await createUser(centerApi, 'nell')).id]);
    const outer = await createGroup(centerApi, 'Outer', [inner.id]);
    const application = await addCinode(centerApi);
    await saveCredentials(centerApi, application, tenantUrl, token);
    await assign(centerApi, application, outer.id);
    await centerApi.call('POST', `${application.path}/jobs/${application.jobId}/start`);
    const outerMembers = async () => {
      const filter = encodeURIComponent('displayName eq "Outer"');
      const found = await target(tenantUrl, token).call<Listed<ScimGroup>>('GET', `/Groups?filter=${filter}`);
      return found.Resources[0]?.members ?? [];
    };
    await using opened = await browser.open({
      permissions: ['clipboard-read', 'clipboard-write'],
      reducedMotion: 'reduce',
    });
    const { page, faults } = opened;
    await signInOn(page, `${center.url}/enterprise-applications/${application.servicePrincipalId}/users-and-groups`);
    const nested = page.getByRole('switch', { name: 'Include members of nested groups: Outer' });
    await nested.click();
    await toast(page, 'Members of the groups inside Outer come into scope');
    await until('the member', async () => ((await outerMembers()).length === 1 ? true : undefined), 120_000);
    expect(await accessibilityFaults(page)).toEqual([]);

    await page.goto(
      `${center.url}/enterprise-applications/${application.servicePrincipalId}/provisioning-logs?search=nell`,
    );
    await page.getByRole('button', { name: 'nell' }).first().click();
    await page.getByRole('tab', { name: 'Raw exchange' }).click();
    const post = page.getByRole('region', { name: /^POST .*\/Users$/ });
    await post.getByText('nell@contoso.com').first().waitFor();
    expect(await page.content()).not.toContain(token);
    await post.getByRole('button', { name: /^Copy as curl/ }).click();
    await post.getByRole('button', { name: 'Copied' }).waitFor();
    const copied = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(copied).toContain(`curl -X POST '${tenantUrl}/Users'`);
    expect(copied).toContain('"authorization: Bearer $TOKEN"');
    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: 800 });
      expect(await accessibilityFaults(page)).toEqual([]);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.goto(`${center.url}/enterprise-applications/${application.servicePrincipalId}`);
    await page.getByText('Last check').waitFor();
    expect(faults).toEqual([]);
  }, 600_000);
});
