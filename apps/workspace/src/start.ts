import type { AddressInfo } from 'node:net';
import { randomUUID } from 'node:crypto';
import { ConfigError, type Clock } from '@joinery/base';
import {
  cacheCredentials,
  createServiceProvider,
  toNodeListener,
  type CredentialStore,
  type RateLimit,
} from '@joinery/service-provider';
import type { Database } from '@joinery/store';
import type { RequestListener } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { DestinationStream, Logger } from 'pino';
import { registerApi } from './api/register.ts';
import { prepareFirstStart, type FirstAdministrator } from './first-start.ts';
import { registerHealth } from './observe/health.ts';
import { createLog, type LogLevel } from './observe/log.ts';
import { createMetrics, type Metrics } from './observe/metrics.ts';
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

export const scimPath = '/scim/v2';
/** A revocation by another process takes effect after this time at most. */
const credentialCacheMs = 1_000;
const stopPatienceMs = 10_000;

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

/** The SCIM function needs the public URL, which with port 0 is known only once the server listens. */
function createScimListener(parts: Parts, credentials: CredentialStore, publicUrl: string): RequestListener {
  const { options, store, clock, log, metrics } = parts;
  const baseUrl = publicUrl + scimPath;
  const handler = createServiceProvider({
    resources: store.resources,
    credentials,
    requestLog: store.requestLog,
    clock,
    newRequestId: randomUUID,
    baseUrl,
    mountPath: scimPath,
    ...(options.rateLimit === undefined ? {} : { rateLimit: options.rateLimit }),
    onFailure: (error, requestId) => log.error({ err: error, requestId }, 'SCIM request failed'),
    onAnswer: metrics.scimAnswered,
  });
  const listener = toNodeListener(handler, { baseUrl });
  return (message, answer) => void listener(message, answer);
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

async function serve(parts: Parts): Promise<Omit<Workspace, 'stop'> & { readonly close: () => Promise<void> }> {
  const { options, store, clock, log, metrics } = parts;
  const credentials = cacheCredentials(store.credentials, { clock, ttlMs: credentialCacheMs });
  let publicUrl = options.publicUrl === undefined ? undefined : readPublicUrl(options.publicUrl);
  let scim: RequestListener = (_message, answer) => {
    answer.writeHead(503, { 'retry-after': '1' }).end();
  };
  const app = createServer({ scim: (message, answer) => scim(message, answer), tls: options.tls, log });
  registerHealth(app, { isReady: () => isReachable(store.database), metrics });
  await registerApi(app, {
    resources: store.resources,
    credentials,
    requestLog: store.requestLog,
    tenants: store.tenants,
    clock,
    tenantUrl: () => (publicUrl ?? '') + scimPath,
    isSecure: () => publicUrl?.startsWith('https:') ?? false,
    attemptsByAddress: new SignInAttempts(50),
    attemptsByAccount: new SignInAttempts(10),
  });
  await app.listen({ host: options.host ?? '127.0.0.1', port: options.port ?? 8090 });
  try {
    // A TCP server that listens has an AddressInfo.
    const address = app.server.address() as AddressInfo;
    const url = publicUrl ?? listenedUrl(address, options.tls !== undefined);
    publicUrl = url;
    scim = createScimListener(parts, credentials, url);
    const setupUrl = await prepareFirstStart(store.tenants, {
      tenantName: options.tenantName ?? 'Contoso',
      administrator: options.administrator,
      publicUrl: url,
      clock,
    });
    await store.tenants.recordPublicUrl(url);
    return { url, tenantUrl: url + scimPath, port: address.port, setupUrl, close: () => closeServer(app) };
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
