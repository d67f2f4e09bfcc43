import { randomBytes } from 'node:crypto';
import type { ResourceId, TenantId } from '@joinery/base';
import { brandId } from '@joinery/base';
import {
  groupType,
  readFilter,
  userType,
  type MembersChange,
  type MemberValue,
  type ResourceAttributes,
} from '@joinery/scim';
import type { Actor, Include, ResourceQuery, ResourceTypeName, StoredResource } from '@joinery/service-provider/ports';
import type { Database, Session } from '@joinery/store';
import { createWorkspaceStore, type WorkspaceStore } from '@joinery/store/workspace';
import { createWorkspaceDatabase } from '@joinery/testkit';

export function uuidv7(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  const random = randomBytes(10).toString('hex');
  const variant = (8 + (Number.parseInt(random[3] ?? '0', 16) & 3)).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-${variant}${random.slice(4, 7)}-${random.slice(7, 19)}`;
}

export const aTenantId = (): TenantId => brandId<TenantId>(uuidv7());
export const anActor: Actor = { credentialId: undefined, display: 'test' };
export const nothing: Include = { members: false, groups: false };
export const everything: Include = { members: true, groups: true };

export interface Workspace extends AsyncDisposable {
  readonly database: Database;
  readonly store: WorkspaceStore;
  readonly tenant: TenantId;
  user(attributes: ResourceAttributes, tenant?: TenantId): Promise<StoredResource>;
  group(displayName: string, members?: readonly string[], tenant?: TenantId): Promise<StoredResource>;
  members(groupId: string, tenant?: TenantId): Promise<readonly string[]>;
  changeMembers(groupId: string, ...changes: MembersChange[]): Promise<{ resource: StoredResource; changed: boolean }>;
  /** Ids found by a filter in text form. */
  find(type: ResourceTypeName, filter: string, tenant?: TenantId): Promise<readonly string[]>;
}

export function aQuery(query: Partial<ResourceQuery> = {}): ResourceQuery {
  return { filter: undefined, sort: undefined, startIndex: 1, count: 100, include: nothing, ...query };
}

export const asMembers = (ids: readonly string[]): readonly MemberValue[] =>
  ids.map((value) => ({ value, type: undefined }));

/** Calls `record` with the text of every statement. */
function recording(database: Database, record: (text: string) => void): Database {
  const session = (inner: Session): Session => ({
    query(statement) {
      record(statement.text);
      return inner.query(statement);
    },
  });
  return {
    ...database,
    ...session(database),
    transaction: (work) => database.transaction((inner) => work(session(inner))),
  };
}

export interface WorkspaceOptions {
  readonly now?: () => number;
  readonly max?: number;
  readonly record?: (text: string) => void;
}

export async function aWorkspace(options: WorkspaceOptions = {}): Promise<Workspace> {
  const cloned = await createWorkspaceDatabase(options.max === undefined ? {} : { max: options.max });
  const database = options.record === undefined ? cloned : recording(cloned, options.record);
  const store = createWorkspaceStore(database, {
    newId: uuidv7,
    ...(options.now === undefined ? {} : { clock: { now: options.now } }),
  });
  const tenant = aTenantId();
  const { resources } = store;
  return {
    database,
    store,
    tenant,
    user: (attributes, of = tenant) => resources.create(of, 'User', attributes, [], anActor),
    group: (displayName, members = [], of = tenant) =>
      resources.create(of, 'Group', { displayName }, asMembers(members), anActor),
    async members(groupId, of = tenant) {
      const group = await resources.get(of, 'Group', groupId, everything);
      return (group?.members ?? []).map(({ id }) => id);
    },
    async changeMembers(groupId, ...changes) {
      const outcome = await resources.update(tenant, 'Group', groupId, () => ({ members: changes }), nothing, anActor);
      if (outcome === undefined) throw new Error('no such group');
      return outcome;
    },
    async find(type, filter, of = tenant) {
      const tree = readFilter(filter, type === 'User' ? userType : groupType);
      const page = await resources.list(of, type, aQuery({ filter: tree }));
      return page.resources.map(({ id }): ResourceId => id);
    },
    async [Symbol.asyncDispose]() {
      await store.close();
      await cloned[Symbol.asyncDispose]();
    },
  };
}
