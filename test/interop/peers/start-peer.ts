/**
 * SCIM servers that we did not write, each as a process of its own on a free port: the others that benchmarks run beside us and
 * that interoperability runs provision into. They are packages of npm with a lock file of their own in this folder, installed
 * when a run first needs them, and part of nothing that we ship.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = import.meta.dirname;

/** Names as on npm, with the file that serves each. */
const files = {
  scimmy: 'scimmy.mjs',
  '@boxyhq/saml-jackson': 'saml-jackson.mjs',
  '@better-auth/scim': 'better-auth.mjs',
} as const;

export type PeerName = keyof typeof files;
export const peerNames = Object.keys(files) as readonly PeerName[];

export interface Peer extends AsyncDisposable {
  readonly name: PeerName;
  /** As in the lock file. */
  readonly version: string;
  /** The SCIM base URL, on loopback over http. */
  readonly tenantUrl: string;
  /** Bearer token. */
  readonly token: string;
  readonly pid: number;
  /** What it wrote to standard error so far, the last 4,000 characters. */
  said(): string;
  /** Ends the process; what was stored is gone with it. */
  stop(): Promise<void>;
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version: string }>>;
}

function readLock(): string {
  return readFileSync(join(folder, 'package-lock.json'), 'utf8');
}

/** `npm ci` in this folder, once per lock file; scripts of packages do not run. */
export function installPeers(): void {
  const stamp = join(folder, 'node_modules', '.joinery-installed');
  const wanted = createHash('sha256').update(readLock()).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  process.stderr.write('installing the peers (once, and again when their lock file changes)…\n');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const run = spawnSync(npm, ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (run.error !== undefined) throw run.error;
  if (run.status !== 0) throw new Error(`"npm ci" in ${folder} failed with ${run.status}; its message is above`);
  writeFileSync(stamp, wanted);
}

/** Installs the peers where needed, starts one, and resolves when it listens. */
export async function startPeer(name: PeerName): Promise<Peer> {
  installPeers();
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', join(folder, files[name])], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4_000)));
  const ended = new Promise<void>((done) => child.on('close', () => done()));
  const { tenantUrl, token } = await new Promise<{ tenantUrl: string; token: string }>((ready, failed) => {
    child.on('message', (message) => ready(message as { tenantUrl: string; token: string }));
    child.on('error', failed);
    void ended.then(() => failed(new Error(`${name} ended before it listened:\n${said}`)));
  });
  const { packages } = JSON.parse(readLock()) as Lock;
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  return {
    name,
    version: packages[`node_modules/${name}`]?.version ?? 'unknown',
    tenantUrl,
    token,
    pid: child.pid ?? 0,
    said: () => said,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
