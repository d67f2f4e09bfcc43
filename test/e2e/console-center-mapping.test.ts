import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { hasBrowser, startBrowser, type TestBrowser } from './browser.ts';
import { signInOn, startBothHalves, toast, type BothHalves } from './center-console.ts';
import { addCinode, assign, createUser, runCycle, saveCredentials, scim, type Application, type ScimUser } from './provisioning.ts'; // prettier-ignore
import { until } from './processes.ts';

interface Schema {
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

const extension = 'urn:ietf:params:scim:schemas:extension:Contoso:2.0:User:badge';

describe.skipIf(!hasBrowser)('mappings, scoping filters and the schema in the console', () => {
  let browser: TestBrowser;
  let halves: BothHalves;
  let application: Application;
  let base: string;
  beforeAll(async () => {
    browser = await startBrowser('admin-center');
    halves = await startBothHalves();
    const { centerApi, tenantUrl, token } = halves;
    application = await addCinode(centerApi);
    base = `${halves.center.url}/enterprise-applications/${application.servicePrincipalId}/attribute-mapping`;
    await saveCredentials(centerApi, application, tenantUrl, token);
    for (const [name, department] of [['ada', 'Sales'], ['bob', 'Finance']] as const) {
      const { id } = await createUser(centerApi, name, { department, jobTitle: 'engineer' });
      await assign(centerApi, application, id);
    } // prettier-ignore
    await runCycle(centerApi, application);
    // One of two is more than a fifth.
    const deletionGuard = { enabled: false, count: 500, percent: 20 };
    await centerApi.call('PATCH', `/joinery/jobs/${application.jobId}/settings`, { deletionGuard });
  }, 400_000);
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await halves?.[Symbol.asyncDispose]();
  });

  const users = async () => {
    const schema = await halves.centerApi.call<Schema>('GET', `${application.path}/jobs/${application.jobId}/schema`);
    return schema.synchronizationRules
      .flatMap((rule) => rule.objectMappings)
      .find((one) => one.sourceObjectName === 'User');
  };

