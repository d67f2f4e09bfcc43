import type { Json, JsonObject } from '@joinery/base';
import { urns, type ResourceType } from '@joinery/scim';

const text: JsonObject = { type: 'string' };
const ref = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });

function message(urn: string, properties: JsonObject, required: readonly string[]): JsonObject {
  return {
    type: 'object',
    required: ['schemas', ...required],
    properties: { schemas: { type: 'array', items: text, examples: [[urn]] }, ...properties },
  };
}

const operation: JsonObject = {
  type: 'object',
  required: ['op'],
  properties: {
    op: { type: 'string', enum: ['add', 'replace', 'remove'], description: 'Any letter case is accepted.' },
    path: { type: 'string', description: 'RFC 7644 §3.5.2, e.g. emails[type eq "work"].value.' },
    value: {},
  },
};

const bulkOperation: JsonObject = {
  type: 'object',
  required: ['method', 'path'],
  properties: {
    method: { type: 'string', enum: ['POST', 'PUT', 'PATCH', 'DELETE'] },
    bulkId: { type: 'string', description: 'Required for POST; others refer to it as bulkId:….' },
    version: text,
    path: text,
    data: { type: 'object' },
  },
};

const bulkResult: JsonObject = {
  type: 'object',
  required: ['method', 'status'],
  properties: { method: text, bulkId: text, version: text, location: text, status: text, response: ref('Error') },
};

/** Bodies of RFC 7644 that are no resources. */
export const messageSchemas: JsonObject = {
  Error: message(urns.error, { status: text, scimType: text, detail: text }, ['status']),
  PatchRequest: message(urns.patchOp, { Operations: { type: 'array', items: operation } }, ['Operations']),
  SearchRequest: message(
    urns.searchRequest,
    {
      attributes: { type: 'array', items: text },
      excludedAttributes: { type: 'array', items: text },
      filter: text,
      sortBy: text,
      sortOrder: { type: 'string', enum: ['ascending', 'descending'] },
      startIndex: { type: 'integer' },
      count: { type: 'integer' },
      cursor: text,
    },
    [],
  ),
  BulkRequest: message(
    urns.bulkRequest,
    { failOnErrors: { type: 'integer' }, Operations: { type: 'array', items: bulkOperation } },
    ['Operations'],
  ),
  BulkResponse: message(urns.bulkResponse, { Operations: { type: 'array', items: bulkResult } }, ['Operations']),
  Discovery: { type: 'object', description: 'A discovery document, RFC 7643 §5 to §7.' },
};

/** A ListResponse of resources that are as `items` says. */
export function listSchema(items: JsonObject): JsonObject {
  const integer: JsonObject = { type: 'integer' };
  return message(
    urns.listResponse,
    {
      totalResults: integer,
      itemsPerPage: integer,
      startIndex: integer,
      nextCursor: text,
      Resources: { type: 'array', items },
    },
    ['totalResults'],
  );
}

function sampleOf(type: ResourceType): JsonObject {
  const required = type.schema.attributes.filter((attribute) => attribute.required && attribute.type === 'string');
  const values = required.map(({ name, canonicalValues }): [string, Json] => [
    name,
    canonicalValues?.[0] ?? `a ${name}`,
  ]);
  return Object.fromEntries(values);
}

const samples: ReadonlyMap<string, JsonObject> = new Map([
  [
    'User',
    {
      userName: 'ada@contoso.com',
      externalId: '58342554-38d6-4ec8-948c-50044d0a33fd',
      name: { givenName: 'Ada', familyName: 'Lovelace' },
      active: true,
      emails: [{ value: 'ada@contoso.com', type: 'work', primary: true }],
    },
  ],
  ['Group', { displayName: 'Engineering', externalId: '8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159' }],
]);

/** The body of a POST, as an example. */
export function exampleOf(type: ResourceType): JsonObject {
  return { schemas: [type.schema.id], ...(samples.get(type.name) ?? sampleOf(type)) };
}

export const patchExample: JsonObject = {
  schemas: [urns.patchOp],
  Operations: [{ op: 'replace', path: 'externalId', value: '701984' }],
};

export const searchExample: JsonObject = { schemas: [urns.searchRequest], filter: 'externalId eq "701984"', count: 10 };

export const bulkExample: JsonObject = {
  schemas: [urns.bulkRequest],
  failOnErrors: 1,
  Operations: [
    {
      method: 'POST',
      path: '/Users',
      bulkId: 'ada',
      data: { schemas: [urns.coreUser], userName: 'ada@contoso.com' },
    },
    {
      method: 'POST',
      path: '/Groups',
      bulkId: 'engineering',
      data: { schemas: [urns.coreGroup], displayName: 'Engineering', members: [{ value: 'bulkId:ada' }] },
    },
  ],
};
