import type { TenantId } from '@joinery/base';
import type { Include, ResourceTypeName, StoredResource } from '@joinery/service-provider/ports';
import type { Session } from '../database.ts';
import {
  effectiveInclude,
  includeName,
  isResourceId,
  resourceColumns,
  toStoredResource,
  type ResourceRow,
} from './row.ts';

export async function getResource(
  session: Session,
  tenantId: TenantId,
  type: ResourceTypeName,
  id: string,
  include: Include,
): Promise<StoredResource | undefined> {
  if (!isResourceId(id)) return undefined;
  const wanted = effectiveInclude(type, include);
  const [row] = await session.query<ResourceRow>({
    name: `workspace-get${includeName(wanted)}`,
    text: `select ${resourceColumns(wanted)} from resource r where r.tenant_id = $1 and r.id = $2 and r.type = $3`,
    values: [tenantId, id, type],
  });
  return row === undefined ? undefined : toStoredResource(row);
}

/** The same, and locks the row against other writes until the transaction ends. */
export async function lockResource(
  session: Session,
  tenantId: TenantId,
  type: ResourceTypeName,
  id: string,
  include: Include,
): Promise<StoredResource | undefined> {
  if (!isResourceId(id)) return undefined;
  const wanted = effectiveInclude(type, include);
  const [row] = await session.query<ResourceRow>({
    name: `workspace-lock${includeName(wanted)}`,
    text: `select ${resourceColumns(wanted)} from resource r
      where r.tenant_id = $1 and r.id = $2 and r.type = $3
      for no key update of r`,
    values: [tenantId, id, type],
  });
  return row === undefined ? undefined : toStoredResource(row);
}
