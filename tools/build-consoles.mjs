// Builds the web consoles whose sources changed since their last build. Runs on any Node >= 20.19 until it calls Vite.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(fileURLToPath(import.meta.url), '../..');
const consoles = ['apps/admin-center/web', 'apps/workspace/web'];
/** What a console is built from besides its own folder; the lock file stands for every package. */
const shared = [
  'package-lock.json',
  'tools/console-config.ts',
  'packages/ui/src',
  'packages/base/src',
  'packages/expressions/src',
  'packages/scim/src',
];
const staleLockMs = 5 * 60_000;

/**
 * Brings every console's `dist` up to date, one process at a time per checkout. Where nothing may be written, the build at
 * hand is used, whatever its age.
 * @param {string} node the Node that runs Vite
 * @param {readonly string[]} folders all of them unless told
 */
export async function buildConsoles(node, folders = consoles) {
  for (const folder of folders) {
    if (!existsSync(join(root, folder, 'index.html'))) continue;
    const hash = sourcesHash(folder);
    if (builtHash(folder) === hash) continue;
    if (!isWritable(folder)) {
      if (builtHash(folder) === undefined) {
        process.stderr.write(
          `joinery: ${folder} is not built and the folder can't be written; the console is left out.\n`,
        );
      }
      continue;
    }
    await withLock(folder, hash, () => build(node, folder, hash));
  }
}

function sourcesHash(folder) {
  const hash = createHash('sha256');
  for (const path of [folder, ...shared]) {
    for (const file of listFiles(join(root, path))) hash.update(`${relative(root, file)}\0`).update(readFileSync(file));
  }
  return hash.digest('hex');
}

function listFiles(path) {
  if (!statSync(path).isDirectory()) return [path];
  const entries = readdirSync(path, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => (isOutput(entry.name) ? [] : listFiles(join(path, entry.name))));
}

const isOutput = (name) => name === 'dist' || name.startsWith('.');

function builtHash(folder) {
  const stamp = join(root, folder, 'dist', '.sources');
  return existsSync(stamp) ? readFileSync(stamp, 'utf8') : undefined;
}

function isWritable(folder) {
  try {
    accessSync(join(root, folder), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Another process that builds the same console is waited for; a lock that outlived its process is taken over. */
async function withLock(folder, hash, run) {
  const lock = join(root, folder, '.building');
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (ageMs(lock) > staleLockMs) rmSync(lock, { recursive: true, force: true });
      else await new Promise((done) => setTimeout(done, 200));
    }
  }
  try {
    if (builtHash(folder) !== hash) await run();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function ageMs(path) {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}

/** Built beside the served folder and swapped in whole, so that a server never reads half a build. */
async function build(node, folder, hash) {
  const began = Date.now();
  process.stderr.write(`joinery: building ${folder}… `);
  const made = join(root, folder, '.dist-new');
  rmSync(made, { recursive: true, force: true });
  const { code, output } = await run(node, [
    join(root, 'node_modules/vite/bin/vite.js'),
    'build',
    join(root, folder),
    '--outDir',
    made,
    '--logLevel',
    'warn',
  ]);
  if (code !== 0) {
    process.stderr.write(`failed\n${output}\n`);
    throw new Error(`the console in ${folder} was not built; the reason is above`);
  }
  writeFileSync(join(made, '.sources'), hash);
  const dist = join(root, folder, 'dist');
  const old = join(root, folder, '.dist-old');
  rmSync(old, { recursive: true, force: true });
  if (existsSync(dist)) renameSync(dist, old);
  renameSync(made, dist);
  rmSync(old, { recursive: true, force: true });
  process.stderr.write(`${((Date.now() - began) / 1000).toFixed(1)} s\n`);
}

function run(command, args) {
  return new Promise((done, failed) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_ENV: 'production' },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.on('error', failed);
    child.on('exit', (code) => done({ code, output }));
  });
}
