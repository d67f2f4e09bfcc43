import {
  generateToken,
  hashToken,
  type OAuthClient,
  type OAuthFederation,
  type OAuthSecret,
} from '@joinery/service-provider';
import type { FastifyInstance } from 'fastify';
import {
  CreatedSecretSchema,
  FederationSchema,
  NewFederationSchema,
  NewOAuthClientSchema,
  NewSecretSchema,
  OAuthClientListSchema,
  OAuthClientSchema,
  type NewFederation,
  type NewOAuthClient,
  type NewSecret,
  type OAuthClientView,
} from '../contract.ts';
import { invalidInput, notFound } from '../errors.ts';
import { checkKeySetUrl } from '../federation.ts';
import { expiresWithinDays, readExpiry } from '../tokens.ts';
import type { ApiContext } from './context.ts';
import { callerOf } from './session.ts';

const secretDaysMax = 3 * 366;
const grantsFull = 'The client does not exist, or has ten already; delete one first.';

function isLive(grant: { readonly revoked: Date | undefined }, now: number): boolean {
  return grant.revoked === undefined || grant.revoked.getTime() > now;
}

function presentSecret(secret: OAuthSecret): OAuthClientView['secrets'][number] {
  return {
    id: secret.id,
    created: secret.created.toISOString(),
    expires: secret.expires.toISOString(),
    revoked: secret.revoked?.toISOString() ?? null,
  };
}

function presentFederation(federation: OAuthFederation): OAuthClientView['federations'][number] {
  const { id, issuer, jwksUrl, subject, audiences, created } = federation;
  return { id, issuer, jwksUrl, subject, audiences: [...audiences], created: created.toISOString() };
}

/** The day of the last secret counts; a federation needs none, and a client that never had one is not warned of. */
function warningOf(client: OAuthClient, now: number): OAuthClientView['expiresWithinDays'] {
  if (client.secrets.length === 0 || client.federations.some((federation) => isLive(federation, now))) return null;
  const ends = client.secrets.map(({ expires, revoked }) =>
    Math.min(expires.getTime(), revoked?.getTime() ?? Infinity),
  );
  const last = new Date(Math.max(...ends));
  return last.getTime() <= now ? 1 : expiresWithinDays(last, now);
}

function presentClient(client: OAuthClient, now: number): OAuthClientView {
  const secrets = client.secrets.filter((secret) => isLive(secret, now) && secret.expires.getTime() > now);
  return {
    id: client.id,
    name: client.name,
    scopes: [...client.scopes],
    accessTokenSeconds: client.accessTokenSeconds,
    created: client.created.toISOString(),
    lastUsed: client.lastUsed?.toISOString() ?? null,
    secrets: secrets.map(presentSecret),
    federations: client.federations.filter((federation) => isLive(federation, now)).map(presentFederation),
    expiresWithinDays: warningOf(client, now),
  };
}

type OfClient = { readonly Params: { readonly id: string } };

function registerGrants(app: FastifyInstance, context: ApiContext): void {
  app.post<OfClient & { Body: NewSecret }>(
    '/api/oauth/clients/:id/secrets',
    { schema: { body: NewSecretSchema, response: { 201: CreatedSecretSchema } } },
    async (request, reply) => {
      const now = context.clock.now();
      const { expires: wish, overlapSeconds } = request.body;
      const clientSecret = generateToken();
      const secret = await context.oauth.addSecret(callerOf(request).tenantId, request.params.id, {
        hash: hashToken(clientSecret),
        expires: readExpiry(wish, now, Math.min(context.tokenDaysMax ?? secretDaysMax, secretDaysMax)),
        endOthers: overlapSeconds === undefined ? undefined : new Date(now + overlapSeconds * 1000),
      });
      if (secret === undefined) throw invalidInput(grantsFull);
      void reply.status(201);
      return {
        ...presentSecret(secret),
        clientId: request.params.id,
        clientSecret,
        tokenEndpoint: context.tokenEndpoint(),
      };
    },
  );

  app.post<OfClient & { Body: NewFederation }>(
    '/api/oauth/clients/:id/federations',
    { schema: { body: NewFederationSchema, response: { 201: FederationSchema } } },
    async (request, reply) => {
      checkKeySetUrl(request.body.jwksUrl, context.federationHosts, context.allowedHosts);
      const { tenantId } = callerOf(request);
      const federation = await context.oauth.addFederation(tenantId, request.params.id, request.body);
      if (federation === undefined) throw invalidInput(grantsFull);
      void reply.status(201);
      return presentFederation(federation);
    },
  );

  for (const kind of ['secrets', 'federations']) {
    app.delete<{ Params: { id: string; grantId: string } }>(
      `/api/oauth/clients/:id/${kind}/:grantId`,
      async (request, reply) => {
        const { id, grantId } = request.params;
        const now = new Date(context.clock.now());
        const isRevoked = await context.oauth.revokeGrant(callerOf(request).tenantId, id, grantId, now);
        if (!isRevoked) throw notFound('One of this id');
        return reply.status(204).send();
      },
    );
  }
}

/** OAuth clients of the tenant, their secrets and federations. */
export function registerOAuth(app: FastifyInstance, context: ApiContext): void {
  app.get('/api/oauth/clients', { schema: { response: { 200: OAuthClientListSchema } } }, async (request) => {
    const now = context.clock.now();
    const clients = (await context.oauth.list(callerOf(request).tenantId)).filter((client) => isLive(client, now));
    return { clients: clients.map((client) => presentClient(client, now)), tokenEndpoint: context.tokenEndpoint() };
  });

  app.post<{ Body: NewOAuthClient }>(
    '/api/oauth/clients',
    { schema: { body: NewOAuthClientSchema, response: { 201: OAuthClientSchema } } },
    async (request, reply) => {
      const { scopes, accessTokenSeconds } = request.body;
      const name = request.body.name.trim();
      if (name === '') throw invalidInput('The name of a client has 1 to 100 characters.');
      const client = await context.oauth.create(callerOf(request).tenantId, {
        name,
        scopes: scopes ?? ['scim.read', 'scim.write'],
        accessTokenSeconds: accessTokenSeconds ?? 3600,
      });
      void reply.status(201);
      return presentClient(client, context.clock.now());
    },
  );

  app.delete<OfClient>('/api/oauth/clients/:id', async (request, reply) => {
    const { tenantId } = callerOf(request);
    const isRevoked = await context.oauth.revoke(tenantId, request.params.id, new Date(context.clock.now()));
    if (!isRevoked) throw notFound('A client of this id');
    return reply.status(204).send();
  });

  registerGrants(app, context);
}
