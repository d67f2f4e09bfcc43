import * as contract from '@joinery/graph-api/contract';
import { expect, test } from 'vitest';
import { aCenter, readAll } from './center.ts';

test('a change that the audit log does not take is not made, and a change that fails leaves what it is about', async () => {
  await using center = await aCenter();
  const { admin, database } = center;
  const names = async () =>
    (await readAll(admin, '/v1.0/users?$select=userPrincipalName')).map((user) => user.userPrincipalName);
  const audits = async () =>
    (await readAll(admin, '/v1.0/auditLogs/directoryAudits')).map((entry) => [entry.activityDisplayName, entry.result]);
  const add = (name: string, status: number) =>
    admin.call('POST', '/v1.0/users', { status }, {
      accountEnabled: true,
      displayName: name,
      mailNickname: name,
      userPrincipalName: `${name}@contoso.com`,
      passwordProfile: { password: 'x-Y-12345678' },
    }); // prettier-ignore

  await add('ann', 201);
  // The log refuses one entry, as it would when its disk is full.
  await database.query({
    text: `alter table directory_audit add constraint refused check (activity <> 'Add user' or outcome <> 'success') not valid`,
  });
  await add('bea', 500);
  expect(await names()).toEqual(['ann@contoso.com']);
  const head = async () =>
    (await database.query<{ n: bigint }>({ text: 'select count(*) as n from directory_change' }))[0]?.n;
  expect(await head()).toBe(1n);
  await database.query({ text: 'alter table directory_audit drop constraint refused' });
  await add('bea', 201);
  await add('bea', 409);
  expect(await names()).toHaveLength(2);
  expect((await audits()).filter(([activity]) => activity === 'Add user')).toEqual([
    ['Add user', 'failure'],
    ['Add user', 'success'],
    ['Add user', 'failure'],
    ['Add user', 'success'],
  ]);
  await admin.call('GET', '/v1.0/auditLogs/directoryAudits', { status: 200, answer: contract.DirectoryAudits });
});
