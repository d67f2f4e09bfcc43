import { isDeepStrictEqual } from 'node:util';
import type { Clock, TenantId } from '@joinery/base';
import { noTenantSchemas, resourceTypesWith, type ResourceType } from '@joinery/scim';
import { createDiscoveryDocuments, type DiscoveryDocument, type DiscoveryDocuments } from './discovery/documents.ts';
import { openApiOf } from './openapi/document.ts';
import type { TenantSettings, TenantSettingsStore } from './ports.ts';
import type { ServiceProvider } from './provider.ts';
import { endpointsOf, type Endpoint } from './resources/endpoint.ts';
import { Router } from './router.ts';
import { resourceRows, writeRows } from './routes.ts';

/** What a tenant is served, made once from its settings. */
export interface TenantProfile {
  readonly isStrict: boolean;
  readonly acceptsUnknownMembers: boolean;
  /** By the name of the resource type. */
  readonly endpoints: ReadonlyMap<string, Endpoint>;
  readonly discovery: DiscoveryDocuments;
  readonly openApi: DiscoveryDocument;
  /** Rows of the types that the tenant has added; undefined when there are none. */
  readonly router: Router | undefined;
  /** The same for operations of bulk requests. */
  readonly operations: Router | undefined;
}

export interface TenantProfiles {
  /** Of a request without a tenant, and of tenants without settings. */
  readonly common: TenantProfile;
  of(tenantId: TenantId): TenantProfile | Promise<TenantProfile>;
}

const noSettings: TenantSettings = { ...noTenantSchemas, isStrict: false, acceptsUnknownMembers: false };

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

type Options = ServiceProvider['options'];

function createProfile(options: Options, settings: TenantSettings): TenantProfile {
  const endpoints = endpointsOf(resourceTypesWith(settings));
  const types: readonly ResourceType[] = endpoints.map(({ type }) => type);
  const own = endpoints.slice(2);
  const discovery = once(() => createDiscoveryDocuments(types, options));
  const openApi = once(() => openApiOf(types, options));
  return {
    isStrict: settings.isStrict,
    acceptsUnknownMembers: settings.acceptsUnknownMembers,
    endpoints: new Map(endpoints.map((endpoint) => [endpoint.name, endpoint])),
    get discovery() {
      return discovery();
    },
    get openApi() {
      return openApi();
    },
    router: own.length === 0 ? undefined : new Router(own.flatMap(resourceRows), options.mountPath),
    operations: own.length === 0 ? undefined : new Router(own.flatMap(writeRows), ''),
  };
}

/** Profiles go with their settings: the same object has the same profile, and both are forgotten together. */
export function createTenantProfiles(options: Options): TenantProfiles {
  const common = createProfile(options, noSettings);
  const known = new WeakMap<TenantSettings, TenantProfile>();
  const { settings: store } = options;
  if (store === undefined) return { common, of: () => common };
  return {
    common,
    async of(tenantId) {
      const settings = await store.get(tenantId);
      let profile = known.get(settings);
      if (profile === undefined) {
        profile = isDeepStrictEqual(settings, noSettings) ? common : createProfile(options, settings);
        known.set(settings, profile);
      }
      return profile;
    },
  };
}

const tenantsMax = 10_000;

/** Settings as they were read last, and how to make them read again. */
export interface CachedTenantSettings extends TenantSettingsStore {
  /** After a change in this process; others notice after `ttlMs`. */
  forget(tenantId: TenantId): void;
}

/** Keeps a tenant's settings for `ttlMs`, since they are asked for on every request. */
export function cacheTenantSettings(
  store: TenantSettingsStore,
  options: { readonly clock: Pick<Clock, 'now'>; readonly ttlMs: number },
): CachedTenantSettings {
  interface Entry {
    readonly settings: Promise<TenantSettings>;
    readonly until: number;
  }
  const known = new Map<TenantId, Entry>();
  // The same object again while nothing has changed, so that what was made of it is not made again.
  const read = async (tenantId: TenantId, before: Entry | undefined): Promise<TenantSettings> => {
    const settings = await store.get(tenantId);
    const last = await before?.settings.catch(() => undefined);
    return isDeepStrictEqual(settings, last) && last !== undefined ? last : settings;
  };
  return {
    get(tenantId) {
      const now = options.clock.now();
      const entry = known.get(tenantId);
      if (entry !== undefined && entry.until > now) return entry.settings;
      if (entry === undefined && known.size >= tenantsMax) known.delete(known.keys().next().value ?? tenantId);
      const settings = read(tenantId, entry);
      known.set(tenantId, { settings, until: now + options.ttlMs });
      // A failure is told to those who wait, and not kept.
      settings.catch(() => known.delete(tenantId));
      return settings;
    },
    forget: (tenantId) => void known.delete(tenantId),
  };
}
