import { randomUUID } from 'node:crypto';
import type { Json } from '@joinery/base';
import {
  ConnectorError,
  type AttributeChange,
  type AttributeValues,
  type BulkOperation,
  type Lookup,
  type Target,
  type TargetDescription,
  type TargetObject,
  type TargetObjectType,
} from '@joinery/connector-kit';

/** One request as the model saw it. */
export interface ModelRequest {
  readonly method: 'test' | 'find' | 'list' | 'get' | 'create' | 'update' | 'delete' | 'members' | 'check' | 'bulk';
  readonly kind: 'user' | 'group';
  /** Matching value, target id or userName/displayName, whatever names the object best. */
  readonly about: string;
}

/** An object of the model; `members` are target ids. */
export interface ModelObject {
  readonly id: string;
  readonly kind: 'user' | 'group';
  readonly values: Map<string, Json>;
  readonly members: Set<string>;
}

/**
 * What goes wrong: called before each request; answer an error to refuse it, or `lost` to carry it out and then answer
 * nothing, as a broken connection does.
 */
export type ModelFault = (request: ModelRequest) => ConnectorError | 'lost' | undefined;

export interface ModelTargetOptions {
  /** Attributes that are unique per kind, ignoring case. */
  readonly unique?: Readonly<Record<'user' | 'group', readonly string[]>>;
  readonly membersPerRequestMax?: number;
  readonly listPageSize?: number | undefined;
  readonly bulkMax?: number;
  /** Time that each request takes. */
  readonly latencyMs?: number;
}

export interface ModelTarget extends Target {
  readonly objects: ReadonlyMap<string, ModelObject>;
  readonly requests: readonly ModelRequest[];
  fault: ModelFault | undefined;
  /** Most requests at once so far. */
  readonly inFlightMax: number;
  /** Requests by method since the last call. */
  takeRequests(): Readonly<Record<string, number>>;
  /** Removes an object behind the engine's back. */
  vanish(id: string): void;
  /** Adds an object behind the engine's back. */
  plant(kind: 'user' | 'group', values: Readonly<Record<string, Json>>): ModelObject;
  find1(kind: 'user' | 'group', attribute: string, value: string): ModelObject | undefined;
  count(kind: 'user' | 'group'): number;
  readonly target: Target;
}

export function modelError(
  logCode: string,
  options: { scope?: 'object' | 'job'; status?: number; outcomeUnknown?: boolean; retry?: 'never' | 'later' } = {},
): ConnectorError {
  return new ConnectorError({
    code: `connector.${logCode.toLowerCase()}`,
    message: `The model target answered ${logCode}.`,
    scope: options.scope ?? 'object',
    logCode,
    ...(options.status === undefined ? {} : { status: options.status }),
    ...(options.retry === undefined ? {} : { retry: options.retry }),
    outcomeUnknown: options.outcomeUnknown ?? false,
  });
}

const fold = (value: Json | undefined): string => String(value ?? '').toLowerCase();

