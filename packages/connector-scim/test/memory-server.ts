import { randomUUID } from 'node:crypto';
import {
  startScriptedServer,
  type RecordedRequest,
  type ScriptedAnswer,
  type ScriptedServer,
} from './scripted-server.ts';

/** A resource in memory; keys are checked against `settable` below. */
type Resource = Record<string, unknown> & { id: string };
type Element = Record<string, unknown>;

const urns = {
  enterprise: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  list: 'urn:ietf:params:scim:api:messages:2.0:ListResponse',
  error: 'urn:ietf:params:scim:api:messages:2.0:Error',
  bulkResponse: 'urn:ietf:params:scim:api:messages:2.0:BulkResponse',
};

export interface MemoryServer extends ScriptedServer {
  readonly users: Map<string, Resource>;
  readonly groups: Map<string, Resource>;
  membersOf(groupId: string): readonly string[];
}

export interface MemoryServerOptions {
  readonly token?: string;
  /** More members in one request are refused with 413. */
  readonly membersMax?: number;
  /** Objects in one page. */
  readonly pageSize?: number;
  /** Announces cursor paging (RFC 9865) and pages by it. */
  readonly byCursor?: boolean;
  /** Refuses a filtered path that no element matches (400 noTarget), as RFC 7644 §3.5.2.3 prescribes for replace. */
  readonly isStrict?: boolean;
  /** Announces `/Bulk` with these limits, and refuses with 413 what is beyond them. */
  readonly bulk?: { readonly maxOperations: number; readonly maxPayloadSize: number };
}

/**
 * A small SCIM service provider in memory, made for the tests of this connector only: equality filters joined by `and`, and
 * PATCH as Entra and RFC 7644 write it. It shares no code with the connector or with `@joinery/scim`.
 */
export async function startMemoryServer(options: MemoryServerOptions = {}): Promise<MemoryServer> {
  const users = new Map<string, Resource>();
  const groups = new Map<string, Resource>();
  const server = await startScriptedServer((request) => {
    if (request.headers['authorization'] !== `Bearer ${options.token ?? 'secret-token-1'}`)
      return failure(401, 'bad token');
    try {
      return route(request, { users, groups, options });
    } catch (error) {
      if (error instanceof Failure) return failure(error.status, error.message, error.scimType);
      throw error;
    }
  });
  return {
    ...server,
    users,
    groups,
    membersOf: (groupId) => membersIn(groups.get(groupId)).map((member) => String(member['value'])),
  };
}

class Failure extends Error {
  readonly status: number;
  readonly scimType: string | undefined;
  constructor(status: number, message: string, scimType?: string) {
    super(message);
    this.status = status;
    this.scimType = scimType;
  }
}

interface State {
  readonly users: Map<string, Resource>;
  readonly groups: Map<string, Resource>;
  readonly options: MemoryServerOptions;
}

function route(request: RecordedRequest, state: State): ScriptedAnswer {
  const url = new URL(request.url, 'http://memory');
  const [, kind, rawId] = url.pathname.replace('/scim/v2', '').split('/');
  if (kind === 'ServiceProviderConfig') return { status: 200, body: serviceProviderConfig(state.options) };
  if (kind === 'Bulk' && state.options.bulk !== undefined) return bulk(request, state, state.options.bulk);
  if (kind !== 'Users' && kind !== 'Groups') return failure(404, 'no such route');
  const store = kind === 'Users' ? state.users : state.groups;
  const id = rawId === undefined ? undefined : decodeURIComponent(rawId);
  if (id === undefined) {
    if (request.method === 'POST') return create(request.body as Element, store, kind, state);
    return list(url.searchParams, store, state.options);
  }
  const resource = store.get(id);
  if (resource === undefined) return failure(404, `${id} not found`);
  if (request.method === 'GET') return { status: 200, body: shown(resource, url.searchParams) };
  if (request.method === 'DELETE') {
    store.delete(id);
    for (const group of state.groups.values()) group['members'] = membersIn(group).filter(({ value }) => value !== id);
    return { status: 204 };
  }
  patch(resource, request.body as { Operations: PatchOperation[] }, state.options);
  return kind === 'Users' ? { status: 200, body: resource } : { status: 204 };
}

interface BulkOperation {
  readonly method: string;
  readonly path: string;
  readonly bulkId?: string;
  readonly data?: unknown;
}

