import { createServer, type Server } from 'node:http';
import { aSmtpServer } from '@joinery/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createToken, signInTo, startCenter, startWorkspace, type Caller, type Half } from './halves.ts';
import { freePort, startJoinery, temporaryFolder, until } from './processes.ts';
import {
  addCinode,
  assign,
  createUser,
  cycles,
  log,
  runCycle,
  saveCredentials,
  scim,
  type Application,
  type ScimUser,
} from './provisioning.ts';

// What goes wrong between the halves: right status, log entry, one mail to a real SMTP server, recovery without help.

const stack = new AsyncDisposableStack();
let workspaceHalf: Half;
let center: Caller;
let workspace: Caller;
let smtp: Awaited<ReturnType<typeof aSmtpServer>>;
let data: string;
let proxy: Proxy;

/** A reverse proxy before the workspace that can be told to answer something else. */
interface Proxy {
  readonly port: number;
  answer:
    | ((
        method: string,
        path: string,
      ) => { status: number; headers?: Record<string, string>; body?: string } | undefined)
    | undefined;
}

async function startProxy(target: string): Promise<Proxy & AsyncDisposable> {
  const port = await freePort();
  const made: Proxy & AsyncDisposable = {
    port,
    answer: undefined,
    [Symbol.asyncDispose]: async () => void server.close(),
  };
  const server: Server = createServer((request, response) => {
    const scripted = made.answer?.(request.method ?? '', request.url ?? '');
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      if (scripted !== undefined) {
        response.writeHead(scripted.status, scripted.headers).end(scripted.body ?? '');
        return;
      }
      const { host: _host, connection: _connection, ...headers } = request.headers;
      const body = Buffer.concat(chunks);
      const answer = await fetch(`${target}${request.url}`, {
        method: request.method ?? 'GET',
        headers: headers as Record<string, string>,
        ...(body.length > 0 ? { body } : {}),
      }).catch(() => undefined);
      if (answer === undefined) {
        request.socket.destroy();
        return;
      }
      response
        .writeHead(answer.status, Object.fromEntries(answer.headers))
        .end(Buffer.from(await answer.arrayBuffer()));
    });
  });
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening));
  return made;
}

interface Status {
  readonly code: string;
  readonly quarantine: {
    readonly reason: string;
    readonly error: { readonly code: string; readonly message: string };
  } | null;
}

const status = async (application: Application): Promise<Status> =>
  (await center.call<{ status: Status }>('GET', `${application.path}/jobs/${application.jobId}`)).status;

/** A job of its own with one assigned user, told to mail `name`@contoso.com. */
async function aJob(
  name: string,
  tenantUrl: string,
  token: string,
): Promise<{ application: Application; address: string }> {
  const application = await addCinode(center);
  const address = `${name}@contoso.com`;
  await center.call('PATCH', `/joinery/jobs/${application.jobId}/settings`, {
    onChange: false,
    notification: { enabled: true, emails: [address] },
  });
  await saveCredentials(center, application, tenantUrl, token);
  await assign(center, application, (await createUser(center, `${name}-user`)).id);
  return { application, address };
}

const mailsTo = (address: string): number => smtp.mails.filter((mail) => mail.to.includes(address)).length;

/** The job is in quarantine for its credentials or reachability, said so in the log and in exactly one mail. */
async function expectQuarantine(application: Application, address: string, code: string): Promise<void> {
  const quarantined = await until('quarantine', async () => {
    const now = await status(application);
    return now.code === 'Quarantine' ? now : undefined;
  });
  expect(quarantined.quarantine).toMatchObject({ reason: 'EncounteredQuarantineException', error: { code } });
  const entries = await log(center, `jobId eq '${application.jobId}' and provisioningStatusInfo/status eq 'failure'`);
  expect(entries.map((entry) => entry.provisioningStatusInfo.errorInformation?.errorCode)).toContain(code);
  await until('the mail', async () => (mailsTo(address) > 0 ? true : undefined), 30_000);
  expect(mailsTo(address)).toBe(1);
}

