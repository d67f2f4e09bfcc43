// SCIM schemas (RFC 7643 §7) as JSON Schema, as OpenAPI 3.1 has it.
import type { JsonObject } from '@joinery/base';
import { commonAttributes, type Attribute, type ResourceType } from '@joinery/scim';

const types: Readonly<Record<Attribute['type'], JsonObject>> = {
  string: { type: 'string' },
  boolean: { type: 'boolean' },
  decimal: { type: 'number' },
  integer: { type: 'integer' },
  dateTime: { type: 'string', format: 'date-time' },
  reference: { type: 'string', format: 'uri-reference' },
  binary: { type: 'string', contentEncoding: 'base64' },
  complex: { type: 'object' },
};

function elementSchema(attribute: Attribute): JsonObject {
  const { canonicalValues, subAttributes } = attribute;
  return {
    ...types[attribute.type],
    ...(canonicalValues === undefined
      ? {}
      : attribute.restrictsValues === true && attribute.caseExact
        ? { enum: canonicalValues }
        : { examples: canonicalValues }),
    ...(subAttributes === undefined ? {} : propertiesOf(subAttributes)),
  };
}

function attributeSchema(attribute: Attribute): JsonObject {
  const element = elementSchema(attribute);
  return {
    ...(attribute.multiValued ? { type: 'array', items: element } : element),
    description: attribute.description,
    ...(attribute.mutability === 'readOnly' ? { readOnly: true } : {}),
    ...(attribute.mutability === 'writeOnly' ? { writeOnly: true } : {}),
  };
}

function propertiesOf(attributes: readonly Attribute[]): JsonObject {
  const required = attributes.filter((each) => each.required).map(({ name }) => name);
  return {
    properties: Object.fromEntries(attributes.map((each) => [each.name, attributeSchema(each)])),
    ...(required.length === 0 ? {} : { required }),
  };
}

/** One resource: common attributes, those of the schema, and each extension as an object under its URN. */
export function resourceSchema({ description, schema, extensions }: ResourceType): JsonObject {
  const own = propertiesOf([...commonAttributes, ...schema.attributes]);
  const under = extensions.map(({ schema: extension }) => [
    extension.id,
    { type: 'object', description: extension.description, ...propertiesOf(extension.attributes) },
  ]);
  const { properties, ...rest } = own;
  return {
    type: 'object',
    description,
    ...rest,
    properties: { ...(properties as JsonObject), ...(Object.fromEntries(under) as JsonObject) },
  };
}
