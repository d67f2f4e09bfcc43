import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser, startBrowser, type TestBrowser, type TestPage } from './browser.ts';
import { until } from './processes.ts';
import {
  aToken,
  managementApi,
  scimClient,
  signInOn,
  startConsole,
  type ConsoleUnderTest,
} from './workspace-console.ts';

const dayMs = 86_400_000;
const integrations = '/administration/integrations';

interface Receiver extends AsyncDisposable {
  readonly url: string;
  /** Answered to deliveries from now on. */
  status: number;
  readonly ids: string[];
}

/** A system that hears of changes. */
async function aReceiver(): Promise<Receiver> {
  const server = createServer((request, response) => {
    receiver.ids.push(String(request.headers['webhook-id']));
    request.resume().on('end', () => response.writeHead(receiver.status).end());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  const receiver: Receiver = {
    url: `http://127.0.0.1:${port}/people`,
    status: 204,
    ids: [],
    [Symbol.asyncDispose]: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
  return receiver;
}

describe.skipIf(!hasBrowser)('credentials and webhooks in the tenant console', () => {
  let browser: TestBrowser;
  let running: ConsoleUnderTest;
  let url: string;
  beforeAll(async () => {
    browser = await startBrowser('workspace');
    running = await startConsole({ allowedHosts: ['127.0.0.1'], secretKey: randomBytes(32).toString('base64') });
    ({ url } = running.workspace);
  }, 300_000);
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await running?.[Symbol.asyncDispose]();
  });

  async function signedIn(path: string): Promise<TestPage> {
    const opened = await browser.open({ permissions: ['clipboard-read', 'clipboard-write'] });
    await opened.page.goto(url + path);
    await signInOn(opened.page);
    await opened.page.getByRole('navigation').first().waitFor();
    return opened;
  }

  test('a client with a secret gets an access token, a second secret replaces the first, and both can be taken away', async () => {
    await using opened = await signedIn(`${integrations}/oauth-clients`);
    const { page, faults } = opened;
    await page.getByText('There is no OAuth client yet').waitFor();
    await page.getByRole('link', { name: 'Create client' }).click();
    await page.getByRole('button', { name: 'Create client' }).click();
    await page.getByText('Enter a name.').waitFor();
    await page.getByRole('textbox', { name: 'Name' }).fill('Entra production');
    await page.getByRole('button', { name: 'Create client' }).click();
    await page.getByRole('heading', { level: 1, name: 'Entra production' }).waitFor();
    const clientId = await page.getByRole('textbox', { name: 'Client ID' }).inputValue();
    const endpoint = await page.getByRole('textbox', { name: 'Token endpoint' }).inputValue();

    const addSecret = async (): Promise<string> => {
      await page.getByRole('button', { name: 'Add secret' }).click();
      await page.getByText('The secret cannot be shown again.', { exact: false }).waitFor();
      return page.getByRole('textbox', { name: 'Client secret' }).inputValue();
    };
    const ask = async (secret: string): Promise<number> => {
      const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: secret };
      return (await fetch(endpoint, { method: 'POST', body: new URLSearchParams(form) })).status;
    };
    await page.getByRole('link', { name: 'Add secret' }).click();
    const first = await addSecret();
    expect(await ask(first)).toBe(200);
    await page.getByRole('button', { name: 'I have stored the secret' }).click();
    await page.getByRole('table', { name: 'Secrets of this client' }).waitFor();
    expect(await page.content()).not.toContain(first);

    // The second ends the first at once, as was chosen.
    await page.getByRole('link', { name: 'Add secret' }).click();
    await page.getByRole('radio', { name: 'End at once' }).click();
    await page.getByText('get no new access token until the new secret is entered', { exact: false }).waitFor();
    const second = await addSecret();
    expect([await ask(first), await ask(second)]).toEqual([401, 200]);
    await page.getByRole('button', { name: 'I have stored the secret' }).click();

    // Revoked: it is the last one, and the page says so.
    await page.getByRole('button', { name: /^Revoke the secret created/ }).click();
    const dialog = page.getByRole('alertdialog');
    await dialog.getByText('It is the only secret or federation of this client.').waitFor();
    await dialog.getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('No secret', { exact: true }).waitFor();
    expect(await ask(second)).toBe(401);

    await page.getByRole('button', { name: 'Delete client' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete client' }).click();
    await page.getByText('There is no OAuth client yet').waitFor();
    expect(faults).toEqual([]);
  });

  test('a federation is added with what the server requires, and removed', async () => {
    const api = await managementApi(url);
    const { id } = await api('POST', '/api/oauth/clients', { name: 'Federated' });
    await using opened = await signedIn(`${integrations}/oauth-clients/${String(id)}`);
    const { page, faults } = opened;
    await page.getByRole('link', { name: 'Add federation' }).click();
    await page.getByRole('button', { name: 'Add federation' }).click();
    await page.getByText('The issuer begins with https://.').waitFor();
    await page.getByText('Enter one to ten audiences, one per line.').waitFor();
    await page.getByRole('textbox', { name: 'Issuer' }).fill('https://login.microsoftonline.com/t/v2.0');
    await page.getByRole('textbox', { name: 'Subject' }).fill('7c9e6679');
    await page.getByRole('textbox', { name: 'Audiences' }).fill('api://app\napi://app/.default\n\n');
    // A host that nobody allowed is refused by the server, in words, and nothing typed is lost.
    await page.getByRole('textbox', { name: 'Key set URL' }).fill('https://keys.example/jwks');
    await page.getByRole('button', { name: 'Add federation' }).click();
    await page.getByRole('alert').getByText('JOINERY_FEDERATION_HOSTS', { exact: false }).waitFor();
    await page
      .getByRole('textbox', { name: 'Key set URL' })
      .fill('https://login.microsoftonline.com/t/discovery/v2.0/keys');
    await page.getByRole('button', { name: 'Add federation' }).click();
    const row = page.getByRole('row').filter({ hasText: '7c9e6679' });
    await row.getByText('api://app/.default').waitFor();
    await row.getByRole('button', { name: /^Remove the federation/ }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('No federation', { exact: true }).waitFor();
    expect(faults).toEqual([]);
  });

  test('a secret that was copied may be left without a question', async () => {
    await using opened = await signedIn(`${integrations}/tokens/new`);
    const { page } = opened;
    await page.getByRole('textbox', { name: 'Name' }).fill('Copied');
    await page.getByRole('button', { name: 'Create token' }).click();
    await page.getByRole('button', { name: 'Copy Tenant URL', exact: true }).click();
    await page.getByRole('link', { name: 'People' }).click();
    // The Tenant URL alone is not the secret.
    await page.getByRole('alertdialog').getByRole('button', { name: 'Stay and copy it' }).click();
    await page.getByRole('button', { name: 'Copy Token', exact: true }).click();
    expect(await page.evaluate<string>('navigator.clipboard.readText()')).toMatch(/^joinery_/);
    await page.getByRole('link', { name: 'People' }).click();
    await page.getByRole('heading', { level: 1, name: 'People' }).waitFor();
  });

  test('a webhook: its secret once, its deliveries, one that fails and is sent again, off and on, a new secret, deleted', async () => {
    await using receiver = await aReceiver();
    const { token, tenantUrl } = await aToken(url, 'Webhook test');
    await using opened = await signedIn(`${integrations}/webhooks`);
    const { page, faults } = opened;
    await page.getByText('There is no webhook yet').waitFor();
    await page.getByRole('link', { name: 'Create webhook' }).click();
    await page.getByRole('textbox', { name: 'Address' }).fill('somewhere');
    await page.getByRole('button', { name: 'Create webhook' }).click();
    await page.getByText('Enter an address such as', { exact: false }).waitFor();
    await page.getByRole('textbox', { name: 'Address' }).fill(receiver.url);
    await page.getByRole('checkbox', { name: 'A group is created' }).click();
    await page.getByRole('button', { name: 'Create webhook' }).click();
    const secret = await page.getByRole('textbox', { name: 'Signing secret' }).inputValue();
    expect(secret).toMatch(/^whsec_/);
    await page.getByRole('button', { name: 'I have stored the secret' }).click();
    await page.getByText('Nothing was sent yet').waitFor();
    expect(await page.content()).not.toContain(secret);

    // What happens is delivered, but for what was not chosen.
    const scim = scimClient(tenantUrl, token);
    await scim.create('/Users', { userName: 'hook@contoso.example' });
    await scim.create('/Groups', { displayName: 'Hooked' });
    const created = page.getByRole('row').filter({ hasText: 'user.created' });
    await created.getByText('Delivered').waitFor();
    expect(await page.getByText('group.created').count()).toBe(0);
    expect(receiver.ids).toHaveLength(1);

    // A refusal is shown with the answer and the next attempt; sending again brings it through at once.
    receiver.status = 500;
    await scim.create('/Users', { userName: 'hook2@contoso.example' });
    const failing = page.getByRole('row').filter({ hasText: 'Failing' });
    await failing.getByText('answered 500', { exact: false }).waitFor();
    await failing.getByText('next attempt', { exact: false }).waitFor();
    receiver.status = 204;
    await failing.getByRole('button', { name: /^Send again: user.created/ }).click();
    await page.getByText('It is sent again, with the same webhook-id').first().waitFor();
    await failing.waitFor({ state: 'detached' });
    expect(new Set(receiver.ids).size).toBe(2);

    // Off: nothing is sent, and the page says how to go on.
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('button', { name: 'Switch off' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Switch off' }).click();
    await page.getByRole('link', { name: 'Deliveries' }).click();
    await page.getByText('This webhook is off').waitFor();
    await page.getByRole('button', { name: 'Switch on' }).click();
    await page.getByText('This webhook is off').waitFor({ state: 'detached' });

    // A new secret, shown once more; then the end.
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('button', { name: 'New signing secret' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Make new secret' }).click();
    expect(await page.getByRole('textbox', { name: 'Signing secret' }).inputValue()).not.toBe(secret);
    await page.getByRole('button', { name: 'I have stored the secret' }).click();
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('button', { name: 'Delete webhook' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete webhook' }).click();
    await page.getByText('There is no webhook yet').waitFor();
    expect(faults).toEqual([]);
  });

  test('the overview warns of silence, of a token in 30, 7 and 1 days, and of the last secret of a client', async () => {
    await using alone = await startConsole();
    const address = alone.workspace.url;
    const { token, tenantUrl } = await aToken(address, 'Yearly', 40);
    await scimClient(tenantUrl, token).send('GET', '/Users?count=1');
    const api = await managementApi(address);
    const { id } = await api('POST', '/api/oauth/clients', { name: 'Quarterly' });
    const expires = new Date(Date.now() + 20 * dayMs).toISOString();
    await api('POST', `/api/oauth/clients/${String(id)}/secrets`, { expires });
    // The request log is written in batches of up to a second.
    await until('the request in the log', async () => {
      const { requests } = (await api('GET', '/api/requests')) as { requests: readonly unknown[] };
      return requests.length > 0 || undefined;
    });
    let ahead = 0;
    /** The overview so many days after the start, read anew. */
    const overviewAfter = async (days: number): Promise<TestPage> => {
      alone.advance((days - ahead) * dayMs);
      ahead = days;
      const opened = await browser.open();
      await opened.page.clock.setFixedTime(Date.now() + days * dayMs);
      await opened.page.goto(`${address}/overview`);
      await signInOn(opened.page);
      await opened.page.getByRole('heading', { name: 'Latest requests' }).waitFor();
      return opened;
    };
    {
      await using opened = await overviewAfter(0);
      await opened.page.getByText(/OAuth client "Quarterly" ends in (19|20) days/).waitFor();
      expect(await opened.page.getByText(/"Yearly" expires|No request has arrived/).count()).toBe(0);
    }
    {
      await using opened = await overviewAfter(15);
      await opened.page.getByText(/Token "Yearly" expires in 2[45] days/).waitFor();
      await opened.page.getByText(/No request has arrived since 1[45] days ago/).waitFor();
    }
    {
      await using opened = await overviewAfter(35);
      await opened.page.getByText(/Token "Yearly" expires in [45] days/).waitFor();
      await opened.page.getByText('OAuth client "Quarterly" has no secret that works any more.').waitFor();
    }
    await using opened = await overviewAfter(39.5);
    await opened.page.getByText(/Token "Yearly" expires in 1[12] hours/).waitFor();
    await opened.page.getByRole('link', { name: 'Rotate' }).click();
    await opened.page.getByRole('heading', { level: 1, name: 'Rotate "Yearly"' }).waitFor();
  });
});
