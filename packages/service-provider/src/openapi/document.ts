import { product, type JsonObject } from '@joinery/base';
import { noTenantSchemas, resourceTypesWith, type ResourceType, type TenantSchemas } from '@joinery/scim';
import { toDocument, type DiscoveryDocument } from '../discovery/documents.ts';
import { endpoints, endpointsOf } from '../resources/endpoint.ts';
import type { Route } from '../router.ts';
import { resourceRows, routes } from '../routes.ts';
import { bulkExample, exampleOf, listSchema, messageSchemas, patchExample, searchExample } from './messages.ts';
import { resourceSchema } from './schemas.ts';

const mediaType = 'application/scim+json';

/** What an operation takes and answers, beside its path. */
interface Description {
  readonly summary: string;
  readonly parameters?: readonly string[];
  readonly body?: { readonly schema: string; readonly example: JsonObject };
  /** Status and schema of success; no schema, no body. */
  readonly answers: readonly (readonly [status: number, schema: string | undefined])[];
}

const projection = ['attributes', 'excludedAttributes'];
const query = ['filter', 'sortBy', 'sortOrder', 'startIndex', 'count', 'cursor', ...projection];

function describeResource(method: Route['method'], rest: string, type: ResourceType): Description | undefined {
  const { name } = type;
  switch (`${method} ${rest}`) {
    case 'GET ':
      return { summary: `Lists resources of type ${name}.`, parameters: query, answers: [[200, `${name}List`]] };
    case 'POST ':
      return {
        summary: `Creates a resource of type ${name}.`,
        parameters: projection,
        body: { schema: name, example: exampleOf(type) },
        answers: [[201, name]],
      };
    case 'POST /.search':
      return {
        summary: `Lists resources of type ${name}, the query in the body.`,
        body: { schema: 'SearchRequest', example: searchExample },
        answers: [[200, `${name}List`]],
      };
    case 'GET /{id}':
      return {
        summary: `Reads a resource of type ${name}.`,
        parameters: ['id', 'ifNoneMatch', ...projection],
        answers: [
          [200, name],
          [304, undefined],
        ],
      };
    case 'PUT /{id}':
      return {
        summary: `Replaces a resource of type ${name}.`,
        parameters: ['id', 'ifMatch', ...projection],
        body: { schema: name, example: exampleOf(type) },
        answers: [[200, name]],
      };
    case 'PATCH /{id}':
      return {
        summary: `Changes a resource of type ${name}, all operations or none.`,
        parameters: ['id', 'ifMatch', ...projection],
        body: { schema: 'PatchRequest', example: patchExample },
        answers: [
          [200, name],
          [204, undefined],
        ],
      };
    case 'DELETE /{id}':
      return {
        summary: `Deletes a resource of type ${name}.`,
        parameters: ['id', 'ifMatch'],
        answers: [[204, undefined]],
      };
    default:
      return undefined;
  }
}

const discovery: readonly (readonly [string, string])[] = [
  ['/ServiceProviderConfig', 'What this service provider supports.'],
  ['/serviceConfiguration', 'Another name of /ServiceProviderConfig.'],
  ['/openapi.json', 'This document; with a credential that of its tenant.'],
  ['/ResourceTypes', 'Every resource type.'],
  ['/ResourceTypes/{id}', 'One resource type.'],
  ['/Schemas', 'Every schema.'],
  ['/Schemas/{id}', 'One schema.'],
];

const others: ReadonlyMap<string, Description> = new Map<string, Description>([
  ...discovery.map(([path, summary]): [string, Description] => [
    `GET ${path}`,
    { summary, ...(path.endsWith('{id}') ? { parameters: ['id'] } : {}), answers: [[200, 'Discovery']] },
  ]),
  [
    'GET /',
    {
      summary: 'Lists resources of all types that satisfy a filter, which is required.',
      parameters: ['filter', 'startIndex', 'count', ...projection],
      answers: [[200, 'List']],
    },
  ],
  [
    'POST /.search',
    {
      summary: 'Lists resources of all types, the query in the body; without sortBy and cursor.',
      body: { schema: 'SearchRequest', example: searchExample },
      answers: [[200, 'List']],
    },
  ],
  [
    'POST /Bulk',
    {
      summary: 'Several operations in one request.',
      body: { schema: 'BulkRequest', example: bulkExample },
      answers: [[200, 'BulkResponse']],
    },
  ],
]);

function describe({ method, path }: Route, types: readonly ResourceType[]): Description {
  const type = types.find(({ endpoint }) => path === endpoint || path.startsWith(`${endpoint}/`));
  const described =
    type === undefined
      ? others.get(`${method} ${path}`)
      : describeResource(method, path.slice(type.endpoint.length), type);
  return described ?? { summary: 'Answered with 501: not supported.', answers: [] };
}

const ref = (kind: string, name: string): JsonObject => ({ $ref: `#/components/${kind}/${name}` });
const content = (schema: string, example?: JsonObject): JsonObject => ({
  [mediaType]: { schema: ref('schemas', schema), ...(example === undefined ? {} : { example }) },
});

