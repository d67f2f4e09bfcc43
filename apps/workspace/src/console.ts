import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { notFound, WorkspaceError } from './errors.ts';

const builtFolder = fileURLToPath(new URL('../web/dist/', import.meta.url));
const compress = promisify(gzip);

const mediaTypes: ReadonlyMap<string, string> = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.json', 'application/json'],
  ['.woff2', 'font/woff2'],
  ['.png', 'image/png'],
]);

/**
 * Styles come through the CSS object model into style elements that are empty, which is the one inline style allowed (by
 * the hash of nothing).
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

interface BuiltFile {
  readonly body: Buffer;
  readonly gzipped: Buffer;
  readonly type: string;
  readonly etag: string;
  /** Its name has a hash of its content. */
  readonly isImmutable: boolean;
}

async function readBuilt(folder: string): Promise<ReadonlyMap<string, BuiltFile>> {
  const files = new Map<string, BuiltFile>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const type = mediaTypes.get(extname(entry.name));
    if (!entry.isFile() || type === undefined) continue;
    const file = join(entry.parentPath, entry.name);
    const body = await readFile(file);
    const path = `/${file.slice(folder.length).replaceAll('\\', '/').replace(/^\/+/, '')}`;
    files.set(path, {
      body,
      gzipped: await compress(body, { level: 9 }),
      type,
      etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
      isImmutable: path.startsWith('/assets/'),
    });
  }
  return files;
}

/** The built console, read into memory once and again when it was built anew. */
function createBuiltConsole(folder: string): () => Promise<ReadonlyMap<string, BuiltFile>> {
  let read: { readonly builtMs: number; readonly files: Promise<ReadonlyMap<string, BuiltFile>> } | undefined;
  return async () => {
    const builtMs = (await stat(join(folder, 'index.html')).catch(() => undefined))?.mtimeMs;
    if (builtMs === undefined) {
      const message = 'The console is not built; start the workspace with ./joinery, which builds it.';
      throw new WorkspaceError(503, 'workspace.console_not_built', message, 5);
    }
    if (read?.builtMs !== builtMs) read = { builtMs, files: readBuilt(folder) };
    return read.files;
  };
}

function send(reply: FastifyReply, file: BuiltFile, acceptsGzip: boolean): FastifyReply {
  void reply
    .type(file.type)
    .header('etag', file.etag)
    .header('vary', 'accept-encoding')
    .header('cache-control', file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache')
    .header('content-security-policy', contentSecurityPolicy)
    .header('referrer-policy', 'no-referrer')
    .header('cross-origin-opener-policy', 'same-origin')
    .header('permissions-policy', 'camera=(), geolocation=(), microphone=()');
  if (reply.request.headers['if-none-match'] === file.etag) return reply.status(304).send();
  if (!acceptsGzip) return reply.send(file.body);
  return reply.header('content-encoding', 'gzip').send(file.gzipped);
}

/**
 * Whether a browser asks for a page. All pages are the same document; what asks for no HTML, as a provisioning client with a
 * wrong Tenant URL, is told that there is nothing.
 */
function wantsPage(path: string, accept: string | undefined): boolean {
  if (path === '/') return true;
  return !/^\/assets(\/|$)/.test(path) && /\btext\/html\b/.test(accept ?? '');
}

/**
 * The tenant console: its files, and its document under every path that is nothing else, so that each page has an address.
 * Throws 404 `workspace.not_found`, 503 `workspace.console_not_built`.
 */
export function registerConsole(app: FastifyInstance, folder: string = builtFolder): void {
  const built = createBuiltConsole(folder);
  app.get('/*', async (request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '/';
    if (/^\/api(\/|$)/.test(path)) throw notFound(`GET ${path}`);
    const isPage = wantsPage(path, request.headers.accept);
    if (!isPage && !/^\/[\w./-]+\.\w+$/.test(path)) throw notFound(`GET ${path}`);
    const files = await built();
    const file = files.get(path) ?? (isPage ? files.get('/index.html') : undefined);
    if (file === undefined) throw notFound(`GET ${path}`);
    const accepted = request.headers['accept-encoding'];
    return send(reply, file, typeof accepted === 'string' && /\bgzip\b/.test(accepted));
  });
}
