import { randomUUID } from 'node:crypto';
import { brandId, type TenantId } from '@joinery/base';
import {
  createServiceProvider,
  forbidden,
  generateToken,
  hashToken,
  toNodeListener,
  type CredentialStore,
  type Hooks,
  type RequestLog,
  type ResourceStore,
} from '@joinery/service-provider';
import Fastify, { type FastifyInstance } from 'fastify';

/** What the application gives: the three ports over its own data. */
export interface Stores {
  readonly resources: ResourceStore;
  readonly credentials: CredentialStore;
  readonly requestLog: RequestLog;
}

export interface AppOptions {
  readonly stores: Stores;
  /** Where clients reach the application: `https://app.example.com`. */
  readonly publicUrl: string;
  /** Ends the sessions of a user who may not sign in any more. */
  readonly endSessions: (userId: string) => Promise<void>;
}

/** Seats that a customer has paid for. */
const seatsMax = 3;
const tokenMs = 180 * 24 * 3600 * 1000;

/**
 * Rules of the application around every write that SCIM makes, whether by POST, PATCH or Bulk: a user beyond the seats is
 * refused, an address is stored in small letters, and a disabled or deleted user is signed out.
 */
function hooksOf({ stores, endSessions }: AppOptions): Hooks {
  return {
    async before({ operation, resourceType, tenantId, attributes }) {
      if (resourceType !== 'User' || attributes === undefined) return undefined;
      if (operation === 'create') {
        const query = { filter: undefined, sort: undefined, startIndex: 1, count: 0 };
        const include = { members: false, groups: false };
        const { totalResults } = await stores.resources.list(tenantId, 'User', { ...query, include });
        if (totalResults >= seatsMax) throw forbidden({ detail: `All ${seatsMax} seats are taken; buy more seats.` });
      }
      return { attributes: { ...attributes, userName: String(attributes['userName']).toLowerCase() } };
    },
    async after({ operation, current, resource }) {
      if (current?.type !== 'User') return;
      if (operation === 'delete' || resource?.attributes['active'] === false) await endSessions(current.id);
    },
  };
}

/** The application: its own routes, and SCIM below `/scim/v2`. */
export function createApp(options: AppOptions): FastifyInstance {
  const { stores, publicUrl } = options;
  const app = Fastify();
  const baseUrl = `${publicUrl}/scim/v2`;
  const handler = createServiceProvider({
    ...stores,
    clock: Date,
    newRequestId: randomUUID,
    baseUrl,
    hooks: hooksOf(options),
    onFailure: (error, requestId) => app.log.error({ err: error, requestId }, 'SCIM request failed'),
  });
  const listener = toNodeListener(handler, { baseUrl });

  app.register(async (scim) => {
    // The service provider reads bodies itself, with its own limits and errors.
    scim.removeAllContentTypeParsers();
    scim.addContentTypeParser('*', (_request, _body, done) => done(null));
    const answer = async (
      request: { readonly raw: Parameters<typeof listener>[0] },
      reply: ScimReply,
    ): Promise<void> => {
      reply.hijack();
      await listener(request.raw, reply.raw);
    };
    scim.all('/scim/v2', answer);
    scim.all('/scim/v2/*', answer);
  });

  // Stands behind the application's own sign-in of administrators, which also says whose tenant it is.
  app.post<{ Body: { name: string } }>('/settings/scim-tokens', async (request) => {
    const tenantId = brandId<TenantId>(String(request.headers['x-signed-in-tenant']));
    const token = generateToken();
    await stores.credentials.create(tenantId, {
      name: request.body.name,
      audience: baseUrl,
      scopes: ['scim.read', 'scim.write'],
      expires: new Date(Date.now() + tokenMs),
      hash: hashToken(token),
    });
    return { tenantUrl: baseUrl, token };
  });
  return app;
}

interface ScimReply {
  hijack(): unknown;
  readonly raw: Parameters<ReturnType<typeof toNodeListener>>[1];
}
