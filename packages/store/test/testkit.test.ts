import { expect, test } from 'vitest';
import { createCenterDatabase, createWorkspaceDatabase } from '@joinery/testkit';

test('two clones of a template are independent', async () => {
  await using first = await createWorkspaceDatabase();
  await using second = await createWorkspaceDatabase();
  await using center = await createCenterDatabase();
  await first.query({ text: 'create table only_here (id int)' });
  const tables = await second.query({ text: `select from pg_tables where tablename = 'only_here'` });
  expect(tables).toEqual([]);
  expect(await center.query({ text: 'select 1::bigint as one' })).toEqual([{ one: 1n }]);
});