/** An application in memory that implements the port `Target`: ids, uniqueness, members, faults, and a record of requests. */
export function createModelTarget(options: ModelTargetOptions = {}): ModelTarget {
  const unique = options.unique ?? { user: ['userName'], group: [] };
  const objects = new Map<string, ModelObject>();
  /** `kind attribute value` → ids, for finds that cost the same at any size. */
  const index = new Map<string, Set<string>>();
  const requests: ModelRequest[] = [];
  let requestCount = 0;
  let reported = 0;
  let inFlight = 0;
  let inFlightMax = 0;

  const keyOf = (kind: string, attribute: string, value: Json | undefined): string =>
    `${kind}\n${attribute}\n${fold(value)}`;
  function reindex(object: ModelObject, change: 'add' | 'remove'): void {
    for (const [attribute, value] of object.values) {
      const key = keyOf(object.kind, attribute, value);
      const ids = index.get(key) ?? new Set();
      if (change === 'add') ids.add(object.id);
      else ids.delete(object.id);
      if (ids.size > 0) index.set(key, ids);
      else index.delete(key);
    }
  }
  const found = (kind: string, attribute: string, value: Json | undefined): readonly ModelObject[] =>
    [...(index.get(keyOf(kind, attribute, value)) ?? [])].flatMap((id) => objects.get(id) ?? []);

  function toTargetObject(type: TargetObjectType, object: ModelObject): TargetObject {
    const values = new Map<string, Json>();
    for (const { name } of type.attributes) {
      const value = object.values.get(name);
      if (value !== undefined) values.set(name, value);
    }
    return { id: object.id, values };
  }

  function checkUnique(kind: 'user' | 'group', values: AttributeValues, self: string | undefined): void {
    for (const attribute of unique[kind]) {
      if (!values.has(attribute)) continue;
      if (found(kind, attribute, values.get(attribute)).some((other) => other.id !== self)) {
        throw modelError('Conflict', { status: 409 });
      }
    }
  }

  async function request<T>(one: ModelRequest, work: () => T): Promise<T> {
    requests.push(one);
    requestCount += 1;
    inFlight += 1;
    inFlightMax = Math.max(inFlightMax, inFlight);
    try {
      // At least one turn of the event loop, as with any real request.
      await new Promise((resolve) => setTimeout(resolve, options.latencyMs ?? 0));
      const fault = model.fault?.(one);
      if (fault !== undefined && fault !== 'lost') throw fault;
      const answer = work();
      if (fault === 'lost') throw modelError('Timeout', { outcomeUnknown: true, retry: 'later' });
      return answer;
    } finally {
      inFlight -= 1;
    }
  }

  function insert(kind: 'user' | 'group', values: AttributeValues, memberIds: readonly string[]): ModelObject {
    checkUnique(kind, values, undefined);
    const object = { id: randomUUID(), kind, values: new Map(values), members: new Set(memberIds) };
    objects.set(object.id, object);
    reindex(object, 'add');
    return object;
  }

  function change(object: ModelObject, changes: readonly AttributeChange[]): void {
    checkUnique(object.kind, new Map(changes.map((one) => [one.attribute, one.value])), object.id);
    reindex(object, 'remove');
    for (const one of changes) {
      if (one.operation === 'remove') object.values.delete(one.attribute);
      else object.values.set(one.attribute, one.value);
    }
    reindex(object, 'add');
  }

  function remove(id: string): boolean {
    const object = objects.get(id);
    if (object === undefined) return false;
    reindex(object, 'remove');
    objects.delete(id);
    for (const other of objects.values()) other.members.delete(id);
    return true;
  }

  const nameOf = (values: AttributeValues): string => String(values.get('userName') ?? values.get('displayName') ?? '');

  const describe = (): TargetDescription => ({
    membersPerRequestMax: options.membersPerRequestMax ?? 100,
    bulk: options.bulkMax === undefined ? undefined : { operationsMax: options.bulkMax, payloadBytesMax: 1_000_000 },
    listPageSize: 'listPageSize' in options ? options.listPageSize : 100,
  });

  function applyBulk(operation: BulkOperation): TargetObject | true {
    const { kind } = operation.type;
    if (operation.kind === 'create') {
      return toTargetObject(operation.type, insert(kind, operation.values, operation.memberIds ?? []));
    }
    const object = objects.get(operation.id);
    if (object === undefined) throw modelError('InvalidAnchor', { status: 404 });
    if (operation.kind === 'update') change(object, operation.changes);
    else remove(operation.id);
    return true;
  }

  const port: Target = {
    test: (type, attribute) => request({ method: 'test', kind: type.kind, about: attribute }, () => {}),
    describe: async () => describe(),
    discover: async () => [],
    find: (type, lookup: Lookup) =>
      request({ method: 'find', kind: type.kind, about: lookup.value }, () =>
        found(type.kind, lookup.attribute, lookup.value)
          .slice(0, 2)
          .map((object) => toTargetObject(type, object)),
      ),
    list: (type, cursor) =>
      request({ method: 'list', kind: type.kind, about: cursor ?? '' }, () => {
        const all = [...objects.values()].filter((object) => object.kind === type.kind);
        const start = Number(cursor ?? 0);
        const end = start + (describe().listPageSize ?? 100);
        return {
          objects: all.slice(start, end).map((object) => toTargetObject(type, object)),
          next: end < all.length ? String(end) : undefined,
          total: all.length,
        };
      }),
    get: (type, id) =>
      request({ method: 'get', kind: type.kind, about: id }, () => {
        const object = objects.get(id);
        return object && toTargetObject(type, object);
      }),
    listMembers: (type, groupId) =>
      request({ method: 'get', kind: type.kind, about: groupId }, () => {
        const group = objects.get(groupId);
        return group && [...group.members];
      }),
    create: (type, values, memberIds) =>
      request({ method: 'create', kind: type.kind, about: nameOf(values) }, () =>
        toTargetObject(type, insert(type.kind, values, memberIds ?? [])),
      ),
    update: (type, id, changes) =>
      request({ method: 'update', kind: type.kind, about: id }, () => {
        const object = objects.get(id);
        if (object !== undefined) change(object, changes);
        return object !== undefined;
      }),
    delete: (type, id) => request({ method: 'delete', kind: type.kind, about: id }, () => remove(id)),
    changeMembers: (type, groupId, add, removed) =>
      request({ method: 'members', kind: type.kind, about: groupId }, () => {
        const group = objects.get(groupId);
        for (const id of add) group?.members.add(id);
        for (const id of removed) group?.members.delete(id);
        return group !== undefined;
      }),
    checkReference: (type, check) =>
      request(
        { method: 'check', kind: type.kind, about: check.id },
        () => objects.get(check.id)?.values.get(check.attribute) === check.referencedId,
      ),
    bulk: (operations) =>
      request({ method: 'bulk', kind: operations[0]?.type.kind ?? 'user', about: String(operations.length) }, () =>
        operations.map((operation) => {
          try {
            return applyBulk(operation);
          } catch (error) {
            if (error instanceof ConnectorError) return error;
            throw error;
          }
        }),
      ),
    get requestCount() {
      return requestCount;
    },
    close: async () => {},
  };

  const model: ModelTarget = {
    ...port,
    get requestCount() {
      return requestCount;
    },
    get inFlightMax() {
      return inFlightMax;
    },
    objects,
    requests,
    fault: undefined,
    takeRequests() {
      const counts: Record<string, number> = {};
      for (const one of requests.slice(reported)) counts[one.method] = (counts[one.method] ?? 0) + 1;
      reported = requests.length;
      return counts;
    },
    vanish: (id) => void remove(id),
    plant: (kind, values) => {
      const object: ModelObject = {
        id: randomUUID(),
        kind,
        values: new Map(Object.entries(values)),
        members: new Set(),
      };
      objects.set(object.id, object);
      reindex(object, 'add');
      return object;
    },
    find1: (kind, attribute, value) => found(kind, attribute, value)[0],
    count: (kind) => [...objects.values()].filter((object) => object.kind === kind).length,
    /** A connection of its own: requests counted from 0, as a new process would. */
    get target() {
      const before = requestCount;
      return {
        ...port,
        get requestCount() {
          return requestCount - before;
        },
      };
    },
  };
  return model;
}
