import type { JsonObject } from '@joinery/base';
import type { ResourceType } from '../schema/characteristics.ts';
import { urns } from '../schema/urns.ts';

/** The bodies of `/ResourceTypes`, RFC 7643 §6, in the order given. */
export function resourceTypesOf(types: readonly ResourceType[], baseUrl: string): readonly JsonObject[] {
  return types.map((type) => ({
    schemas: [urns.resourceType],
    id: type.name,
    name: type.name,
    endpoint: type.endpoint,
    description: type.description,
    schema: type.schema.id,
    schemaExtensions: type.extensions.map(({ schema, required }) => ({ schema: schema.id, required })),
    meta: { resourceType: 'ResourceType', location: `${baseUrl}/ResourceTypes/${type.name}` },
  }));
}
