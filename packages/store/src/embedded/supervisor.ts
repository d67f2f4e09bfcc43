/**
 * Keeps one embedded server running while this process lives.
 *
 * States: bringing up → owned (lock session open) → (session lost) → bringing up on the same port → … → stopped.
 * INVARIANT: the port never changes once `openEmbedded` has answered, so that URLs and pools stay valid.
 * INVARIANT: only the process that holds the advisory lock starts the server again or stops it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { connectDatabase, type Database, type DatabaseOptions } from '../database.ts';
import { sqlState, StoreError } from '../errors.ts';
import type { StoreName } from '../migrate.ts';
import { prepareBinaries } from './binaries.ts';
import { openCluster } from './cluster.ts';
import { resolveLocation } from './location.ts';
import { takeOwnership, type Ownership } from './ownership.ts';
import {
  clusterUrl,
  findFreePort,
  findPostmaster,
  probe,
  readLog,
  spawnPostmaster,
  stopPostmaster,
  type Installation,
} from './postmaster.ts';

export interface EmbeddedOptions {
  /** The operator's data folder; the cluster lies in its sub-folder `name`. */
  readonly directory: string;
  readonly name: StoreName;
  /** For tools beside a running server: uses that one without owning it, or starts one for the time of the tool. */
  readonly attach?: boolean;
  readonly onNotice?: (message: string) => void;
  /** False switches fsync off. For tests only: a power failure may destroy the data. */
  readonly durable?: boolean;
}

export interface EmbeddedServer {
  /** Of the maintenance database `postgres`, with the password. */
  readonly url: string;
  /** Process id of the server now running, as its pid file tells. */
  pid(): Promise<number | undefined>;
  /** Opens a database of the server, which is made when missing; closed by `stop` at the latest. */
  database(name: string, options?: DatabaseOptions): Promise<Database>;
  /** Closes the databases and, as the owner, shuts the server down. */
  stop(): Promise<void>;
}

const pollMs = 25;
const firstPauseMs = 50;
const longestPauseMs = 5_000;
/** A found server that does not answer for this long is stopped and started again. */
const adoptMs = 30_000;
/** Crash recovery replays the log; while the process lives it may take its time. */
const recoverMs = 10 * 60_000;
const startAttemptsMs = 30_000;

/**
 * Starts, adopts or attaches to the PostgreSQL server of `DIRECTORY/NAME`. Throws `store.in_use`, `store.start_failed`,
 * `store.no_embedded_server`, `store.not_accessible`, `store.version_unsupported`.
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const onNotice = options.onNotice ?? (() => {});
  const location = await resolveLocation(options.directory, options.name, onNotice);
  const binaries = await prepareBinaries(location.account, location.programs, onNotice);
  const durable = options.durable ?? true;
  const cluster = await openCluster(location, binaries, durable);
  const installation: Installation = { binaries, cluster, account: location.account, durable };

  if (options.attach === true) {
    const running = await findPostmaster(cluster);
    if (running !== undefined && (await waitReady(installation, running.pid, running.port, adoptMs)) === 'ready') {
      return serverOn(installation, running.port, async () => {});
    }
  }
  const kind = options.attach === true ? 'tool' : 'server';
  const own = async (wanted?: number): Promise<{ port: number; ownership: Ownership }> => {
    for (;;) {
      const port = await bringUp(installation, location.directory, wanted);
      try {
        return { port, ownership: await takeOwnership(cluster, port, kind, location.directory) };
      } catch (error) {
        // The server went away between the two steps, for instance stopped by its last owner.
        if (error instanceof StoreError) throw error;
      }
    }
  };
  const { port, ownership } = await own();
  const supervision = supervise(ownership, () => own(port), onNotice);
  return serverOn(installation, port, async () => {
    if (!(await supervision.end())) return;
    const running = await findPostmaster(cluster);
    if (running !== undefined) await stopPostmaster(running, installation, 'fast');
  });
}

/** Takes ownership again whenever it is lost; `end` answers whether this process is the owner at the end. */
function supervise(
  first: Ownership,
  own: () => Promise<{ ownership: Ownership }>,
  onNotice: (message: string) => void,
): { end(): Promise<boolean> } {
  const ending = new AbortController();
  let isOwner = true;
  const aborted = new Promise<void>((resolve) => ending.signal.addEventListener('abort', () => resolve()));

  async function run(): Promise<void> {
    let ownership = first;
    for (;;) {
      await Promise.race([ownership.lost, aborted]);
      if (ending.signal.aborted) return;
      onNotice('The PostgreSQL server ended; it is started again.');
      const next = await again();
      if (next === undefined) return;
      ownership = next;
      onNotice('The PostgreSQL server runs again.');
    }
  }

  async function again(): Promise<Ownership | undefined> {
    for (let pauseMs = firstPauseMs; !ending.signal.aborted; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      try {
        return (await own()).ownership;
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        if (error instanceof StoreError && error.code === 'store.in_use') {
          isOwner = false;
          onNotice(`${reason} This process no longer looks after the server.`);
          return undefined;
        }
        onNotice(`The PostgreSQL server could not be started: ${reason}`);
        await sleep(pauseMs, undefined, { signal: ending.signal }).catch(() => {});
      }
    }
    return undefined;
  }

  const running = run();
  return {
    async end() {
      ending.abort();
      await running;
      return isOwner;
    },
  };
}

