/** The workspace's part of `tools/screenshots.ts`: what is set up in the demo before, and the pages. */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { TestBrowser } from '../test/e2e/browser.ts';

export interface WorkspaceReport {
  readonly url: string;
  readonly tenantUrl: string;
  readonly token: string;
  readonly email: string;
  readonly password: string;
}

export interface PictureOptions {
  readonly folder: string;
  readonly isReview: boolean;
  readonly widths: readonly number[];
  readonly themes: readonly ('light' | 'dark')[];
  readonly only: readonly string[] | undefined;
}

interface Picture {
  readonly name: string;
  /** Address; `CLIENT`, `WEBHOOK`, `TOKEN`, `PERSON`, `GROUP` stand for ids of what is there. */
  readonly path: string;
  /** What to do on the page before it is taken. */
  readonly act?: (page: Page) => Promise<void>;
}

const integrations = '/administration/integrations';
const extension = 'urn:contoso:scim:schemas:1.0:Consulting';

const clickFirstRow = async (page: Page): Promise<void> => {
  await page.getByRole('table').getByRole('link').first().click();
  await page.getByRole('dialog').waitFor();
};

const click = (name: string) => async (page: Page) => {
  await page.getByRole('button', { name, exact: true }).click();
};

const runSelfCheck = async (page: Page): Promise<void> => {
  await click('Run self-check')(page);
  await page.getByText('Everything works').waitFor();
};

const main: readonly Picture[] = [
  { name: 'overview', path: '/overview' },
  { name: 'people', path: '/people' },
  { name: 'tokens', path: `${integrations}/tokens` },
  { name: 'guide', path: `${integrations}/guide/entra` },
  { name: 'requests', path: `${integrations}/requests?status=failed`, act: clickFirstRow },
  { name: 'oauth-client', path: `${integrations}/oauth-clients/CLIENT` },
  { name: 'rules', path: '/administration/rules' },
  { name: 'schema', path: `/administration/schemas/extension/${extension}` },
  { name: 'self-check', path: `${integrations}/self-check`, act: runSelfCheck },
];

const others: readonly Picture[] = [
  { name: 'person', path: '/people/PERSON' },
  { name: 'new-token', path: `${integrations}/tokens/new` },
  { name: 'audit', path: '/administration/audit' },
  { name: 'people-none', path: '/people?search=zzz' },
  { name: 'person-groups', path: '/people/PERSON/groups' },
  { name: 'groups', path: '/groups' },
  { name: 'group', path: '/groups/GROUP' },
  { name: 'group-attributes', path: '/groups/GROUP/attributes' },
  { name: 'token', path: `${integrations}/tokens/TOKEN` },
  { name: 'token-revoke', path: `${integrations}/tokens/TOKEN`, act: click('Revoke') },
  { name: 'token-rotate', path: `${integrations}/tokens/TOKEN/rotate` },
  {
    name: 'token-secret',
    path: `${integrations}/tokens/new`,
    act: async (page) => {
      await page.getByRole('textbox', { name: 'Name' }).fill(`Picture ${Date.now()}`);
      await click('Create token')(page);
      await page.getByText('is ready').waitFor();
      await page.getByRole('button', { name: 'Copy Token', exact: true }).click();
    },
  },
  { name: 'token-new-faults', path: `${integrations}/tokens/new`, act: click('Create token') },
  { name: 'guide-okta', path: `${integrations}/guide/okta` },
  { name: 'requests-all', path: `${integrations}/requests?date=day` },
  { name: 'requests-none', path: `${integrations}/requests?status=5xx` },
  { name: 'oauth-clients', path: `${integrations}/oauth-clients` },
  { name: 'oauth-new', path: `${integrations}/oauth-clients/new`, act: click('Create client') },
  { name: 'oauth-new-secret', path: `${integrations}/oauth-clients/CLIENT/new-secret` },
  {
    name: 'oauth-new-federation',
    path: `${integrations}/oauth-clients/CLIENT/new-federation`,
    act: click('Add federation'),
  },
  { name: 'oauth-delete', path: `${integrations}/oauth-clients/CLIENT`, act: click('Delete client') },
  { name: 'webhooks', path: `${integrations}/webhooks` },
  { name: 'webhook-new', path: `${integrations}/webhooks/new` },
  { name: 'webhook', path: `${integrations}/webhooks/WEBHOOK` },
  { name: 'webhook-settings', path: `${integrations}/webhooks/WEBHOOK/settings` },
  { name: 'self-check-new', path: `${integrations}/self-check` },
  { name: 'reading', path: '/administration/rules/reading', act: (page) => page.getByLabel('Strict').click() },
  { name: 'schemas', path: '/administration/schemas' },
  { name: 'resource-types', path: '/administration/schemas/resource-types' },
  { name: 'schema-new', path: '/administration/schemas/new/extension', act: click('Add') },
  { name: 'resource-type-new', path: '/administration/schemas/new/resource-type' },
  { name: 'schema-text', path: `/administration/schemas/extension/${extension}/definition` },
  { name: 'audit-entry', path: '/administration/audit', act: clickFirstRow },
  { name: 'not-found', path: '/nowhere' },
  { name: 'missing-person', path: '/people/00000000-0000-4000-8000-000000000000' },
];