async function expectRecovery(application: Application, name: string, target: ReturnType<typeof scim>): Promise<void> {
  await until(
    'the user to arrive',
    async () => target.find<ScimUser>('Users', `userName eq "${name}-user@contoso.com"`),
    150_000,
  );
  await until('the quarantine to be lifted', async () =>
    (await status(application)).code === 'Active' ? true : undefined,
  );
}

beforeAll(async () => {
  const folder = stack.use(await temporaryFolder());
  data = folder.path;
  smtp = stack.use(await aSmtpServer());
  workspaceHalf = stack.use(await startWorkspace(['--data', data]));
  proxy = stack.use(await startProxy(workspaceHalf.url));
  const centerHalf = stack.use(
    await startCenter(
      [
        '--data',
        data,
        '--allow-target',
        `127.0.0.1:${workspaceHalf.port}`,
        '--allow-target',
        `127.0.0.1:${proxy.port}`,
      ],
      { JOINERY_SMTP_URL: smtp.url },
    ),
  );
  workspace = await signInTo(workspaceHalf.url, '/api/session');
  center = await signInTo(centerHalf.url, '/joinery/session');
}, 180_000);

afterAll(() => stack.disposeAsync());

test('a wrong token quarantines the job at once; saving the right one recovers it without help', async () => {
  const { token, tenantUrl } = await createToken(workspace, 'wrong-token');
  const { application, address } = await aJob('wrong-token', tenantUrl, 'joinery_not_a_token');
  await center.call('POST', `${application.path}/jobs/${application.jobId}/start`, undefined, 204);
  await expectQuarantine(application, address, 'Unauthorized');
  await saveCredentials(center, application, tenantUrl, token);
  await expectRecovery(application, 'wrong-token', scim(tenantUrl, token));
});

test('an expired token quarantines the job and says that it expired', async () => {
  const expires = Date.now() + 2500;
  const { token, tenantUrl } = await createToken(workspace, 'expired', { expires: new Date(expires).toISOString() });
  const { application, address } = await aJob('expired', tenantUrl, token);
  await until('the token to expire', async () => (Date.now() > expires + 500 ? true : undefined));
  await center.call('POST', `${application.path}/jobs/${application.jobId}/start`, undefined, 204);
  await expectQuarantine(application, address, 'Unauthorized');
  expect((await status(application)).quarantine?.error.message).toMatch(/expired/u);
  const fresh = await createToken(workspace, 'expired-2');
  await saveCredentials(center, application, tenantUrl, fresh.token);
  await expectRecovery(application, 'expired', scim(tenantUrl, fresh.token));
});

test('a token for another audience is refused and named', async () => {
  const { token, tenantUrl } = await createToken(workspace, 'audience', { audience: 'https://other.example/scim/v2' });
  const { application, address } = await aJob('audience', tenantUrl, token);
  await center.call('POST', `${application.path}/jobs/${application.jobId}/start`, undefined, 204);
  await expectQuarantine(application, address, 'Unauthorized');
  expect((await status(application)).quarantine?.error.message).toMatch(/audience/u);
  const right = await createToken(workspace, 'audience-2');
  await saveCredentials(center, application, tenantUrl, right.token);
  await expectRecovery(application, 'audience', scim(tenantUrl, right.token));
});

