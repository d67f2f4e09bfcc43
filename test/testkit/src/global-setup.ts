/**
 * Offers the run's PostgreSQL server to all test files. It is started when the first test file asks for a database, so
 * that runs of pure tests pay nothing. With JOINERY_TEST_DATABASE_URL set, that server is used instead.
 */
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import { openEmbedded, type EmbeddedServer } from '@joinery/store';
import { createTemplates, type Templates } from './templates.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Port on loopback where a test process asks for the database server. */
    testkitPort: number;
  }
}

const folderPrefix = 'joinery-test-';

interface Running {
  readonly templates: Templates;
  stop(): Promise<void>;
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  let running: Promise<Running> | undefined;
  const listener = createServer((request, response) => {
    running ??= start();
    const half = request.url === '/center' ? 'center' : 'workspace';
    running
      .then(({ templates }) => templates.ready(half))
      .then(
        (template) => response.end(JSON.stringify(template)),
        (error: unknown) => {
          response.statusCode = 500;
          response.end(error instanceof Error ? (error.stack ?? error.message) : String(error));
        },
      );
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  listener.unref();
  project.provide('testkitPort', (listener.address() as AddressInfo).port);
  return async () => {
    listener.close();
    listener.closeAllConnections();
    const started = await running?.catch(() => undefined);
    await started?.stop();
  };
}

async function start(): Promise<Running> {
  const given = process.env['JOINERY_TEST_DATABASE_URL'];
  if (given !== undefined && given !== '') {
    const templates = createTemplates(given);
    return { templates, stop: () => templates.drop() };
  }
  await removeAbandoned();
  const directory = await mkdtemp(join(tmpdir(), `${folderPrefix}${process.pid}-`));
  // The unprivileged user who runs the server when we are root must be able to enter.
  await chmod(directory, 0o755);
  const server = await openEmbedded({ directory, name: 'workspace', durable: false });
  return {
    templates: createTemplates(server.url),
    async stop() {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Ends the servers of test runs that were killed. */
async function removeAbandoned(): Promise<void> {
  for (const entry of await readdir(tmpdir())) {
    const pid = Number(entry.match(/^joinery-test-(\d+)-/)?.[1] ?? Number.NaN);
    if (Number.isNaN(pid) || isAlive(pid)) continue;
    const directory = join(tmpdir(), entry);
    const server = await openEmbedded({ directory, name: 'workspace', durable: false }).catch(
      (): EmbeddedServer | undefined => undefined,
    );
    await server?.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
