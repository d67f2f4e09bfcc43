import { brandId, type CredentialId } from '@joinery/base';
import { generateToken, hashToken, isAudience, type Credential } from '@joinery/service-provider';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import {
  CreatedTokenSchema,
  NewTokenSchema,
  RotationSchema,
  TokenListSchema,
  type CreatedToken,
  type NewToken,
  type Rotation,
  type Token,
} from '../contract.ts';
import { notFound } from '../errors.ts';
import { expiresWithinDays, issueToken, readExpiry, type IssuedToken } from '../tokens.ts';
import type { ApiContext } from './context.ts';
import { callerOf, type Caller } from './session.ts';

const overlapSecondsDefault = 86_400;

function stateOf(context: ApiContext, credential: Credential): Token['state'] {
  const now = context.clock.now();
  if (credential.revoked !== undefined && credential.revoked.getTime() <= now) return 'revoked';
  if (credential.expires.getTime() <= now) return 'expired';
  if (!isAudience(credential.audience, context.tenantUrl())) return 'wrong-audience';
  return credential.revoked === undefined ? 'active' : 'ending';
}

function presentToken(context: ApiContext, credential: Credential): Token {
  const state = stateOf(context, credential);
  return {
    id: credential.id,
    name: credential.name,
    audience: credential.audience,
    scopes: [...credential.scopes],
    created: credential.created.toISOString(),
    expires: credential.expires.toISOString(),
    lastUsed: credential.lastUsed?.toISOString() ?? null,
    revoked: credential.revoked?.toISOString() ?? null,
    state,
    expiresWithinDays: state === 'active' ? expiresWithinDays(credential.expires, context.clock.now()) : null,
  };
}

function presentIssued(context: ApiContext, issued: IssuedToken): CreatedToken {
  return { ...presentToken(context, issued.credential), token: issued.token, tenantUrl: context.tenantUrl() };
}

async function findLive(context: ApiContext, caller: Caller, id: string): Promise<Credential> {
  const credential = (await context.credentials.list(caller.tenantId)).find((candidate) => candidate.id === id);
  if (credential === undefined || credential.revoked !== undefined) throw notFound('A live token of this id');
  return credential;
}

/** A new secret under the same name; the old one lives on for the overlap, so that the client can be changed meanwhile. */
async function rotate(context: ApiContext, caller: Caller, id: string, rotation: Rotation): Promise<IssuedToken> {
  const old = await findLive(context, caller, id);
  const now = context.clock.now();
  const lifeMs = old.expires.getTime() - old.created.getTime();
  const until = new Date(now + (rotation.overlapSeconds ?? overlapSecondsDefault) * 1000);
  const wish = rotation.expires ?? new Date(now + lifeMs).toISOString();
  const expires = readExpiry(wish, now, context.tokenDaysMax);
  const token = generateToken();
  const credential = await context.credentials.rotate(caller.tenantId, old.id, {
    until,
    expires,
    hash: hashToken(token),
  });
  if (credential === undefined) throw notFound('A live token of this id');
  return { credential, token };
}

export function registerTokens(app: FastifyInstance, context: ApiContext): void {
  app.get('/api/tokens', { schema: { response: { 200: TokenListSchema } } }, async (request) => {
    const { tenantId } = callerOf(request);
    const credentials = await context.credentials.list(tenantId);
    return { tokens: credentials.map((credential) => presentToken(context, credential)) };
  });

  app.post<{ Body: NewToken }>(
    '/api/tokens',
    { schema: { body: NewTokenSchema, response: { 201: CreatedTokenSchema } } },
    async (request, reply) => {
      const { tenantId } = callerOf(request);
      const wish = { ...request.body, audience: request.body.audience ?? context.tenantUrl() };
      const issued = await issueToken(context.credentials, tenantId, wish, context.clock.now(), context.tokenDaysMax);
      void reply.status(201);
      return presentIssued(context, issued);
    },
  );

  app.post<{ Params: { id: string }; Body: Rotation | null }>(
    '/api/tokens/:id/rotate',
    { schema: { body: Type.Union([RotationSchema, Type.Null()]), response: { 201: CreatedTokenSchema } } },
    async (request, reply) => {
      const caller = callerOf(request);
      const issued = await rotate(context, caller, request.params.id, request.body ?? {});
      void reply.status(201);
      return presentIssued(context, issued);
    },
  );

  app.delete<{ Params: { id: string } }>('/api/tokens/:id', async (request, reply) => {
    const { tenantId } = callerOf(request);
    const id = brandId<CredentialId>(request.params.id);
    const revoked = await context.credentials.revoke(tenantId, id, new Date(context.clock.now()));
    if (!revoked) throw notFound('A token of this id');
    return reply.status(204).send();
  });
}
