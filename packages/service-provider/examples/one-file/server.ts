import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brandId, type TenantId } from '@joinery/base';
import { createServiceProvider, generateToken, hashToken, toNodeListener } from '@joinery/service-provider';
import { openOneFileStore } from './store.ts';

export interface OneFileServer {
  /** The SCIM base URL: Tenant URL of the provisioning client, and audience of tokens. */
  readonly baseUrl: string;
  /** Makes a token of a tenant, which is shown this once. */
  newToken(tenantId: TenantId, name: string): Promise<string>;
  close(): Promise<void>;
}

/** The one tenant of this example; where there are several, each customer is one. */
export const tenantId = brandId<TenantId>('018f0000-0000-7000-8000-000000000001');
const yearMs = 365 * 24 * 3600 * 1000;

/** A SCIM endpoint on `node:http` whose data is one JSON file. Port 0: a free one. */
export async function startOneFileServer(options: {
  readonly file: string;
  readonly port: number;
}): Promise<OneFileServer> {
  const store = await openOneFileStore(options.file);
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  // Behind a proxy this is the https address that clients use.
  const baseUrl = `http://127.0.0.1:${port}/scim/v2`;
  const handler = createServiceProvider({
    resources: store.resources,
    credentials: store.credentials,
    requestLog: store.requestLog,
    clock: Date,
    newRequestId: randomUUID,
    baseUrl,
    onFailure: (error, requestId) => process.emitWarning(`request ${requestId} failed: ${String(error)}`),
  });
  server.on('request', toNodeListener(handler, { baseUrl }));
  return {
    baseUrl,
    async newToken(tenant, name) {
      const token = generateToken();
      const expires = new Date(Date.now() + yearMs);
      const scopes = ['scim.read', 'scim.write'] as const;
      await store.credentials.create(tenant, { name, audience: baseUrl, scopes, expires, hash: hashToken(token) });
      return token;
    },
    async close() {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeIdleConnections();
      });
      await store.close();
    },
  };
}

if (import.meta.main) {
  const [file = 'scim.json', port = '8070'] = process.argv.slice(2);
  const { baseUrl, newToken } = await startOneFileServer({ file, port: Number(port) });
  const token = await newToken(tenantId, `token of ${new Date().toISOString()}`);
  process.stdout.write(`Tenant URL:   ${baseUrl}\nSecret Token: ${token}\n`);
}
