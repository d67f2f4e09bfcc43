import { randomBytes } from 'node:crypto';
import type { Database } from '../database.ts';

const name = 'scim_cursor_key';

/**
 * The 32 bytes that seal the cursors of this installation, made once, so that a cursor of one process is good at another and
 * after a restart. They stand in the database in the clear: who can read it has everything that a cursor could show, and
 * a cursor gives no rights.
 */
export async function getCursorKey(database: Database): Promise<Uint8Array> {
  await database.query({
    text: `insert into setting (name, value) values ($1, $2) on conflict (name) do nothing`,
    values: [name, randomBytes(32).toString('base64')],
  });
  const [row] = await database.query<{ value: string }>({
    text: 'select s.value from setting s where s.name = $1',
    values: [name],
  });
  return Buffer.from(row?.value ?? '', 'base64');
}
