import type { ResourceType, SchemaExtension } from '@joinery/scim';
import type { Removal } from '@joinery/store/workspace';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import {
  DefinitionSchema,
  RemovalQuerySchema,
  ResourceTypeListSchema,
  ResourceTypeSchema,
  SchemaListSchema,
  SchemaSchema,
  TenantSettingsSchema,
  type Definition,
  type RemovalQuery,
  type TenantSettingsView,
} from '../contract.ts';
import { notFound } from '../errors.ts';
import type { ApiContext } from './context.ts';
import { callerOf } from './session.ts';

type OfSchema = { readonly Params: { readonly urn: string } };
type OfType = { readonly Params: { readonly name: string } };

type WithRemoval = { readonly Querystring: RemovalQuery };
const removalRoute = { schema: { querystring: RemovalQuerySchema } };

function removalOf(request: FastifyRequest<WithRemoval>): Removal {
  const { administrator } = callerOf(request);
  const actor = { credentialId: undefined, display: administrator.email };
  return { values: request.query.values === 'delete', actor };
}

/** Attributes as they were defined, without what only the program needs. */
function presentAttributes(attributes: SchemaExtension['schema']['attributes']): unknown[] {
  return attributes.map(({ restrictsValues: _restricts, subAttributes, ...attribute }) => ({
    ...attribute,
    ...(subAttributes === undefined ? {} : { subAttributes: presentAttributes(subAttributes) }),
  }));
}

function presentExtension({ resourceType, schema }: SchemaExtension) {
  const { id, name, description, attributes } = schema;
  return { id, name, description, resourceType, attributes: presentAttributes(attributes) };
}

function presentType({ name, endpoint, description, schema }: ResourceType) {
  const { id, name: schemaName, description: about, attributes } = schema;
  const shown = { id, name: schemaName, description: about, attributes: presentAttributes(attributes) };
  return { name, endpoint, description, schema: shown };
}

/** Extensions of User and Group that the tenant has defined. They hold for the next request. */
function registerExtensions(app: FastifyInstance, { schemas, forgetSettings }: ApiContext): void {
  app.get('/api/schemas', { schema: { response: { 200: SchemaListSchema } } }, async (request) => {
    const { extensions } = await schemas.get(callerOf(request).tenantId);
    return { schemas: extensions.map(presentExtension) };
  });

  app.post<{ Body: Definition }>(
    '/api/schemas',
    { schema: { body: DefinitionSchema, response: { 201: SchemaSchema } } },
    async (request, reply) => {
      const { tenantId } = callerOf(request);
      const added = await schemas.addExtension(tenantId, request.body);
      forgetSettings(tenantId);
      void reply.status(201);
      return presentExtension(added);
    },
  );

  app.put<OfSchema & { Body: Definition }>(
    '/api/schemas/:urn',
    { schema: { body: DefinitionSchema, response: { 200: SchemaSchema } } },
    async (request) => {
      const { tenantId } = callerOf(request);
      const changed = await schemas.changeExtension(tenantId, request.params.urn, request.body);
      forgetSettings(tenantId);
      if (changed === undefined) throw notFound('A schema of this id');
      return presentExtension(changed);
    },
  );

  app.delete<OfSchema & WithRemoval>('/api/schemas/:urn', removalRoute, async (request, reply) => {
    const { tenantId } = callerOf(request);
    const isRemoved = await schemas.removeExtension(tenantId, request.params.urn, removalOf(request));
    forgetSettings(tenantId);
    if (!isRemoved) throw notFound('A schema of this id');
    return reply.status(204).send();
  });
}

/** Resource types of the tenant's own, each with its endpoint. */
function registerTypes(app: FastifyInstance, { schemas, forgetSettings }: ApiContext): void {
  app.get('/api/resource-types', { schema: { response: { 200: ResourceTypeListSchema } } }, async (request) => {
    const { resourceTypes } = await schemas.get(callerOf(request).tenantId);
    return { resourceTypes: resourceTypes.map(presentType) };
  });

  app.post<{ Body: Definition }>(
    '/api/resource-types',
    { schema: { body: DefinitionSchema, response: { 201: ResourceTypeSchema } } },
    async (request, reply) => {
      const { tenantId } = callerOf(request);
      const added = await schemas.addResourceType(tenantId, request.body);
      forgetSettings(tenantId);
      void reply.status(201);
      return presentType(added);
    },
  );

  app.put<OfType & { Body: Definition }>(
    '/api/resource-types/:name',
    { schema: { body: DefinitionSchema, response: { 200: ResourceTypeSchema } } },
    async (request) => {
      const { tenantId } = callerOf(request);
      const changed = await schemas.changeResourceType(tenantId, request.params.name, request.body);
      forgetSettings(tenantId);
      if (changed === undefined) throw notFound('A resource type of this name');
      return presentType(changed);
    },
  );

  app.delete<OfType & WithRemoval>('/api/resource-types/:name', removalRoute, async (request, reply) => {
    const { tenantId } = callerOf(request);
    const isRemoved = await schemas.removeResourceType(tenantId, request.params.name, removalOf(request));
    forgetSettings(tenantId);
    if (!isRemoved) throw notFound('A resource type of this name');
    return reply.status(204).send();
  });
}

/** How SCIM requests of the tenant are read, and the schemas that it adds. */
export function registerSchemas(app: FastifyInstance, context: ApiContext): void {
  const { schemas, forgetSettings } = context;
  app.get('/api/settings', { schema: { response: { 200: TenantSettingsSchema } } }, async (request) => {
    const { isStrict, acceptsUnknownMembers } = await schemas.get(callerOf(request).tenantId);
    return { strict: isStrict, acceptUnknownMembers: acceptsUnknownMembers };
  });

  app.put<{ Body: TenantSettingsView }>(
    '/api/settings',
    { schema: { body: TenantSettingsSchema, response: { 200: TenantSettingsSchema } } },
    async (request) => {
      const { tenantId } = callerOf(request);
      const { strict, acceptUnknownMembers } = request.body;
      await schemas.set(tenantId, { isStrict: strict, acceptsUnknownMembers: acceptUnknownMembers });
      forgetSettings(tenantId);
      return request.body;
    },
  );

  registerExtensions(app, context);
  registerTypes(app, context);
}