interface Service {
  readonly types: readonly ResourceType[];
  readonly hasTokenEndpoint: boolean;
}

function operationOf(route: Route, { types, hasTokenEndpoint }: Service): JsonObject {
  const { summary, parameters = [], body, answers } = describe(route, types);
  const scope = route.method === 'GET' || route.path.endsWith('/.search') ? 'scim.read' : 'scim.write';
  const responses = answers.map(([status, schema]) => [
    String(status),
    { description: 'Success.', ...(schema === undefined ? {} : { content: content(schema) }) },
  ]);
  return {
    summary,
    operationId: `${route.method.toLowerCase()}${route.path.replace(/[^a-z]+/gi, '-')}`.replace(/-$/, ''),
    ...(parameters.length === 0 ? {} : { parameters: parameters.map((name) => ref('parameters', name)) }),
    ...(body === undefined ? {} : { requestBody: { required: true, content: content(body.schema, body.example) } }),
    responses: { ...(Object.fromEntries(responses) as JsonObject), default: ref('responses', 'Error') },
    security: route.isPublic ? [] : [{ bearer: [] }, ...(hasTokenEndpoint ? [{ clientCredentials: [scope] }] : [])],
  };
}

function pathsOf(rows: readonly Route[], service: Service): JsonObject {
  const paths = new Map<string, Record<string, JsonObject>>();
  for (const row of rows) {
    const operations = paths.get(row.path) ?? {};
    operations[row.method.toLowerCase()] = operationOf(row, service);
    paths.set(row.path, operations);
  }
  return Object.fromEntries(paths);
}

function inQuery(name: string, description: string, type = 'string'): JsonObject {
  return { name, in: 'query', description, schema: { type } };
}

const parameters: JsonObject = {
  id: { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
  filter: inQuery('filter', 'RFC 7644 §3.4.2.2.'),
  sortBy: inQuery('sortBy', 'An attribute.'),
  sortOrder: inQuery('sortOrder', 'ascending or descending.'),
  startIndex: inQuery('startIndex', 'From 1.', 'integer'),
  count: inQuery('count', 'Resources of a page.', 'integer'),
  cursor: inQuery('cursor', 'RFC 9865; empty for the first page.'),
  attributes: inQuery('attributes', 'Attributes of the answer, separated by commas.'),
  excludedAttributes: inQuery('excludedAttributes', 'Attributes that the answer lacks, separated by commas.'),
  ifMatch: { name: 'If-Match', in: 'header', description: 'Only at this version.', schema: { type: 'string' } },
  ifNoneMatch: { name: 'If-None-Match', in: 'header', description: '304 at this version.', schema: { type: 'string' } },
};

/**
 * The endpoint as an OpenAPI 3.1 document, made of the rows of `routes.ts` and the schemas of `types`: User and Group, with a
 * tenant's extensions, then a tenant's own types. Holds no secret.
 */
export function openApiOf(
  types: readonly ResourceType[],
  options: { readonly baseUrl: string; readonly tokenEndpoint?: string },
): DiscoveryDocument {
  const own = endpointsOf(types.slice(endpoints.length));
  const { tokenEndpoint } = options;
  const flows = {
    clientCredentials: {
      tokenUrl: tokenEndpoint ?? '',
      scopes: { 'scim.read': 'Read.', 'scim.write': 'Create, change and delete.' },
    },
  };
  const document: JsonObject = {
    openapi: '3.1.1',
    info: {
      title: `${product.name}: SCIM 2.0 endpoint`,
      version: '2.0',
      description: 'RFC 7643, RFC 7644 and RFC 9865. Every error has an Error body.',
    },
    servers: [{ url: options.baseUrl }],
    paths: pathsOf([...routes, ...own.flatMap(resourceRows)], { types, hasTokenEndpoint: tokenEndpoint !== undefined }),
    components: {
      schemas: {
        ...messageSchemas,
        ...Object.fromEntries(types.map((type) => [type.name, resourceSchema(type)])),
        ...Object.fromEntries(types.map(({ name }) => [`${name}List`, listSchema(ref('schemas', name))])),
        List: listSchema({ oneOf: types.map(({ name }) => ref('schemas', name)) }),
      },
      parameters,
      responses: { Error: { description: 'An Error body, RFC 7644 §3.12.', content: content('Error') } },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        ...(tokenEndpoint === undefined ? {} : { clientCredentials: { type: 'oauth2', flows } }),
      },
    },
  };
  return toDocument(document);
}

/** The same outside of a service provider, for a reference or a generator of clients. */
export function openApiDocument(options: {
  readonly baseUrl: string;
  readonly tokenEndpoint?: string;
  readonly schemas?: TenantSchemas;
}): JsonObject {
  return openApiOf(resourceTypesWith(options.schemas ?? noTenantSchemas), options).body;
}
