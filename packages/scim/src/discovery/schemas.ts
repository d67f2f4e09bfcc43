import type { JsonObject } from '@joinery/base';
import type { Attribute, ResourceType, Schema } from '../schema/characteristics.ts';
import { commonAttributes } from '../schema/common.ts';
import { serviceSchemas } from '../schema/service-schemas.ts';
import { urns } from '../schema/urns.ts';

/** Listed with each resource type's schema, though RFC 7643 §3.1 implies them: clients that map by discovery look for them. */
const listedCommon = commonAttributes.filter(({ name }) => name === 'id' || name === 'externalId');

/**
 * The bodies of `/Schemas`, RFC 7643 §7: the schemas of the types, their extensions, and those of the discovery
 * endpoints themselves. Absent characteristics are left out, never null.
 */
export function schemasOf(types: readonly ResourceType[], baseUrl: string): readonly JsonObject[] {
  const bodies = new Map<string, JsonObject>();
  for (const { schema } of types) bodies.set(schema.id, presentSchema(schema, baseUrl, listedCommon));
  for (const { schema } of types.flatMap((type) => type.extensions)) {
    bodies.set(schema.id, presentSchema(schema, baseUrl, []));
  }
  for (const schema of serviceSchemas) bodies.set(schema.id, presentSchema(schema, baseUrl, []));
  return [...bodies.values()];
}

function presentSchema(schema: Schema, baseUrl: string, common: readonly Attribute[]): JsonObject {
  return {
    schemas: [urns.schema],
    id: schema.id,
    name: schema.name,
    description: schema.description,
    attributes: [...common, ...schema.attributes].map(presentAttribute),
    meta: { resourceType: 'Schema', location: `${baseUrl}/Schemas/${schema.id}` },
  };
}

function presentAttribute(attribute: Attribute): JsonObject {
  const { canonicalValues, referenceTypes, subAttributes } = attribute;
  const isComplex = attribute.type === 'complex';
  return {
    name: attribute.name,
    type: attribute.type,
    multiValued: attribute.multiValued,
    description: attribute.description,
    required: attribute.required,
    ...(canonicalValues === undefined ? {} : { canonicalValues }),
    ...(isComplex ? {} : { caseExact: attribute.caseExact }),
    mutability: attribute.mutability,
    returned: attribute.returned,
    ...(isComplex ? {} : { uniqueness: attribute.uniqueness }),
    ...(referenceTypes === undefined ? {} : { referenceTypes }),
    ...(subAttributes === undefined ? {} : { subAttributes: subAttributes.map(presentAttribute) }),
  };
}
