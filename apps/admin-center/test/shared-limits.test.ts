import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { brandId, type AppRoleId, type Clock, type JobId } from '@joinery/base';
import { createWorker, defaultJobSettings, getGalleryTemplate, type EnginePorts } from '@joinery/provisioning';
import { createCenterStore } from '@joinery/store/center';
import { createCenterDatabase, waitFor } from '@joinery/testkit';
import { expect, test } from 'vitest';
import { createTargetFactory } from '../src/target-factory.ts';

const clock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => delay(ms, undefined, signal === undefined ? {} : { signal }),
};

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

/** A SCIM endpoint that takes its time and counts the requests that it has in hand, in all and by the client's connections. */
async function aSlowServer(latencyMs: number) {
  let inFlight = 0;
  const seen = { most: 0, ports: new Set<number>(), users: 0 };
  const server = createServer((request, response) => {
    inFlight += 1;
    seen.most = Math.max(seen.most, inFlight);
    seen.ports.add(request.socket.remotePort ?? 0);
    void (async () => {
      const body = await bodyOf(request);
      await delay(latencyMs);
      inFlight -= 1;
      response.setHeader('content-type', 'application/scim+json');
      if (request.method !== 'POST') return response.end(JSON.stringify({ totalResults: 0, Resources: [] }));
      seen.users += 1;
      response.statusCode = 201;
      return response.end(JSON.stringify({ ...JSON.parse(body), id: `id-${seen.users}` }));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    seen,
    host,
    url: `http://${host}/scim/v2`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test('two workers of one job keep to its limit of requests in flight together', async () => {
  const concurrency = 4;
  const count = 1_500;
  await using server = await aSlowServer(15);
  await using database = await createCenterDatabase();
  const secretKey = new Uint8Array(32).fill(7);
  const store = createCenterStore(database, { clock, newId: randomUUID, secretKey });
  const template = getGalleryTemplate('cinode')!;
  const { servicePrincipalId } = await store.applications.create({
    displayName: 'Slow',
    applicationTemplateId: template.id,
    appRoles: template.appRoles,
  });
  const id = brandId<JobId>(`cinode.${'0'.repeat(32)}.${randomUUID()}`);
  await store.jobs.create({
    id,
    servicePrincipalId,
    templateId: template.templateId,
    settings: { ...defaultJobSettings, concurrency },
    schema: template.schema,
  });
  await store.jobs.putSecrets(servicePrincipalId, new Map([['BaseAddress', server.url], ['SecretToken', 'a-token']])); // prettier-ignore
  const users = await store.directory.createUsers(
    Array.from({ length: count }, (_, index) => ({
      userPrincipalName: `user${index}@contoso.example`,
      accountEnabled: true,
      attributes: new Map([['displayName', `User ${index}`]]),
    })),
  );
  const role = brandId<AppRoleId>('18d14569-c3bd-439b-9a66-3a2aee01d14f');
  await store.applications.assignAll(servicePrincipalId, users.map((user) => user.id), role); // prettier-ignore
  const stop = new AbortController();
  const errors: unknown[] = [];
  const takenPages = new Map<string, number>();
  const startWorker = (workerId: string) => {
    const ports: EnginePorts = {
      ...store,
      directory: store.reader,
      cycles: {
        ...store.cycles,
        async takePage(...taking) {
          const page = await store.cycles.takePage(...taking);
          if (typeof page === 'object') takenPages.set(workerId, (takenPages.get(workerId) ?? 0) + 1);
          return page;
        },
      },
      targets: createTargetFactory({ allowedTargets: [server.host], clock, random: Math.random }),
      clock,
      random: Math.random,
      newId: randomUUID,
      defaultDomain: 'contoso.example',
    };
    const options = { workerId, pageSize: 20, shareMs: 250, onError: (error: unknown) => errors.push(error) };
    return createWorker(ports, options).run(stop.signal);
  };
  await store.jobs.start(id);
  const running = [startWorker('one'), startWorker('two')];
  const last = await waitFor(async () => (await store.jobs.status(id)).last, 120_000);
  stop.abort();
  await Promise.all(running);
  expect(errors).toEqual([]);
  expect(last).toMatchObject({ state: 'succeeded', counts: { created: count, failed: 0 } });
  expect(server.seen.users).toBe(count);
  expect([...takenPages.keys()].toSorted()).toEqual(['one', 'two']);
  expect(server.seen.most).toBeLessThanOrEqual(concurrency);
}, 180_000);
