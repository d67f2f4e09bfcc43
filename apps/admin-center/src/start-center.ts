import { hostname } from 'node:os';
import type { AddressInfo } from 'node:net';
import { ConfigError } from '@joinery/base';
import { registerGraphApi, type CenterSettings, type GraphApi } from '@joinery/graph-api';
import { createProvisioningService, type EnginePorts } from '@joinery/provisioning';
import { loadSecretKey, openStore, parseSecretKey, type OpenStore } from '@joinery/store';
import { createCenterStore, loadCenterSettings, type CenterStore } from '@joinery/store/center';
import type { FastifyInstance } from 'fastify';
import type { DestinationStream } from 'pino';
import { startBackground } from './background.ts';
import { ensureFirstAdministrator } from './first-administrator.ts';
import { createLog, type LogLevel } from './log.ts';
import { createMetrics, type JobSign } from './metrics.ts';
import { passwords } from './passwords.ts';
import { registerConsole } from './console.ts';
import { createServer } from './server.ts';
import { systemClock } from './system-clock.ts';
import { createTargetFactory } from './target-factory.ts';
import { uuidV7 } from './uuid-v7.ts';

export type CenterRole = 'api' | 'worker' | 'all';

export interface CenterOptions {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  readonly publicUrl?: string;
  /** PEM texts. */
  readonly tls?: { readonly cert: string; readonly key: string };
  readonly store: { readonly directory: string } | { readonly databaseUrl: string };
  readonly role?: CenterRole;
  /** `HOST` or `HOST:PORT` that may be provisioned into although it is not public or speaks plain http. */
  readonly allowedTargets?: readonly string[];
  readonly smtp?: { readonly url: string; readonly from?: string };
  /** 32 bytes as base64; needed with `databaseUrl`. */
  readonly secretKey?: string;
  readonly administrator?: { readonly email: string; readonly password: string };
  readonly organization?: { readonly displayName: string; readonly defaultDomain: string };
  readonly trustProxy?: boolean;
  readonly logLevel?: LogLevel;
  /** Where log lines go; stderr when left out. */
  readonly logDestination?: DestinationStream;
}

export interface Center {
  readonly url: string;
  readonly tenantId: string;
  /** For the first administrator, once, within a day; undefined when there is one. */
  readonly setupUrl: string | undefined;
  stop(): Promise<void>;
}

/**
 * Starts the admin center and resolves when it serves. Throws `ConfigError`, and `StoreError` when the database can't be
 * opened; what was started by then is stopped again.
 */
export async function startCenter(options: CenterOptions): Promise<Center> {
  const role = options.role ?? 'all';
  const log = createLog(options.logLevel ?? 'info', options.logDestination);
  const secretKey = await chooseSecretKey(options);
  // What has been started, to be stopped from the last to the first: HTTP, worker, queue, database.
  const undo = new AsyncDisposableStack();
  try {
    const opened = await openStore({ name: 'center', ...options.store, onNotice: (message) => log.info(message) });
    undo.defer(() => opened.stop());
    const store = createCenterStore(opened.database, { secretKey, clock: systemClock, newId });
    // Nobody else can be at work on an embedded database: what a killed process held is free at once.
    if ('directory' in options.store) await Promise.all([store.cycles.releaseAll(), store.comparisons.releaseAll()]);
    const settings = await loadCenterSettings(opened.database, options.organization ?? organizationDefault);
    const ports = enginePorts(store, settings, options);
    const setupToken = role === 'worker' ? undefined : await ensureAdministrator(store, options);

    let url = options.publicUrl?.replace(/\/+$/, '') ?? '';
    const server = createServer({
      log,
      tls: options.tls,
      trustProxy: options.trustProxy ?? false,
      isReady: () => isReady(opened),
      metrics: createMetrics({
        unsentMails: () => store.outbox.countUnsent(),
        jobsByCode: () => countJobs(store),
        jobSigns: () => readSigns(store),
      }),
    });
    if (role !== 'worker') {
      const api = graphApi(store, ports, settings, { publicUrl: () => url, mailIsSent: options.smtp !== undefined });
      await server.register(registerGraphApi, { api });
      await registerConsole(server);
    }
    const background = await startBackground({
      database: opened.database,
      store,
      ports,
      clock: systemClock,
      smtp: smtpOf(options),
      runsCycles: role !== 'api',
      log,
    });
    undo.defer(() => background.stop());
    undo.defer(() => server.close());
    await server.listen({ host: options.host, port: options.port });
    if (url === '') url = listeningUrl(server, options);
    log.info({ url, role, tenantId: settings.tenantId }, 'the admin center is ready');

    const started = undo.move();
    return {
      url,
      tenantId: settings.tenantId,
      setupUrl: setupToken === undefined ? undefined : `${url}/setup#token=${setupToken}`,
      stop: () => started.disposeAsync(),
    };
  } finally {
    await undo.disposeAsync();
  }
}

