import pg from 'pg';
import { expect, test } from 'vitest';
import { createToken, signInTo, startCenter, startWorkspace } from './halves.ts';
import { temporaryFolder, until } from './processes.ts';
import {
  addCinode,
  assign,
  createGroup,
  createUser,
  cycles,
  saveCredentials,
  scim,
  type ScimGroup,
  type ScimUser,
} from './provisioning.ts';

const server = process.env['JOINERY_TEST_DATABASE_URL'];

// Two admin centers on one PostgreSQL server share one job's work.
test.skipIf(server === undefined)(
  'two center processes on one database do one initial cycle together, nobody twice',
  async () => {
    if (server === undefined) throw new Error('set JOINERY_TEST_DATABASE_URL to a PostgreSQL server');
    const base = server;
    const administration = new pg.Client({ connectionString: base });
    await administration.connect();
    const name = `two_centers_${process.pid}`;
    await administration.query(`create database ${name}`);
    const url = new URL(base);
    url.pathname = `/${name}`;
    try {
      await using folder = await temporaryFolder();
      await using workspaceHalf = await startWorkspace(['--data', folder.path]);
      const args = ['--database', url.href, '--allow-target', `127.0.0.1:${workspaceHalf.port}`];
      const env = { JOINERY_SECRET_KEY: Buffer.alloc(32, 7).toString('base64') };
      await using first = await startCenter(args, env);
      await using second = await startCenter(args, env);
      const center = await signInTo(first.url, '/joinery/session');
      const other = await signInTo(second.url, '/joinery/session');

      const { token, tenantUrl } = await createToken(await signInTo(workspaceHalf.url, '/api/session'), 'two');
      const application = await addCinode(center);
      await saveCredentials(other, application, tenantUrl, token);
      const userIds: string[] = [];
      for (let number = 0; number < 300; number++)
        userIds.push((await createUser(number % 2 === 0 ? center : other, `two${number}`)).id);
      const group = await createGroup(other, 'Everyone', userIds);
      await assign(center, application, group.id);
      await other.call('POST', `${application.path}/jobs/${application.jobId}/start`, undefined, 204);
      const cycle = await until(
        'the initial cycle',
        async () =>
          (await cycles(center, application)).find((one) => one.kind === 'initial' && one.state !== 'running'),
        120_000,
      );
      expect(cycle).toMatchObject({ state: 'succeeded', counts: { created: 301, failed: 0 } });

      const target = scim(tenantUrl, token);
      const users = await target.all<ScimUser>('Users');
      expect(new Set(users.map((user) => user.userName)).size).toBe(300);
      expect(users).toHaveLength(300);
      expect((await target.find<ScimGroup>('Groups', 'displayName eq "Everyone"'))?.members).toHaveLength(300);

      await first.process.kill9();
      await other.call('PATCH', `/v1.0/users/${userIds[0]}`, { jobTitle: 'After the death of the first' }, 204);
      await until(
        'the second to go on alone',
        async () =>
          (await target.find<ScimUser>('Users', 'userName eq "two0@contoso.com"'))?.title ===
          'After the death of the first'
            ? true
            : undefined,
        90_000,
      );
    } finally {
      await administration.query(`drop database if exists ${name} with (force)`);
      await administration.end();
    }
  },
  300_000,
);
