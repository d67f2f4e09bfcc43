import type { Clock } from '@joinery/base';
import type { Tenant, TenantStore } from '@joinery/service-provider';
import { hashPassword } from './password.ts';
import { hashSecret, newSecret } from './secret.ts';

export interface FirstAdministrator {
  readonly email: string;
  readonly password: string;
}

const linkMs = 24 * 3600_000;

/** A one-time link under which the first administrator of a tenant chooses e-mail address and password. */
export async function createSetupLink(
  tenants: TenantStore,
  options: { readonly tenant: Tenant; readonly publicUrl: string; readonly now: number },
): Promise<string> {
  const secret = newSecret();
  await tenants.createSetupToken(options.tenant.id, hashSecret(secret), new Date(options.now + linkMs));
  return `${options.publicUrl}/setup?token=${secret}`;
}

async function isAdministered(tenants: TenantStore, existing: readonly Tenant[]): Promise<boolean> {
  for (const tenant of existing) {
    if ((await tenants.listAdministrators(tenant.id)).length > 0) return true;
  }
  return false;
}

/** Another process may be starting on the same empty database. */
async function findOrCreateTenant(tenants: TenantStore, name: string): Promise<Tenant> {
  try {
    return await tenants.createTenant(name);
  } catch (error) {
    const tenant = await tenants.findTenant(name);
    if (tenant === undefined) throw error;
    return tenant;
  }
}

/**
 * While nobody administers any tenant: makes the first one (or takes the oldest), with the given administrator. Answers a
 * set-up link when none was given.
 */
export async function prepareFirstStart(
  tenants: TenantStore,
  options: {
    readonly tenantName: string;
    readonly administrator: FirstAdministrator | undefined;
    readonly publicUrl: string;
    readonly clock: Pick<Clock, 'now'>;
  },
): Promise<string | undefined> {
  const { administrator, clock, publicUrl } = options;
  const existing = await tenants.listTenants();
  if (await isAdministered(tenants, existing)) return undefined;
  const tenant = existing[0] ?? (await findOrCreateTenant(tenants, options.tenantName));
  if (administrator === undefined) return createSetupLink(tenants, { tenant, publicUrl, now: clock.now() });
  const { email, password } = administrator;
  const passwordHash = await hashPassword(password);
  try {
    await tenants.createAdministrator(tenant.id, { email, displayName: email, passwordHash });
  } catch (error) {
    if ((await tenants.findAdministrator(email)) === undefined) throw error;
  }
  return undefined;
}
