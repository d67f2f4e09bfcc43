import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** One file of a built console, or the page that stands for every address of it. */
export interface ConsoleAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** A built console in memory: a rebuild under a running server changes nothing for it. */
export interface ConsoleFiles {
  /**
   * Answers GET of a file by its path (`/assets/…`), and of every other path that a browser navigates to with the console's
   * page. Undefined: not for the console.
   */
  answer(request: {
    readonly path: string;
    readonly accept: string;
    readonly encoding: string;
  }): ConsoleAnswer | undefined;
}

const types: ReadonlyMap<string, string> = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.woff2', 'font/woff2'],
  ['.json', 'application/json'],
]);

/**
 * Scripts come from files of this origin only. Styles come through the CSS object model into style elements that are empty,
 * which is the one inline style allowed (by the hash of nothing).
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const filesMax = 2_000;

/** Reads a folder that Vite built. Undefined when there is none, so that an API runs without its console. */
export async function loadConsoleFiles(folder: string): Promise<ConsoleFiles | undefined> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  const files = new Map<string, StoredFile>();
  for (const entry of entries.slice(0, filesMax)) {
    if (!entry.isFile() || entry.name.startsWith('.') || entry.name === 'manifest.json') continue;
    const path = join(entry.parentPath, entry.name);
    files.set(`/${relative(folder, path).split(sep).join('/')}`, await readStored(path));
  }
  const page = files.get('/index.html');
  if (!page) return undefined;
  return {
    answer({ path, accept, encoding }) {
      const file = files.get(path);
      if (file && file !== page) return present(file, encoding, 'public, max-age=31536000, immutable');
      const looksLikeFile = /\.[a-z0-9]{2,5}$/i.test(path) && path.startsWith('/assets/');
      if (looksLikeFile || !accept.includes('text/html')) return undefined;
      return present(page, encoding, 'no-cache');
    },
  };
}

interface StoredFile {
  readonly type: string;
  readonly etag: string;
  readonly plain: Buffer;
  readonly compressed: Buffer;
}

async function readStored(path: string): Promise<StoredFile> {
  const plain = await readFile(path);
  return {
    type: types.get(extname(path)) ?? 'application/octet-stream',
    etag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`,
    plain,
    compressed: await promisify(gzip)(plain, { level: 9 }),
  };
}

function present(file: StoredFile, encoding: string, cacheControl: string): ConsoleAnswer {
  const isCompressed = /\bgzip\b/.test(encoding) && file.compressed.length < file.plain.length;
  return {
    headers: {
      'content-type': file.type,
      'cache-control': cacheControl,
      etag: file.etag,
      vary: 'accept-encoding',
      ...(isCompressed ? { 'content-encoding': 'gzip' } : {}),
      ...(file.type.startsWith('text/html') ? { 'content-security-policy': contentSecurityPolicy } : {}),
    },
    body: isCompressed ? file.compressed : file.plain,
  };
}