type Api = (method: string, path: string, body?: unknown) => Promise<Record<string, unknown>>;

async function signIn({ url, email, password }: WorkspaceReport): Promise<Api> {
  const answer = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  const { csrfToken } = (await answer.json()) as { csrfToken: string };
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  return async (method, path, body) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        cookie,
        'x-csrf-token': csrfToken,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) process.stderr.write(`${method} ${path}: ${response.status} ${text}\n`);
    return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
  };
}

const days = (count: number): string => new Date(Date.now() + count * 86_400_000).toISOString();

/** What an administrator may have set up, through the management API; answers ids by their names in addresses. */
async function prepare(report: WorkspaceReport): Promise<ReadonlyMap<string, string>> {
  const api = await signIn(report);
  // A demo that runs already may have been prepared before.
  if ((await rowsOf(api, '/api/oauth/clients', 'clients')).length > 0) return idsOf(api);
  await api('POST', '/api/tokens', { name: 'Okta, to be replaced', expires: days(6) });
  const client = await api('POST', '/api/oauth/clients', { name: 'Entra production' });
  await api('POST', `/api/oauth/clients/${String(client['id'])}/secrets`, { expires: days(180) });
  const tenant = 'https://login.microsoftonline.com/5f3c9a0e-7b1d-4e59-9f0a-2c8d6b4e1a37';
  await api('POST', `/api/oauth/clients/${String(client['id'])}/federations`, {
    issuer: `${tenant}/v2.0`,
    jwksUrl: `${tenant}/discovery/v2.0/keys`,
    subject: 'c1b6f1a2-8d53-4a8f-b3a5-6f0d2f1e9c74',
    audiences: ['api://workspace', 'api://workspace/.default'],
  });
  await api('PUT', '/api/rules', {
    verifiedDomains: ['contoso.com', 'contoso.example'],
    protectedAccounts: ['breakglass@contoso.com'],
    protectsOwner: true,
    keepsSignInNameOnAdoption: true,
    roleGroups: [{ group: 'Workspace administrators', scimMayWrite: false }],
  });
  await api('POST', '/api/schemas', {
    id: extension,
    name: 'Consulting',
    resourceType: 'User',
    attributes: [
      { name: 'badge', type: 'string', uniqueness: 'server' },
      { name: 'grade', type: 'string', canonicalValues: ['Junior', 'Senior', 'Partner'] },
      {
        name: 'projects',
        type: 'complex',
        multiValued: true,
        subAttributes: [
          { name: 'value', type: 'string' },
          { name: 'type', type: 'string' },
        ],
      },
    ],
  });
  await api('POST', '/api/resource-types', {
    name: 'Device',
    endpoint: '/Devices',
    schema: {
      id: 'urn:contoso:scim:schemas:1.0:Device',
      name: 'Device',
      attributes: [{ name: 'serialNumber', type: 'string', required: true, uniqueness: 'server' }],
    },
  });
  await api('POST', '/api/webhooks', { url: 'https://hooks.contoso.example/people' });
  await refusals(report);
  return idsOf(api);
}

