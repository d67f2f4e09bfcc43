import { randomUUID } from 'node:crypto';
import type { CenterSettings } from '@joinery/graph-api/ports';
import type { Database } from '../../database.ts';

/** Reads the center's own settings; the first call on a database makes the tenant id, which stays. */
export async function loadCenterSettings(
  database: Database,
  initial: Omit<CenterSettings, 'tenantId'>,
): Promise<CenterSettings> {
  await database.query({
    text: `insert into center_settings (tenant_id, display_name, default_domain) values ($1, $2, $3)
           on conflict do nothing`,
    values: [randomUUID(), initial.displayName, initial.defaultDomain],
  });
  const [row] = await database.query<{ tenant_id: string; display_name: string; default_domain: string }>({
    text: 'select tenant_id, display_name, default_domain from center_settings',
  });
  if (row === undefined) throw new Error('invariant broken: the settings row is missing');
  return { tenantId: row.tenant_id, displayName: row.display_name, defaultDomain: row.default_domain };
}
