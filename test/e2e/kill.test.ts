import { afterAll, beforeAll, expect, test } from 'vitest';
import { createToken, signInTo, startCenter, startWorkspace, type Caller, type Half } from './halves.ts';
import { temporaryFolder, until } from './processes.ts';
import { addCinode, cycles, log, saveCredentials, scim, type Application, type ScimUser } from './provisioning.ts';

// The admin center dies three times in the middle of an initial cycle of 2,000 users. Nobody is lost and nobody is doubled.

const users = 2000;
const stack = new AsyncDisposableStack();
let centerHalf: Half;
let center: Caller;
let application: Application;
let target: ReturnType<typeof scim>;

beforeAll(async () => {
  const folder = stack.use(await temporaryFolder());
  const workspaceHalf = stack.use(await startWorkspace(['--data', folder.path]));
  centerHalf = stack.use(
    await startCenter(['--data', folder.path, '--allow-target', `127.0.0.1:${workspaceHalf.port}`]),
  );
  center = await signInTo(centerHalf.url, '/joinery/session');
  const { token, tenantUrl } = await createToken(await signInTo(workspaceHalf.url, '/api/session'), 'kill');
  target = scim(tenantUrl, token);
  application = await addCinode(center);
  await saveCredentials(center, application, tenantUrl, token, [{ key: 'SyncAll', value: 'True' }]);
  const numbers = Array.from({ length: users }, (_, index) => index);
  const lanes = Array.from({ length: 8 }, async (_, lane) => {
    for (const number of numbers.filter((one) => one % 8 === lane)) {
      await center.call('POST', '/v1.0/users', {
        userPrincipalName: `user${number}@contoso.com`, displayName: `User ${number}`, givenName: 'User', surname: String(number),
        mailNickname: `user${number}`, accountEnabled: true, jobTitle: 'Tester', city: 'Lund', passwordProfile: { password: 'not-used-1A' },
      }, 201); // prettier-ignore
    }
  });
  await Promise.all(lanes);
}, 300_000);

afterAll(() => stack.disposeAsync());

test('three kills in the middle of an initial cycle lose and double nobody', async () => {
  await center.call('POST', `${application.path}/jobs/${application.jobId}/start`, undefined, 204);
  for (const share of [0.2, 0.45, 0.7]) {
    await until(
      `${share * 100} % of the pages`,
      async () => {
        const [cycle] = await cycles(center, application);
        if (cycle !== undefined && cycle.state !== 'running')
          throw new Error(`the cycle ended before the kill: ${cycle.state}`);
        return cycle !== undefined && cycle.pages.total > 0 && cycle.pages.done >= share * cycle.pages.total
          ? true
          : undefined;
      },
      120_000,
    );
    await centerHalf.process.kill9();
    await centerHalf.start();
    center = await signInTo(centerHalf.url, '/joinery/session');
  }
  const cycle = await until(
    'the cycle to complete by itself',
    async () => (await cycles(center, application)).find((one) => one.kind === 'initial' && one.state === 'succeeded'),
    180_000,
  );
  expect(cycle.counts.failed).toBe(0);

  const present = await target.all<ScimUser>('Users');
  expect(present).toHaveLength(users);
  expect(new Set(present.map((one) => one.userName)).size).toBe(users);
  expect(new Set(present.map((one) => one.externalId)).size).toBe(users);

  const entries = await log(center, `jobId eq '${application.jobId}'`);
  const logged = new Set(entries.map((entry) => entry.sourceIdentity.id));
  expect(present.filter((one) => !logged.has(one.externalId))).toEqual([]);
}, 600_000);