/** Requests that were refused, and a person with a name that is hard to lay out. */
async function refusals({ tenantUrl, token }: WorkspaceReport): Promise<void> {
  const send = (path: string, body: unknown): Promise<Response> =>
    fetch(tenantUrl + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
      body: JSON.stringify(body),
    });
  const long = 'Rhoshandiatellyneshiaunneveshenk Koyaanisquatsiuth Williams the Third of Her Name';
  const person = {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName: `${'rhoshandiatellyneshiaunneveshenk.'.repeat(2)}williams@contoso.example`,
    displayName: long,
    title: 'Senior Vice President of Interdepartmental Communication and Alignment',
  };
  await send('/Users', person);
  await send('/Users', person);
  await send('/Users', { ...person, userName: 'guest@fabrikam.example' });
  await fetch(`${tenantUrl}/Users?count=1`, { headers: { authorization: `Bearer ${token}` } });
  // The request log is written once a second.
  await new Promise((done) => setTimeout(done, 2_500));
}

interface Row {
  readonly id: string;
  readonly lastUsed?: string | null;
  readonly state?: string;
}

async function rowsOf(api: Api, path: string, list: string): Promise<readonly Row[]> {
  // The contract of the management API says so.
  return (await api('GET', path))[list] as readonly Row[];
}

async function idsOf(api: Api): Promise<ReadonlyMap<string, string>> {
  const first = async (path: string, list: string): Promise<string> => (await rowsOf(api, path, list))[0]?.id ?? '';
  const used = (await rowsOf(api, '/api/tokens', 'tokens')).find(
    ({ lastUsed, state }) => lastUsed !== null && state === 'active',
  );
  return new Map([
    ['CLIENT', await first('/api/oauth/clients', 'clients')],
    ['WEBHOOK', await first('/api/webhooks', 'webhooks')],
    ['TOKEN', used?.id ?? ''],
    ['PERSON', await first('/api/users?limit=3', 'users')],
    ['GROUP', await first('/api/groups?limit=3', 'groups')],
  ]);
}

/** Writes `workspace-NAME.png`, in a review `workspace-NAME-THEME-WIDTH.png`. */
export async function takeWorkspacePictures(
  browser: TestBrowser,
  report: WorkspaceReport,
  { folder, isReview, widths, themes, only }: PictureOptions,
): Promise<void> {
  const ids = await prepare(report);
  const pictures = (isReview ? [...main, ...others] : main).filter(({ name }) => only?.includes(name) !== false);
  for (const theme of themes) {
    for (const width of widths) {
      await using opened = await browser.open({
        colorScheme: theme,
        viewport: { width, height: width === 360 ? 740 : 860 },
        permissions: ['clipboard-read', 'clipboard-write'],
      });
      const { page, faults } = opened;
      await page.goto(report.url);
      await page.getByLabel('E-mail address').waitFor();
      if (isReview) await page.screenshot({ path: join(folder, `workspace-sign-in-${theme}-${width}.png`) });
      await page.getByLabel('E-mail address').fill(report.email);
      await page.getByLabel('Password').fill(report.password);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('heading', { level: 1, name: 'Automatic provisioning' }).waitFor();
      for (const { name, path, act } of pictures) {
        await page.goto(report.url + path.replace(/[A-Z]{5,}$|[A-Z]{5,}(?=\/)/, (word) => ids.get(word) ?? word));
        await page.getByRole('heading', { level: 1 }).waitFor();
        await page.waitForTimeout(700);
        await act?.(page).catch((error: unknown) => {
          process.stderr.write(`${name}: ${String(error)}\n`);
        });
        await page.waitForTimeout(400);
        if (isReview) await page.evaluate('window.scrollTo(0, 0)');
        const suffix = isReview ? `-${theme}-${width}` : '';
        await page.screenshot({ path: join(folder, `workspace-${name}${suffix}.png`), fullPage: isReview });
      }
      for (const fault of faults) process.stderr.write(`page: ${fault}\n`);
    }
  }
}
