// Hooks stand in front of the store, so they hold under every operation, those of a bulk request too.
import type { TenantId } from '@joinery/base';
import {
  unavailable,
  uniqueValuesOf,
  validateResource,
  type MembersChange,
  type ResourceAttributes,
  type ResourceType,
} from '@joinery/scim';
import { isDeepStrictEqual } from 'node:util';
import type { Actor, ResourceChange, ResourceStore, StoredResource } from './ports.ts';

/** What is about to be written. */
export interface PlannedWrite {
  readonly operation: 'create' | 'update' | 'delete';
  readonly tenantId: TenantId;
  /** `User`, `Group`, or a type of the tenant. */
  readonly resourceType: string;
  readonly actor: Actor;
  /** The resource as it is, without members; undefined for a create. */
  readonly current: StoredResource | undefined;
  /** The attributes as they will be; undefined where they stay, and for a delete. */
  readonly attributes: ResourceAttributes | undefined;
  /** Changes of a group's members. */
  readonly members: readonly MembersChange[];
}

/** What was written. */
export interface CompletedWrite extends PlannedWrite {
  /** The resource as it is now, without members; undefined after a delete. */
  readonly resource: StoredResource | undefined;
}

export interface Hooks {
  /**
   * May refuse the write by throwing a `ScimError` (`forbidden`, `invalidValue`: the client gets it), or answer other attributes,
   * which are checked against the schema. Called again when the resource was changed meanwhile. Any other error is a 500,
   * and nothing is written.
   */
  before?(
    write: PlannedWrite,
    signal: AbortSignal,
  ): Promise<{ readonly attributes: ResourceAttributes } | void> | { readonly attributes: ResourceAttributes } | void;
  /**
   * Told of every write that changed something, once it is durable and before the client has its answer. Never undoes it: an error
   * goes to `onFailure` of the service provider. Not told when the process ends in between; what must not be missed
   * reads the change feed.
   */
  after?(write: CompletedWrite, signal: AbortSignal): Promise<void> | void;
  /** Each call may take so long; 2,000 by default. Beyond it a write is refused as 503, and `after` counts as failed. */
  readonly timeoutMs?: number;
}

const timeoutMsDefault = 2_000;
const attemptsMax = 5;
const nothing = { members: false, groups: false };

async function within<T>(timeoutMs: number, work: (signal: AbortSignal) => T | Promise<T>): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const detail = 'A check of this service provider took too long; nothing of it was written.';
      const error = unavailable({ detail, retryAfterSeconds: 5 });
      controller.abort(error);
      reject(error);
    }, timeoutMs);
  });
  try {
    return await Promise.race([(async () => work(controller.signal))(), late]);
  } finally {
    clearTimeout(timer);
  }
}

export interface HookContext {
  /** The type with the tenant's schemas. */
  readonly typeOf: (tenantId: TenantId, name: string) => Promise<ResourceType | undefined>;
  readonly onFailure: (error: unknown) => void;
}

/** A resource store that calls the hooks around every write. Bulk creations are done one by one. */
export function hookResources(store: ResourceStore, hooks: Hooks, context: HookContext): ResourceStore {
  const timeoutMs = hooks.timeoutMs ?? timeoutMsDefault;

  /** The attributes to store, checked when a hook has changed them. */
  async function approve(write: PlannedWrite): Promise<Pick<ResourceChange, 'attributes' | 'unique'>> {
    const answer = await within(timeoutMs, async (signal) => hooks.before?.(write, signal));
    const attributes = answer?.attributes ?? write.attributes;
    if (attributes === undefined || write.operation === 'delete') return {};
    const type = await context.typeOf(write.tenantId, write.resourceType);
    if (type === undefined) return { attributes };
    if (attributes !== write.attributes) validateResource(type, attributes);
    const unique = uniqueValuesOf(type, attributes);
    return { attributes, ...(unique === undefined ? {} : { unique }) };
  }

  async function tell(write: CompletedWrite): Promise<void> {
    try {
      await within(timeoutMs, async (signal) => hooks.after?.(write, signal));
    } catch (error) {
      context.onFailure(error);
    }
  }

  return {
    get: (...given) => store.get(...given),
    list: (...given) => store.list(...given),
    ...(store.listMembers === undefined ? {} : { listMembers: store.listMembers.bind(store) }),
    async create(tenantId, resourceType, attributes, given, actor) {
      const members: readonly MembersChange[] = given.length === 0 ? [] : [{ kind: 'add', members: given }];
      const write = { operation: 'create', tenantId, resourceType, actor, current: undefined, members } as const;
      const approved = await approve({ ...write, attributes });
      const stored = approved.attributes ?? attributes;
      const resource = await store.create(tenantId, resourceType, stored, given, actor, approved.unique);
      await tell({ ...write, attributes: stored, resource });
      return resource;
    },
    async update(tenantId, resourceType, id, change, include, actor) {
      for (let attempt = 1; attempt <= attemptsMax; attempt++) {
        const current = await store.get(tenantId, resourceType, id, nothing);
        if (current === undefined) return undefined;
        const wanted = change(current);
        const { attributes, members = [] } = wanted ?? {};
        const write = { operation: 'update', tenantId, resourceType, actor, current, members } as const;
        const approved = wanted === undefined ? {} : await approve({ ...write, attributes });
        // Attributes that only the hook has set were made from the state that it saw.
        const needsVersion = attributes === undefined && approved.attributes !== undefined;
        let isStale = false;
        const written = await store.update(
          tenantId,
          resourceType,
          id,
          (locked) => {
            // What the hook has seen must be what is stored; a change of members alone depends on no state.
            const again = change(locked);
            const isSame = (again === undefined) === (wanted === undefined);
            isStale =
              !isSame ||
              !isDeepStrictEqual(again?.attributes, attributes) ||
              (needsVersion && locked.version !== current.version);
            return isStale || again === undefined ? undefined : { ...again, ...approved };
          },
          include,
          actor,
        );
        if (isStale) continue;
        if (written?.changed === true) {
          const stored = approved.attributes;
          await tell({ ...write, attributes: stored, resource: withoutMembers(written.resource) });
        }
        return written;
      }
      const detail = 'The resource is being changed by others all the time; try again.';
      throw unavailable({ detail, retryAfterSeconds: 1 });
    },
    async delete(tenantId, resourceType, id, precondition, actor) {
      const current = await store.get(tenantId, resourceType, id, nothing);
      if (current === undefined) return false;
      precondition?.(current.version);
      const write = { operation: 'delete', tenantId, resourceType, actor, current, members: [] } as const;
      await approve({ ...write, attributes: undefined });
      const isDeleted = await store.delete(tenantId, resourceType, id, precondition, actor);
      if (isDeleted) await tell({ ...write, attributes: undefined, resource: undefined });
      return isDeleted;
    },
  };
}

function withoutMembers({ members: _members, groups: _groups, ...resource }: StoredResource): StoredResource {
  return resource;
}