function bulk(
  request: RecordedRequest,
  state: State,
  limits: NonNullable<MemoryServerOptions['bulk']>,
): ScriptedAnswer {
  const { Operations: operations } = request.body as { Operations: readonly BulkOperation[] };
  if (operations.length > limits.maxOperations)
    return failure(413, `exceeds the maxOperations (${limits.maxOperations})`);
  if (Buffer.byteLength(request.text) > limits.maxPayloadSize) return failure(413, 'exceeds the maxPayloadSize');
  const results = operations.map(({ method, path, bulkId, data }) => {
    const answer = answerOf({ ...request, method, url: `/scim/v2${path}`, body: data }, state);
    const { id } = (answer.body ?? {}) as { readonly id?: string };
    const location = method === 'POST' ? (id === undefined ? undefined : `${path}/${id}`) : path;
    const isFailed = answer.status >= 300;
    return {
      method,
      bulkId,
      status: String(answer.status),
      ...(location === undefined ? {} : { location: `https://memory.example/scim/v2${location}` }),
      ...(isFailed ? { response: answer.body } : {}),
    };
  });
  return { status: 200, body: { schemas: [urns.bulkResponse], Operations: results } };
}

function answerOf(request: RecordedRequest, state: State): Exclude<ScriptedAnswer, string> {
  try {
    const answer = route(request, state);
    if (typeof answer === 'string') throw new Error('the memory server always answers');
    return answer;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return {
      status: error.status,
      body: { schemas: [urns.error], status: String(error.status), detail: error.message, scimType: error.scimType },
    };
  }
}

function serviceProviderConfig({ pageSize = 3, byCursor = false, bulk: limits }: MemoryServerOptions) {
  return {
    ...(limits === undefined ? {} : { bulk: { supported: true, ...limits } }),
    patch: { supported: true },
    filter: { supported: true, maxResults: pageSize },
    ...(byCursor ? { pagination: { cursor: true, index: true, maxPageSize: pageSize } } : {}),
  };
}

function create(body: Element, store: Map<string, Resource>, kind: 'Users' | 'Groups', state: State): ScriptedAnswer {
  const key = kind === 'Users' ? 'userName' : 'displayName';
  const wanted = String(body[key]).toLowerCase();
  for (const other of store.values()) {
    if (String(other[key]).toLowerCase() === wanted) return failure(409, `${key} is taken`, 'uniqueness');
  }
  checkMembers(body['members'], state.options);
  const resource: Resource = { ...structuredClone(body), id: randomUUID(), meta: { resourceType: kind.slice(0, -1) } };
  store.set(resource.id, resource);
  return { status: 201, body: shown(resource, new URLSearchParams('excludedAttributes=members')) };
}

function list(query: URLSearchParams, store: Map<string, Resource>, options: MemoryServerOptions): ScriptedAnswer {
  const filter = query.get('filter');
  const found = [...store.values()].filter((resource) => filter === null || matchesFilter(resource, filter));
  const cursor = query.get('cursor');
  const startIndex =
    cursor === null ? Math.max(1, Number(query.get('startIndex') ?? 1)) : Number(cursor === '' ? 1 : cursor);
  const count = Math.min(Number(query.get('count') ?? 100), options.pageSize ?? 3);
  const page = filter === null ? found.slice(startIndex - 1, startIndex - 1 + count) : found;
  const next = startIndex + page.length;
  return {
    status: 200,
    body: {
      schemas: [urns.list],
      totalResults: found.length,
      itemsPerPage: page.length,
      ...(cursor === null ? { startIndex } : next <= found.length ? { nextCursor: String(next) } : {}),
      Resources: page.map((resource) => shown(resource, query)),
    },
  };
}

function shown(resource: Resource, query: URLSearchParams): unknown {
  if (query.get('excludedAttributes') !== 'members') return resource;
  const { members: _, ...rest } = resource;
  return rest;
}