  test('an expression with its problems at their place, a preview on a person, a filter that says which clause is false, and a save that says who leaves', async () => {
    await using opened = await browser.open({ viewport: { width: 1280, height: 900 } });
    const { page, faults } = opened;
    await signInOn(page, `${base}/User`);
    await page.getByRole('button', { name: 'Edit title' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Mapping type').selectOption('Function');
    await dialog.getByLabel('Expression').fill('ToUper([jobTitle])');
    await dialog.getByText(/did you mean ToUpper/).waitFor();
    expect(await dialog.locator('mark').textContent()).toBe('ToUper');
    await dialog.getByLabel('Expression').fill('Append(ToUpper([jobTitle]), " II")');
    await dialog.getByRole('button', { name: 'OK' }).click();

    // Every row for one person, the changed one beside what was sent last.
    await preview(page, 'bob');
    await page.getByText('bob would be in scope').waitFor();
    await page.getByRole('columnheader', { name: 'For bob' }).waitFor();
    await page.getByRole('row', { name: /userName.*bob@contoso.com/ }).waitFor();
    await page.getByRole('row', { name: /title.*ENGINEER II.*Now “engineer”/ }).waitFor();
    expect(new URL(page.url()).searchParams.get('preview')).toMatch(/^[0-9a-f-]{36}$/);

    // A filter, clause by clause.
    await page.getByRole('button', { name: 'Add scoping filter' }).click();
    await page.getByLabel('Attribute name').selectOption('department');
    await page.getByLabel('Value', { exact: true }).fill('Sales');
    await page.getByText('bob would not be in scope').waitFor();
    await page.getByText('department EQUALS “Sales” is false, the value is “Finance”').waitFor();
    await page.getByText('✗ does not pass with “Finance”').waitFor();
    await page.getByRole('row', { name: /active.*false.*Now “true”/ }).waitFor();
    await page.getByLabel('Attribute name').selectOption('city');
    await page.getByText('✗ does not pass with no value').waitFor();
    await page.getByRole('checkbox', { name: 'Also passes without a value' }).click();
    await page.getByText('✓ passes with no value').waitFor();
    await page.getByRole('checkbox', { name: 'Also passes without a value' }).click();
    await page.getByLabel('Attribute name').selectOption('department');

    // Leaving asks, saving counts.
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByRole('alertdialog').getByText('changes that are not saved').waitFor();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    const confirmation = page.getByRole('alertdialog');
    await confirmation.getByText(/The next cycle is an initial cycle/).waitFor();
    await confirmation.getByText('Leaving scope, disabled in the application: 1 user: bob.').waitFor();
    await confirmation.getByText('Getting other values: 1 user: ada.').waitFor();
    await confirmation.getByRole('button', { name: 'Save' }).click();
    await toast(page, 'The mapping was saved');
    const saved = await users();
    expect(saved?.attributeMappings.find((one) => one.targetAttributeName === 'title')?.source.expression).toBe(
      'Append(ToUpper([jobTitle]), " II")',
    );
    const clause = { sourceOperandName: 'department', operatorName: 'EQUALS', targetOperand: { values: ['Sales'] } };
    expect(saved?.scope).toMatchObject({ groups: [{ clauses: [clause] }] });

    // What was said comes true.
    await halves.centerApi.call('POST', `${application.path}/jobs/${application.jobId}/start`);
    await until(
      'the cycle after the save',
      async () => {
        const found = await scim(halves.tenantUrl, halves.token).all<ScimUser>('Users');
        const of = (name: string) => found.find((user) => user.userName === `${name}@contoso.com`);
        return of('ada')?.title === 'ENGINEER II' && of('ada')?.active && of('bob')?.active === false
          ? true
          : undefined;
      },
      180_000,
    );
    expect(faults).toEqual([]);
  }, 600_000);

  test('an attribute of the application is discovered or added, and then mapped', async () => {
    await using opened = await browser.open({ viewport: { width: 1280, height: 900 } });
    const { page, faults } = opened;
    await signInOn(page, `${base}/User`);
    await page.getByRole('link', { name: 'Edit attribute list' }).click();
    await page.getByRole('button', { name: 'Discover attributes' }).click();
    await page.locator('.fui-ToastTitle', { hasText: /attribute(s were| was) added|names no attribute/ }).waitFor();

    await page.getByRole('button', { name: 'Add attribute' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('badge number');
    await dialog.getByText('Unexpected text after the path.').waitFor();
    await dialog.getByLabel('Name').fill('USERNAME');
    await dialog.getByText('This attribute is listed already.').waitFor();
    await dialog.getByLabel('Name').fill(extension);
    await dialog.getByRole('checkbox', { name: 'Exact case' }).click();
    await dialog.getByRole('button', { name: 'OK' }).click();
    await page.getByRole('searchbox', { name: 'Search attributes' }).fill('badge');
    await page.getByRole('row', { name: /badge String Exact case/ }).waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('alertdialog').getByText('Attributes are only added').waitFor();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Save' }).click();
    await toast(page, 'The attribute list was saved');
    await page.getByRole('searchbox', { name: 'Search attributes' }).fill('userName');
    expect(await page.getByRole('button', { name: 'Delete userName' }).getAttribute('aria-disabled')).toBe('true');

    await page.getByRole('link', { name: '‹ Provision directory users' }).click();
    await page.getByRole('button', { name: 'Add new mapping' }).click();
    await dialog.getByLabel('Source attribute').selectOption('employeeId');
    await dialog.getByLabel('Target attribute').selectOption(extension);
    await dialog.getByRole('button', { name: 'OK' }).click();
    await page.getByRole('row', { name: /badge employeeId/ }).waitFor();
    expect(faults).toEqual([]);
  }, 300_000);

  test('the schema as a document: exported, edited with problems named, compared with a version and brought back', async () => {
    await using opened = await browser.open({ viewport: { width: 1280, height: 900 } });
    const { page, faults } = opened;
    await signInOn(page, `${base}/User`);
    await page.getByRole('link', { name: 'Review your schema here' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export' }).click();
    const file = await (await download).path();
    const exported = JSON.parse(await readFile(file, 'utf8')) as Schema;
    expect(exported.synchronizationRules[0]?.objectMappings[0]?.sourceObjectName).toBe('User');

    // Importing fills the editor; nothing is saved until the document holds together.
    const edited = JSON.stringify(exported, null, 2);
    const importText = (text: string) =>
      page
        .getByLabel('Import')
        .setInputFiles({ name: 'schema.json', mimeType: 'application/json', buffer: Buffer.from(text) });
    await importText(edited.replaceAll('ToUpper', 'ToUppercase'));
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('This was not saved').waitFor();
    await page.getByText(/There is no function ToUppercase/).waitFor();
    await page.getByRole('textbox', { name: 'Schema as JSON' }).fill('{ nonsense');
    await page.getByText(/This is not JSON/).waitFor();
    expect(await page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Discard' }).click();
    await importText(edited.replaceAll(' II', ' III'));
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('alertdialog').getByText(/Getting other values: 1 user: ada/).waitFor(); // prettier-ignore
    await page.getByRole('alertdialog').getByRole('button', { name: 'Save' }).click();
    await toast(page, 'The schema was saved');
    await until(
      'the saved expression',
      async () =>
        (await users())?.attributeMappings.some((one) => one.source?.expression.includes(' III')) || undefined,
      30_000,
    );

    // The version before, its difference, and the way back.
    const versions = page.getByRole('table', { name: 'Versions' });
    await versions.getByRole('row').nth(2).getByRole('button', { name: /Compare/ }).click(); // prettier-ignore
    await page.getByRole('row', { name: /title.* II\\".* III\\"/ }).waitFor();
    expect(new URL(page.url()).searchParams.get('version')).toMatch(/^\d+$/);
    await versions.getByRole('row').nth(2).getByRole('button', { name: /Bring back/ }).click(); // prettier-ignore
    await page.getByRole('alertdialog').getByText(/Getting other values: 1 user: ada/).waitFor(); // prettier-ignore
    await page.getByRole('alertdialog').getByRole('button', { name: 'Bring back' }).click();
    await versions.getByText(/Brought back from version/).waitFor();
    expect((await users())?.attributeMappings.some((one) => one.source?.expression.includes(' III'))).toBe(false);

    // Back to the template's.
    await page.getByRole('link', { name: '‹ Attribute mapping' }).click();
    await page.getByRole('button', { name: 'Restore default mappings' }).click();
    const confirmation = page.getByRole('alertdialog');
    await confirmation.getByText(/yours are lost/).waitFor();
    await confirmation.getByText(/Getting other values: 1 user: ada/).waitFor();
    await confirmation.getByRole('button', { name: 'Restore default mappings' }).click();
    await toast(page, 'The default mappings are in force again');
    expect((await users())?.scope).toBeNull();
    expect(faults).toEqual([]);
  }, 300_000);
});

async function preview(page: Page, name: string): Promise<void> {
  await page.getByRole('combobox', { name: 'Person' }).fill(name);
  await page.getByRole('option', { name: new RegExp(`^${name} `) }).click();
}
