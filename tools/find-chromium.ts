/** The browser of the consoles' tests and screenshots: `CHROMIUM_PATH`, else the system's, else the one of `tools/chromium`. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, mkdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const folder = resolve(import.meta.dirname, 'chromium');
const systemPaths = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const staleLockMs = 10 * 60_000;

export interface FoundChromium {
  readonly path: string;
  /** What this build needs beside the flags of every Chromium. */
  readonly args: readonly string[];
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Undefined where there is none and none can be installed, with the reason on stderr. `JOINERY_NO_SYSTEM_CHROMIUM=1` leaves
 * the system's out. Throws when `CHROMIUM_PATH` is no program.
 */
export async function findChromium(): Promise<FoundChromium | undefined> {
  const given = process.env['CHROMIUM_PATH'];
  if (given !== undefined && given !== '') {
    if (!isExecutable(given)) throw new Error(`CHROMIUM_PATH=${given} is no program that can be run`);
    return { path: given, args: [] };
  }
  const system = process.env['JOINERY_NO_SYSTEM_CHROMIUM'] === '1' ? undefined : systemPaths.find(isExecutable);
  if (system !== undefined) return { path: system, args: [] };
  // The package has builds for Linux only.
  if (process.platform !== 'linux') return undefined;
  return withLock(async () => {
    const entry = packagedEntry() ?? (install() ? packagedEntry() : undefined);
    if (entry === undefined) return undefined;
    try {
      const { default: packaged } = (await import(pathToFileURL(entry).href)) as {
        default: { executablePath(): Promise<string> };
      };
      // Unpacks it beside other temporary files, once.
      return {
        path: await packaged.executablePath(),
        args: ['--no-zygote', '--use-gl=angle', '--use-angle=swiftshader'],
      };
    } catch (error) {
      process.stderr.write(`the packaged Chromium can't be unpacked: ${String(error)}\n`);
      return undefined;
    }
  });
}

function packagedEntry(): string | undefined {
  try {
    return createRequire(join(folder, 'package.json')).resolve('@sparticuz/chromium');
  } catch {
    return undefined;
  }
}

function install(): boolean {
  process.stderr.write('no Chromium on this machine: installing one for the tests (tools/chromium)…\n');
  const { error, status } = spawnSync('npm', ['ci', '--ignore-scripts', '--loglevel=error', '--no-progress'], {
    cwd: folder,
    stdio: ['ignore', 2, 2],
  });
  if (error) process.stderr.write(`npm can't be run: ${error.message}\n`);
  return status === 0;
}

/** Test files run beside each other: one of them installs and unpacks, the others wait. A stale lock is taken over. */
async function withLock<T>(run: () => Promise<T>): Promise<T> {
  const lock = join(folder, '.installing');
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      if (ageMs(lock) > staleLockMs) rmSync(lock, { recursive: true, force: true });
      else await new Promise((done) => setTimeout(done, 300));
    }
  }
  try {
    return await run();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function ageMs(path: string): number {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}