/** `a eq "x"`, `a[b eq "x" and c eq "y"]`, `a[b eq "x"].c eq "y"`, joined by `and`. */
function matchesFilter(resource: Resource, filter: string): boolean {
  const term =
    /\s*(?:([\w:.$-]+)\[(.*?)\](?:\.(\w+) eq ("(?:[^"\\]|\\.)*"))?|([\w:.$-]+) eq ("(?:[^"\\]|\\.)*"|true|false|\d+))\s*(?:and|$)/gy;
  let isMatch = true;
  let end = 0;
  for (const match of filter.matchAll(term)) {
    if (match[0] === '') break;
    end = match.index + match[0].length;
    const [, listPath, conditions, sub, subLiteral, path, literal] = match;
    if (listPath !== undefined && conditions !== undefined) {
      const full = sub === undefined ? conditions : `${conditions} and ${sub} eq ${subLiteral}`;
      const elements = (valueAt(resource, listPath) ?? []) as Element[];
      isMatch &&= elements.some((element) => matchesFilter({ ...element, id: String(element['id'] ?? '') }, full));
    } else if (path !== undefined && literal !== undefined) {
      isMatch &&= equals(valueAt(resource, path), JSON.parse(literal));
    }
  }
  if (end !== filter.length) throw new Failure(400, `cannot read the filter at ${end}`, 'invalidFilter');
  return isMatch;
}

function equals(value: unknown, literal: unknown): boolean {
  if (Array.isArray(value)) return value.some((element) => equals(element, literal));
  if (typeof value === 'object' && value !== null) return equals((value as Element)['value'], literal);
  return value !== undefined && String(value).toLowerCase() === String(literal).toLowerCase();
}

function valueAt(resource: Element, path: string): unknown {
  if (path === 'manager') return (resource[urns.enterprise] as Element | undefined)?.['manager'];
  const [holder, name] = split(resource, path, false);
  return holder?.[name];
}

/** The object that holds the path's last name. */
function split(resource: Element, path: string, isMade: boolean): readonly [Element | undefined, string] {
  let holder: Element | undefined = resource;
  let rest = path;
  if (path.startsWith('urn:')) {
    const colon = path.lastIndexOf(':');
    holder = childOf(holder, path.slice(0, colon), isMade);
    rest = path.slice(colon + 1);
  }
  const [first = '', second] = rest.split('.');
  return second === undefined ? [holder, first] : [holder && childOf(holder, first, isMade), second];
}

function childOf(parent: Element, name: string, isMade: boolean): Element | undefined {
  if (parent[name] === undefined && isMade) parent[name] = {};
  return parent[name] as Element | undefined;
}

interface PatchOperation {
  readonly op: string;
  readonly path?: string;
  readonly value?: unknown;
}

function patch(resource: Resource, body: { Operations: PatchOperation[] }, options: MemoryServerOptions): void {
  const draft = structuredClone(resource);
  for (const operation of body.Operations) {
    if (operation.path !== undefined)
      applyOne(draft, operation.op.toLowerCase(), operation.path, operation.value, options);
    else {
      for (const [path, value] of Object.entries(operation.value as Element))
        applyOne(draft, operation.op, path, value, options);
    }
  }
  const changed = body.Operations.filter(({ path }) => path?.startsWith('members')).reduce(
    (sum, { value }) => sum + (Array.isArray(value) ? value.length : 1),
    0,
  );
  if (changed > (options.membersMax ?? Infinity)) throw new Failure(413, `at most ${options.membersMax} members`);
  Object.assign(resource, draft);
  for (const name of Object.keys(resource)) if (!(name in draft)) delete resource[name];
}

function applyOne(draft: Resource, op: string, path: string, value: unknown, options: MemoryServerOptions): void {
  const filtered = /^([\w:.$-]+)\[(\w+) eq "(.*?)"\](?:\.(\w+))?$/.exec(path);
  if (filtered !== null) return applyFiltered(draft, op, filtered, value, options);
  const [holder, name] = split(draft, path, true);
  if (holder === undefined) throw new Failure(400, path, 'invalidPath');
  if (name === 'members') return applyMembers(draft, op, value as Element[] | undefined);
  if (op === 'remove') delete holder[name];
  else if (name === 'manager' && typeof value === 'string') holder[name] = { value };
  else if (name === 'active') holder[name] = String(value).toLowerCase() === 'true';
  else if (Array.isArray(value) && op === 'add') holder[name] = [...((holder[name] ?? []) as unknown[]), ...value];
  else holder[name] = value;
}

function applyFiltered(
  draft: Resource,
  op: string,
  match: RegExpExecArray,
  value: unknown,
  options: MemoryServerOptions,
): void {
  const [, list = '', conditionName = '', conditionValue = ''] = match;
  const sub: string | undefined = match[4];
  const elements = (draft[list] ?? []) as Element[];
  const chosen = elements.filter((element) => equals(element[conditionName], conditionValue));
  if (op === 'remove') {
    if (sub === undefined) draft[list] = elements.filter((element) => !chosen.includes(element));
    else for (const element of chosen) delete element[sub];
    return;
  }
  if (chosen.length === 0) {
    if (options.isStrict === true) throw new Failure(400, 'no element matches', 'noTarget');
    const made: Element = { [conditionName]: conditionName === 'primary' ? true : conditionValue };
    draft[list] = [...elements, made];
    chosen.push(made);
  }
  for (const element of chosen) element[sub ?? 'value'] = value;
}

function applyMembers(draft: Resource, op: string, value: readonly Element[] | undefined): void {
  const listed = new Set((value ?? []).map((member) => String(member['value'])));
  const rest = membersIn(draft).filter((member) => !listed.has(String(member['value'])));
  draft['members'] = op === 'remove' ? rest : [...rest, ...[...listed].map((id) => ({ value: id }))];
}

function membersIn(group: Resource | undefined): readonly Element[] {
  return (group?.['members'] ?? []) as Element[];
}

function checkMembers(members: unknown, { membersMax = Infinity }: MemoryServerOptions): void {
  if (Array.isArray(members) && members.length > membersMax) throw new Failure(413, `at most ${membersMax} members`);
}

function failure(status: number, detail: string, scimType?: string): ScriptedAnswer {
  return { status, body: { schemas: [urns.error], status: String(status), detail, scimType } };
}
