import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Target } from '@joinery/connector-kit';
import { aTarget, userType } from './a-target.ts';

let server: Server;
let tenantUrl: string;
let certificate: string;
const targets: Target[] = [];

beforeAll(async () => {
  const pems = await generate([{ name: 'commonName', value: 'app.internal' }], {
    keySize: 2048,
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: 'app.internal' }] },
    ],
  });
  certificate = pems.cert;
  server = createServer({ key: pems.private, cert: pems.cert }, (_, response) => {
    response.writeHead(404, { 'content-type': 'application/scim+json' }).end('{"status":"404"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  tenantUrl = `https://app.internal:${(server.address() as AddressInfo).port}/scim/v2`;
});
afterAll(async () => {
  for (const target of targets) await target.close();
  await new Promise((resolve) => server.close(resolve));
});

function targetAt(url: string, extraCa?: string): Target {
  const target = aTarget(
    { tenantUrl: url, host: new URL(url).hostname },
    { extraCa, random: () => 0, resolveHost: async () => [{ address: '127.0.0.1', family: 4 }] },
  );
  targets.push(target);
  return target;
}

describe('TLS', () => {
  it('a certificate of an unknown authority is refused, for the whole job', async () => {
    await expect(targetAt(tenantUrl).get(userType, 'u1')).rejects.toMatchObject({
      code: 'connector.unreachable',
      logCode: 'WebExceptionProtocolError',
      scope: 'job',
    });
  });

  it('an extra authority is trusted, for the host that its certificate names', async () => {
    expect(await targetAt(tenantUrl, certificate).get(userType, 'u1')).toBeUndefined();
  });

  it('a certificate for another host is refused', async () => {
    const other = tenantUrl.replace('app.internal', 'other.internal');
    await expect(targetAt(other, certificate).get(userType, 'u1')).rejects.toMatchObject({
      code: 'connector.unreachable',
    });
  });
});