const organizationDefault = { displayName: 'Contoso', defaultDomain: 'contoso.com' };

const newId = (): string => uuidV7(systemClock.now());

function enginePorts(
  store: CenterStore,
  settings: CenterSettings,
  { allowedTargets = [] }: CenterOptions,
): EnginePorts {
  return {
    jobs: store.jobs,
    cycles: store.cycles,
    links: store.links,
    previews: store.previews,
    directory: store.reader,
    feed: store.feed,
    targets: createTargetFactory({ allowedTargets, clock: systemClock, random: Math.random }),
    clock: systemClock,
    random: Math.random,
    newId,
    defaultDomain: settings.defaultDomain,
  };
}

function graphApi(
  store: CenterStore,
  ports: EnginePorts,
  settings: CenterSettings,
  surroundings: Pick<GraphApi, 'publicUrl' | 'mailIsSent'>,
): GraphApi {
  return {
    ...store,
    ...surroundings,
    changes: store.feed,
    provisioningLog: store.log,
    provisioning: createProvisioningService(ports),
    mails: store.outbox,
    settings,
    passwords,
    clock: systemClock,
  };
}

function ensureAdministrator(store: CenterStore, { administrator }: CenterOptions): Promise<string | undefined> {
  const { administrators } = store;
  return ensureFirstAdministrator({ administrators, passwords, clock: systemClock, given: administrator });
}

function smtpOf({ smtp, publicUrl }: CenterOptions): { url: string; from: string } | undefined {
  return smtp && { url: smtp.url, from: smtp.from ?? defaultSender(publicUrl) };
}

async function chooseSecretKey({ secretKey, store }: CenterOptions): Promise<Uint8Array> {
  if (secretKey !== undefined) return parseSecretKey(secretKey);
  if ('directory' in store) return loadSecretKey(store.directory);
  throw new ConfigError({
    code: 'config.secret_key',
    message:
      'With a database of your own, set JOINERY_SECRET_KEY: every process needs the same key to read credentials.',
  });
}

async function isReady({ database }: OpenStore): Promise<boolean> {
  try {
    await database.query({ text: 'select 1' });
    return true;
  } catch {
    // The answer of /readyz says it; the database's own supervisor logs it.
    return false;
  }
}

async function countJobs(store: CenterStore): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const job of await store.jobs.list()) {
    const { code } = await store.jobs.status(job.id);
    counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  return counts;
}

/** When each job that is switched on was last looked at, and whether that is too long ago. */
async function readSigns(store: CenterStore): Promise<readonly JobSign[]> {
  const active = (await store.jobs.list()).filter((job) => job.scheduleState === 'Active');
  return Promise.all(
    active.map(async (job): Promise<JobSign> => {
      const { lastCheck, overdueSince } = await store.jobs.status(job.id);
      return { jobId: job.id, lastCheck, isOverdue: overdueSince !== undefined };
    }),
  );
}

function listeningUrl(server: FastifyInstance, { host, tls }: CenterOptions): string {
  // The address of a TCP server that listens.
  const { port } = server.server.address() as AddressInfo;
  const everywhere = host === '0.0.0.0' || host === '::';
  const name = everywhere ? hostname() : host.includes(':') ? `[${host}]` : host;
  return `${tls ? 'https' : 'http'}://${name}:${port}`;
}

function defaultSender(publicUrl: string | undefined): string {
  const host = publicUrl === undefined ? 'localhost' : new URL(publicUrl).hostname;
  return `joinery@${host}`;
}