/** Answers the port of a server that accepts connections: the one found running, or one started now. */
async function bringUp(installation: Installation, directory: string, wanted: number | undefined): Promise<number> {
  const { cluster } = installation;
  let failure = '';
  for (const until = Date.now() + startAttemptsMs; Date.now() < until;) {
    const running = await findPostmaster(cluster);
    if (running !== undefined) {
      const readiness = await waitReady(installation, running.pid, running.port, adoptMs);
      if (readiness === 'ready') return running.port;
      if (readiness === 'unreachable') await stopPostmaster(running, installation, 'immediate');
      continue;
    }
    const port = wanted ?? (await findFreePort());
    const { pid, exited, logFrom } = await spawnPostmaster(installation, port);
    if (pid !== undefined) {
      const readiness = await Promise.race([
        waitReady(installation, pid, port, recoverMs),
        exited.then(() => 'gone' as const),
      ]);
      if (readiness === 'ready') return port;
    }
    failure = await readLog(cluster, logFrom);
    // "lock file" and "shared memory": the last server's processes are not gone yet; the port may be taken meanwhile.
    if (pid === undefined || !/lock file|shared memory|could not (bind|create any)/.test(failure)) break;
    await sleep(firstPauseMs * 4);
  }
  throw new StoreError({
    code: 'store.start_failed',
    message: `PostgreSQL did not start on ${directory}: ${failure === '' ? 'its program could not be run' : failure}`,
    detail: { directory },
    retry: 'later',
  });
}

async function waitReady(
  { cluster }: Installation,
  pid: number,
  port: number,
  deadlineMs: number,
): Promise<'ready' | 'gone' | 'unreachable'> {
  for (const until = Date.now() + deadlineMs; Date.now() < until; await sleep(pollMs)) {
    const running = await findPostmaster(cluster);
    if (running?.pid === pid || running === undefined) {
      const readiness = await probe(cluster, port);
      if (readiness === 'ready' && (await findPostmaster(cluster))?.pid === pid) return 'ready';
      if (readiness === 'refused') return 'unreachable';
    }
    if (!isRunning(pid)) return 'gone';
  }
  return 'unreachable';
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function serverOn(installation: Installation, port: number, shutDown: () => Promise<void>): EmbeddedServer {
  const { cluster } = installation;
  const url = clusterUrl(cluster, port, 'postgres');
  const databases = new Set<Database>();
  let stopped: Promise<void> | undefined;
  return {
    url,
    pid: async () => (await findPostmaster(cluster))?.pid,
    async database(name, poolOptions) {
      await createDatabase(url, name);
      const database = connectDatabase(clusterUrl(cluster, port, name), poolOptions);
      databases.add(database);
      return database;
    },
    stop() {
      stopped ??= Promise.all([...databases].map((database) => database.close())).then(shutDown);
      return stopped;
    },
  };
}

async function createDatabase(url: string, name: string): Promise<void> {
  const maintenance = connectDatabase(url, { max: 1 });
  try {
    const found = await maintenance.query({ text: 'select from pg_database where datname = $1', values: [name] });
    if (found.length > 0) return;
    await maintenance.query({ text: `create database "${name.replaceAll('"', '""')}"` });
  } catch (error) {
    // Made by another process meanwhile.
    if (sqlState(error) !== '42P04' && sqlState(error) !== '23505') throw error;
  } finally {
    await maintenance.close();
  }
}
