import type { AddressInfo } from 'node:net';
import { ConfigError, type Clock } from '@joinery/base';
import { cacheCredentials, cacheTenantSettings, guardResources, type RateLimit } from '@joinery/service-provider';
import { loadSecretKey, parseSecretKey, type Database } from '@joinery/store';
import type { RequestListener } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { DestinationStream, Logger } from 'pino';
import { registerApi } from './api/register.ts';
import { registerConsole } from './console.ts';
import { registerMetadata } from './api/metadata.ts';
import { startDispatcher, type Dispatcher, type DispatcherOptions } from './events/dispatcher.ts';
import { prepareFirstStart, type FirstAdministrator } from './first-start.ts';
import { registerHealth } from './observe/health.ts';
import { createLog, type LogLevel } from './observe/log.ts';
import { createMetrics, type Metrics } from './observe/metrics.ts';
import { keepHouse } from './housekeeping.ts';
import { createKeySetFetcher, keySetHostsDefault } from './federation.ts';
import type { OutgoingOptions } from './outgoing.ts';
import { createScimListener, scimPath, tokenPath } from './scim-listener.ts';
import { createServer, type TlsFiles } from './server.ts';
import { SignInAttempts } from './sign-in-attempts.ts';
import { openWorkspaceStore, type OpenWorkspaceStore, type StoreLocation } from './store.ts';
import { systemClock } from './system-clock.ts';

export interface WorkspaceOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 8090; 0: a free one. */
  readonly port?: number;
  /** What clients use, without `/scim/v2`; the address listened on by default. */
  readonly publicUrl?: string;
  readonly store: StoreLocation;
  readonly tls?: TlsFiles;
  /** First administrator of the first tenant, while there is none. */
  readonly administrator?: FirstAdministrator;
  /** Name of the first tenant; `Contoso` by default. */
  readonly tenantName?: string;
  /** Per tenant; 1,000 requests/s with a burst of 2,000 by default. */
  readonly rateLimit?: RateLimit;
  /** Longest life of a bearer token in days; as long as is wished by default. */
  readonly tokenDaysMax?: number;
  /** 32 bytes as base64, from which the signing secrets of webhooks are derived; `secret.key` of the data folder by default. */
  readonly secretKey?: string;
  /** HOST or HOST:PORT that webhooks and key sets may be on although private; webhooks there may use plain http. */
  readonly allowedHosts?: readonly string[];
  /** Hosts whose key sets may be trusted, besides those of Microsoft Entra ID and Google. */
  readonly federationHosts?: readonly string[];
  /** Days for which the change feed is kept; 90 by default, 0: for ever. */
  readonly changeFeedDays?: number;
  /** Further trusted certificates of outgoing requests, PEM. */
  readonly extraCa?: string;
  /** Pauses of the webhook dispatcher. */
  readonly webhooks?: Pick<DispatcherOptions, 'pollMs' | 'retrySeconds'>;
  /** Default `info`. */
  readonly logLevel?: LogLevel;
  /** Default: stderr. */
  readonly logDestination?: DestinationStream;
  readonly clock?: Clock;
}

export interface Workspace {
  /** Public URL: console, management API. */
  readonly url: string;
  /** `<url>/scim/v2`: what an administrator enters in the provisioning client. */
  readonly tenantUrl: string;
  /** The port listened on. */
  readonly port: number;
  /** Set while no tenant has an administrator: a one-time link, valid for a day. */
  readonly setupUrl: string | undefined;
  /** Takes no new requests, finishes those under way, writes what is buffered, then stops the store. */
  stop(): Promise<void>;
}

export { scimPath };
/** A revocation by another process takes effect after this time at most. */
const credentialCacheMs = 1_000;
const stopPatienceMs = 10_000;
const changeFeedDaysDefault = 90;

/** A public URL without trailing slash, query or path `/scim/v2`. Throws `workspace.public_url`. */
export function readPublicUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (
    url === undefined ||
    (url.protocol !== 'https:' && url.protocol !== 'http:') ||
    url.search !== '' ||
    url.hash !== ''
  ) {
    throw new ConfigError({
      code: 'workspace.public_url',
      message: `The public URL "${text}" must look like https://workspace.example.com, without query.`,
    });
  }
  return url.href.replace(/\/+$/, '').replace(/\/scim\/v2$/i, '');
}

function listenedUrl(address: AddressInfo, isTls: boolean): string {
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  const reachable = host === '0.0.0.0' || host === '[::]' ? 'localhost' : host;
  return `${isTls ? 'https' : 'http'}://${reachable}:${address.port}`;
}

interface Parts {
  readonly options: WorkspaceOptions;
  readonly store: OpenWorkspaceStore;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
}

async function isReachable(database: Database): Promise<boolean> {
  try {
    await database.query({ text: 'select 1' });
    return true;
  } catch {
    // That is the answer: the database cannot be reached.
    return false;
  }
}

/** Waits for requests under way, though not for ever. */
async function closeServer(app: FastifyInstance): Promise<void> {
  const deadline = setTimeout(() => app.server.closeAllConnections(), stopPatienceMs);
  await app.close();
  clearTimeout(deadline);
}

/** Rules, settings and schemas are read again after this time, when another process changed them. */
const rulesCacheMs = 1_000;

function outgoingOf({ options }: Parts): OutgoingOptions {
  const { allowedHosts = [], extraCa } = options;
  return { allowedHosts, ...(extraCa === undefined ? {} : { extraCa }) };
}

/** Undefined without a key to sign with. */
function dispatch(parts: Parts, secretKey: Uint8Array | undefined, tenantUrl: string): Dispatcher | undefined {
  if (secretKey === undefined) return undefined;
  const { options, store, clock, log } = parts;
  return startDispatcher({
    webhooks: store.webhooks,
    changeFeed: store.changeFeed,
    clock,
    secretKey,
    tenantUrl,
    outgoing: outgoingOf(parts),
    ...options.webhooks,
    onFailure: (error) => log.error({ err: error }, 'webhook deliveries failed'),
  });
}

