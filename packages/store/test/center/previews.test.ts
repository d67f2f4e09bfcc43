import { createCenterDatabase } from '@joinery/testkit';
import { expect, test } from 'vitest';
import { copiedTables } from '../../src/center/provisioning/preview-copy.ts';

/** Tables of a job that its cycles neither read nor write to, or that begin empty in each of them. */
const notCopied = [
  'provisioning_schema',
  'provisioning_cycle',
  'provisioning_preview',
  'provisioning_listed_object',
  'provisioning_listed_key',
  'provisioning_object_lock',
  'provisioning_comparison',
  'provisioning_ignored_account',
  'provisioning_worker',
];

test('every table of a job is copied for a preview, or known not to matter to it', async () => {
  await using database = await createCenterDatabase();
  const tables = await database.query<{ name: string }>({
    text: `select table_name as name from information_schema.columns where column_name = 'job_key'`,
  });
  expect(tables.map((table) => table.name).toSorted()).toEqual([...copiedTables, ...notCopied].toSorted());
});
