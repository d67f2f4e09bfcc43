import { ConfigError, type Clock } from '@joinery/base';
import { createSetupLink } from './first-start.ts';
import { readPublicUrl, scimPath } from './start.ts';
import { openWorkspaceStore, type OpenWorkspaceStore, type StoreLocation } from './store.ts';
import { systemClock } from './system-clock.ts';
import { issueToken } from './tokens.ts';

/** Where the workspace's data is; a server may be running on it. */
export interface AdministrationOptions {
  readonly store: StoreLocation;
  /** Public URL of the server; what it recorded at its last start by default. */
  readonly publicUrl?: string;
  readonly clock?: Clock;
}

async function withStore<T>(
  options: AdministrationOptions,
  work: (store: OpenWorkspaceStore, clock: Clock) => Promise<T>,
): Promise<T> {
  const clock = options.clock ?? systemClock;
  const store = await openWorkspaceStore(options.store, { clock, attach: true });
  try {
    return await work(store, clock);
  } finally {
    await store.close();
  }
}

async function findPublicUrl(options: AdministrationOptions, store: OpenWorkspaceStore): Promise<string | undefined> {
  return options.publicUrl === undefined ? store.tenants.getPublicUrl() : readPublicUrl(options.publicUrl);
}

/** A tenant, and a link for its first administrator where the public URL is known. Throws `workspace.tenant_name_taken`. */
export function createTenant(
  options: AdministrationOptions,
  name: string,
): Promise<{ readonly id: string; readonly name: string; readonly setupUrl: string | undefined }> {
  return withStore(options, async (store, clock) => {
    const trimmed = name.trim();
    if (trimmed === '' || trimmed.length > 200) {
      throw new ConfigError({
        code: 'workspace.tenant_name',
        message: 'The name of a tenant has 1 to 200 characters.',
      });
    }
    const tenant = await store.tenants.createTenant(trimmed);
    const publicUrl = await findPublicUrl(options, store);
    const setupUrl =
      publicUrl === undefined
        ? undefined
        : await createSetupLink(store.tenants, { tenant, publicUrl, now: clock.now() });
    return { id: tenant.id, name: tenant.name, setupUrl };
  });
}

/**
 * A bearer token of a tenant, for the SCIM base URL of the server. Throws `workspace.unknown_tenant`,
 * `workspace.no_public_url`, `workspace.token_name_taken`, `workspace.invalid_input`.
 */
export function createTenantToken(
  options: AdministrationOptions,
  wish: { readonly tenant: string; readonly name: string; readonly expires: string },
): Promise<{
  readonly id: string;
  readonly name: string;
  readonly expires: string;
  readonly tenantUrl: string;
  readonly token: string;
}> {
  return withStore(options, async (store, clock) => {
    const tenant = await store.tenants.findTenant(wish.tenant);
    if (tenant === undefined) {
      const names = (await store.tenants.listTenants()).map(({ name }) => `"${name}"`).slice(0, 20);
      throw new ConfigError({
        code: 'workspace.unknown_tenant',
        message: `There is no tenant "${wish.tenant}"; there ${names.length === 0 ? 'is none yet' : `are ${names.join(', ')}`}. Make one with: joinery workspace tenant create NAME`,
      });
    }
    const publicUrl = await findPublicUrl(options, store);
    if (publicUrl === undefined) {
      throw new ConfigError({
        code: 'workspace.no_public_url',
        message: 'No server has run on this data yet, so the audience is unknown; give --public-url.',
      });
    }
    const tenantUrl = publicUrl + scimPath;
    const request = { name: wish.name, expires: wish.expires, audience: tenantUrl };
    const { credential, token } = await issueToken(store.credentials, tenant.id, request, clock.now());
    const { id, name, expires } = credential;
    const detail = { name, expires: expires.toISOString() };
    const entry = { actor: 'command line', action: 'token.create', targetId: id, targetName: name, detail };
    await store.audit.append(tenant.id, entry);
    return { id, name, expires: expires.toISOString(), tenantUrl, token };
  });
}