/**
 * The key from which secrets that must be read again are derived: `JOINERY_SECRET_KEY`, else that of the data folder.
 * Undefined where neither is given; webhooks are off then.
 */
async function chooseSecretKey({ secretKey, store }: WorkspaceOptions): Promise<Uint8Array | undefined> {
  if (secretKey !== undefined) return parseSecretKey(secretKey);
  return 'directory' in store ? loadSecretKey(store.directory) : undefined;
}

async function serve(parts: Parts): Promise<Omit<Workspace, 'stop'> & { readonly close: () => Promise<void> }> {
  const { options, store, clock, log, metrics } = parts;
  const credentials = cacheCredentials(store.credentials, { clock, ttlMs: credentialCacheMs });
  const guarded = guardResources(store.resources, store.rules, { clock, ttlMs: rulesCacheMs });
  const settings = cacheTenantSettings(store.schemas, { clock, ttlMs: rulesCacheMs });
  const secretKey = await chooseSecretKey(options);
  const federationHosts = [...keySetHostsDefault, ...(options.federationHosts ?? [])];
  let publicUrl = options.publicUrl === undefined ? undefined : readPublicUrl(options.publicUrl);
  let scim: RequestListener = (_message, answer) => {
    answer.writeHead(503, { 'retry-after': '1' }).end();
  };
  const app = createServer({ scim: (message, answer) => scim(message, answer), tls: options.tls, log });
  const tokenEndpoint = (): string => (publicUrl ?? '') + tokenPath;
  // With port 0 the address is known only while listening, so what depends on it is made after; ready is when all is.
  let isStarted = false;
  registerHealth(app, { isReady: async () => isStarted && (await isReachable(store.database)), metrics });
  registerMetadata(app, { publicUrl: () => publicUrl ?? '', tokenEndpoint });
  await registerApi(app, {
    resources: store.resources,
    groupMembers: store.groupMembers,
    credentials,
    requestLog: store.requestLog,
    tenants: store.tenants,
    oauth: store.oauth,
    rules: store.rules,
    forgetRules: guarded.forgetRules,
    schemas: store.schemas,
    forgetSettings: settings.forget,
    audit: store.audit,
    changeFeed: store.changeFeed,
    webhooks: store.webhooks,
    secretKey,
    tokenDaysMax: options.tokenDaysMax,
    allowedHosts: options.allowedHosts ?? [],
    federationHosts,
    tokenEndpoint,
    clock,
    tenantUrl: () => (publicUrl ?? '') + scimPath,
    isSecure: () => publicUrl?.startsWith('https:') ?? false,
    attemptsByAddress: new SignInAttempts(50),
    attemptsByAccount: new SignInAttempts(10),
  });
  registerConsole(app);
  await app.listen({ host: options.host ?? '127.0.0.1', port: options.port ?? 8090 });
  try {
    // A TCP server that listens has an AddressInfo.
    const address = app.server.address() as AddressInfo;
    const url = publicUrl ?? listenedUrl(address, options.tls !== undefined);
    publicUrl = url;
    scim = createScimListener({
      publicUrl: url,
      provider: {
        resources: guarded.resources,
        credentials,
        requestLog: store.requestLog,
        settings,
        clock,
        cursorKey: await store.getCursorKey(),
        ...(options.rateLimit === undefined ? {} : { rateLimit: options.rateLimit }),
        onFailure: (error, requestId) => log.error({ err: error, requestId }, 'SCIM request failed'),
        onAnswer: metrics.scimAnswered,
      },
      tokens: { oauth: store.oauth, fetchKeySet: createKeySetFetcher(outgoingOf(parts), federationHosts) },
    });
    const setupUrl = await prepareFirstStart(store.tenants, {
      tenantName: options.tenantName ?? 'Contoso',
      administrator: options.administrator,
      publicUrl: url,
      clock,
    });
    await store.tenants.recordPublicUrl(url);
    const dispatcher = dispatch(parts, secretKey, url + scimPath);
    const housekeeping = keepHouse({
      changeFeed: store.changeFeed,
      changeFeedDays: options.changeFeedDays ?? changeFeedDaysDefault,
      clock,
      onFailure: (error) => log.error({ err: error }, 'housekeeping failed'),
    });
    const close = async (): Promise<void> => {
      await Promise.all([closeServer(app), dispatcher?.stop(), housekeeping.stop()]);
    };
    isStarted = true;
    return { url, tenantUrl: url + scimPath, port: address.port, setupUrl, close };
  } catch (error) {
    await app.close();
    throw error;
  }
}

/**
 * Starts the workspace: SCIM endpoint, management API, health and metrics on one port. Throws `ConfigError` for wrong
 * options, `StoreError` when the database cannot be opened, and the system's error when the port is taken.
 */
export async function startWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const log = createLog(options.logLevel ?? 'info', options.logDestination);
  const clock = options.clock ?? systemClock;
  const onNotice = (message: string): void => log.warn(message);
  const store = await openWorkspaceStore(options.store, { clock, attach: false, onNotice });
  try {
    const parts = { options, store, clock, log, metrics: createMetrics() };
    const { close, ...running } = await serve(parts);
    log.info({ url: running.url, tenantUrl: running.tenantUrl }, 'workspace started');
    let stopped: Promise<void> | undefined;
    const stop = async (): Promise<void> => {
      await close();
      await store.close();
      log.info('workspace stopped');
    };
    return { ...running, stop: () => (stopped ??= stop()) };
  } catch (error) {
    await store.close();
    throw error;
  }
}