test("an id of another tenant does not exist: the link heals into the credential's own tenant", async () => {
  const first = await createToken(workspace, 'tenant-a');
  const { application } = await aJob('tenants', first.tenantUrl, first.token);
  await runCycle(center, application);
  const own = await scim(first.tenantUrl, first.token).find<ScimUser>(
    'Users',
    'userName eq "tenants-user@contoso.com"',
  );

  await using create = startJoinery(['workspace', 'tenant', 'create', 'Fabrikam', '--data', data, '--json']);
  expect(await create.ended, create.stderr()).toBe(0);
  await using makeToken = startJoinery([
    'workspace', 'token', 'create', '--tenant', 'Fabrikam', '--name', 'other', '--expires', new Date(Date.now() + 86_400_000).toISOString(), '--data', data, '--json',
  ]); // prettier-ignore
  expect(await makeToken.ended, makeToken.stderr()).toBe(0);
  const other = JSON.parse(makeToken.stdout()) as { token: string };
  const foreign = await fetch(`${first.tenantUrl}/Users/${own?.id}`, {
    headers: { authorization: `Bearer ${other.token}` },
  });
  expect(foreign.status).toBe(404);

  await saveCredentials(center, application, first.tenantUrl, other.token);
  const users = await center.call<{ value: { id: string }[] }>(
    'GET',
    `/v1.0/users?$filter=${encodeURIComponent("userPrincipalName eq 'tenants-user@contoso.com'")}`,
  );
  await center.call('PATCH', `/v1.0/users/${users.value[0]!.id}`, { jobTitle: 'Moved' }, 204);
  await runCycle(center, application);
  expect(
    await scim(first.tenantUrl, other.token).find<ScimUser>('Users', 'userName eq "tenants-user@contoso.com"'),
  ).toMatchObject({ title: 'Moved' });
  expect(
    (await scim(first.tenantUrl, first.token).find<ScimUser>('Users', 'userName eq "tenants-user@contoso.com"'))?.id,
  ).toBe(own?.id);
});

test('a workspace that is down quarantines the job; it goes on when the workspace is back', async () => {
  const { token, tenantUrl } = await createToken(workspace, 'down');
  const { application, address } = await aJob('down', tenantUrl, token);
  await workspaceHalf.process.stop();
  await center.call('POST', `${application.path}/jobs/${application.jobId}/start`, undefined, 204);
  await expectQuarantine(application, address, 'WebExceptionProtocolError');
  await workspaceHalf.start();
  workspace = await signInTo(workspaceHalf.url, '/api/session');
  await expectRecovery(application, 'down', scim(tenantUrl, token));
}, 240_000);

test('answers of 500 are kept for retry object by object and mailed once', async () => {
  const { token } = await createToken(workspace, 'five-hundred');
  const throughProxy = `http://127.0.0.1:${proxy.port}/scim/v2`;
  const { application, address } = await aJob('five-hundred', throughProxy, token);
  proxy.answer = (method) =>
    method === 'POST'
      ? { status: 500, headers: { 'content-type': 'text/html' }, body: '<h1>Internal Server Error</h1>' }
      : undefined;
  const failed = await runCycle(center, application);
  expect(failed).toMatchObject({ state: 'entry-level-errors', counts: { created: 0, failed: 1 } });
  expect((await status(application)).code).toBe('Active');
  const entries = await log(center, `jobId eq '${application.jobId}' and provisioningStatusInfo/status eq 'failure'`);
  expect(entries[0]?.provisioningStatusInfo.errorInformation?.errorCode).toBe('InternalServerError');
  await until('the digest', async () => (mailsTo(address) > 0 ? true : undefined), 30_000);
  expect(mailsTo(address)).toBe(1);

  proxy.answer = undefined;
  const recovered = await runCycle(center, application);
  expect(recovered).toMatchObject({ state: 'succeeded', counts: { created: 1, failed: 0 } });
  expect(mailsTo(address)).toBe(1);
});

test('answers of 429 are waited for inside the cycle and never quarantine', async () => {
  const { token, tenantUrl } = await createToken(workspace, 'throttled');
  const { application, address } = await aJob('throttled', `http://127.0.0.1:${proxy.port}/scim/v2`, token);
  let refused = 0;
  proxy.answer = (method) =>
    method === 'POST' && refused++ < 2 ? { status: 429, headers: { 'retry-after': '1' } } : undefined;
  const cycle = await runCycle(center, application);
  proxy.answer = undefined;
  expect(refused).toBeGreaterThanOrEqual(2);
  expect(cycle).toMatchObject({ state: 'succeeded', counts: { created: 1, failed: 0 } });
  expect(
    await scim(tenantUrl, token).find<ScimUser>('Users', 'userName eq "throttled-user@contoso.com"'),
  ).toBeDefined();
  expect(mailsTo(address)).toBe(0);
  expect(await cycles(center, application)).toHaveLength(1);
});
