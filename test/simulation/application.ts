import { TransportFailure, type HttpAnswer, type HttpRequest } from '@joinery/connector-scim';
import { applyPatch, matches, type Resource, type PatchOperation } from './application-resources.ts';

/** A change that somebody's request made in the application. */
export interface Mutation {
  readonly at: number;
  readonly kind: 'create' | 'update' | 'delete';
  readonly type: 'Users' | 'Groups';
  readonly id: string;
}

/**
 * An application with a SCIM endpoint, in memory, made for the simulation: it shares no code with the connector. It keeps
 * what it was told to the letter, and notes each change.
 */
export interface Application {
  readonly users: ReadonlyMap<string, Resource>;
  readonly groups: ReadonlyMap<string, Resource>;
  readonly mutations: readonly Mutation[];
  /** Throws nothing: an error is an answer. */
  handle(request: HttpRequest): HttpAnswer;
  /** An account that was there before anybody provisioned. */
  plant(type: 'Users' | 'Groups', body: Readonly<Record<string, unknown>>): Resource;
}

export interface ApplicationOptions {
  readonly now: () => number;
  readonly newId: () => string;
  /** Refuses a second group with one displayName. */
  readonly uniqueGroups: boolean;
  /** Resources in a page of a listing. */
  readonly pageSize: number;
  /** Operations in a bulk request; undefined: there are none. */
  readonly bulkMax: number | undefined;
}

const urns = {
  list: 'urn:ietf:params:scim:api:messages:2.0:ListResponse',
  error: 'urn:ietf:params:scim:api:messages:2.0:Error',
  bulk: 'urn:ietf:params:scim:api:messages:2.0:BulkResponse',
};

interface BulkOperation {
  readonly method: HttpRequest['method'];
  readonly path: string;
  readonly bulkId?: string;
  readonly data?: unknown;
}

export function answerOf(status: number, body?: unknown): HttpAnswer {
  return {
    status,
    contentType: 'application/scim+json',
    retryAfter: undefined,
    location: undefined,
    body: body === undefined ? '' : JSON.stringify(body),
  };
}

export function errorAnswer(status: number, detail: string, scimType?: string): HttpAnswer {
  return answerOf(status, { schemas: [urns.error], status: String(status), detail, scimType });
}

function shown(resource: Resource, query: URLSearchParams): Resource {
  if (query.get('excludedAttributes') !== 'members') return resource;
  const { members: _, ...rest } = resource;
  return rest as Resource;
}

export function createApplication(options: ApplicationOptions): Application {
  const stores = { Users: new Map<string, Resource>(), Groups: new Map<string, Resource>() };
  const mutations: Mutation[] = [];
  const note = (kind: Mutation['kind'], type: Mutation['type'], id: string): void => {
    mutations.push({ at: options.now(), kind, type, id });
  };

  function isTaken(type: 'Users' | 'Groups', resource: Readonly<Record<string, unknown>>, self?: string): boolean {
    if (type === 'Groups' && !options.uniqueGroups) return false;
    const key = type === 'Users' ? 'userName' : 'displayName';
    const wanted = String(resource[key]).toLowerCase();
    return [...stores[type].values()].some((other) => other.id !== self && String(other[key]).toLowerCase() === wanted);
  }

  function insert(type: 'Users' | 'Groups', body: Readonly<Record<string, unknown>>): Resource {
    const resource: Resource = { ...structuredClone(body), id: options.newId() };
    stores[type].set(resource.id, resource);
    return resource;
  }

  function list(type: 'Users' | 'Groups', query: URLSearchParams): HttpAnswer {
    const filter = query.get('filter');
    const found = [...stores[type].values()].filter((one) => filter === null || matches(one, filter));
    const startIndex = Math.max(1, Number(query.get('startIndex') ?? 1));
    const count = Math.min(Number(query.get('count') ?? options.pageSize), options.pageSize);
    const page = filter === null ? found.slice(startIndex - 1, startIndex - 1 + count) : found;
    return answerOf(200, {
      schemas: [urns.list],
      totalResults: found.length,
      startIndex,
      itemsPerPage: page.length,
      Resources: page.map((one) => shown(one, query)),
    });
  }

  function remove(type: 'Users' | 'Groups', id: string): HttpAnswer {
    stores[type].delete(id);
    note('delete', type, id);
    for (const group of stores.Groups.values()) {
      const members = group['members'] as readonly { value: string }[] | undefined;
      if (members?.some((one) => one.value === id)) group['members'] = members.filter((one) => one.value !== id);
    }
    return answerOf(204);
  }

  function modify(type: 'Users' | 'Groups', resource: Resource, body: unknown): HttpAnswer {
    const draft = structuredClone(resource);
    applyPatch(draft, (body as { Operations: readonly PatchOperation[] }).Operations);
    if (isTaken(type, draft, resource.id)) return errorAnswer(409, 'the name is taken', 'uniqueness');
    if (JSON.stringify(draft) !== JSON.stringify(resource)) {
      note('update', type, resource.id);
      stores[type].set(resource.id, draft);
    }
    return type === 'Users' ? answerOf(200, draft) : answerOf(204);
  }

  /** RFC 7644 §3.7: the operations in order, each with its own outcome. */
  function runBulk(operations: readonly BulkOperation[]): HttpAnswer {
    const results = operations.map(({ method, path, bulkId, data }) => {
      const body = data === undefined ? undefined : JSON.stringify(data);
      const answer = route({ method, path: `/scim${path}`, headers: [], body });
      const response = answer.body === '' ? undefined : (JSON.parse(answer.body) as Resource);
      const location = `https://app.example/scim${method === 'POST' ? `${path}/${response?.id ?? ''}` : path}`;
      return { method, bulkId, location, status: String(answer.status), response };
    });
    return answerOf(200, { schemas: [urns.bulk], Operations: results });
  }

  function route(request: HttpRequest): HttpAnswer {
    const url = new URL(request.path, 'https://app.example');
    const [type, rawId] = url.pathname.replace('/scim/', '').split('/');
    const body: unknown = request.body === undefined ? undefined : JSON.parse(request.body);
    if (type === 'ServiceProviderConfig') {
      return answerOf(200, {
        patch: { supported: true },
        filter: { supported: true, maxResults: options.pageSize },
        bulk: { supported: options.bulkMax !== undefined, maxOperations: options.bulkMax, maxPayloadSize: 1_000_000 },
      });
    }
    if (type === 'Bulk' && options.bulkMax !== undefined) {
      return runBulk((body as { Operations: readonly BulkOperation[] }).Operations);
    }
    if (type !== 'Users' && type !== 'Groups') return errorAnswer(404, 'there is no such route');
    if (rawId === undefined) {
      if (request.method === 'GET') return list(type, url.searchParams);
      if (isTaken(type, body as Resource)) return errorAnswer(409, 'the name is taken', 'uniqueness');
      const made = insert(type, body as Resource);
      note('create', type, made.id);
      return answerOf(201, made);
    }
    const id = decodeURIComponent(rawId);
    const resource = stores[type].get(id);
    if (resource === undefined) return errorAnswer(404, 'there is no such resource');
    if (request.method === 'GET') return answerOf(200, shown(resource, url.searchParams));
    return request.method === 'DELETE' ? remove(type, id) : modify(type, resource, body);
  }

  return {
    users: stores.Users,
    groups: stores.Groups,
    mutations,
    handle: route,
    plant: insert,
  };
}

export const brokenConnection = (isSent: boolean): TransportFailure =>
  new TransportFailure('connection', isSent, new Error('the connection broke'));
