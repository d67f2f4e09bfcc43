import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { brandId, JoineryError, type CredentialId, type Json, type ResourceId, type TenantId } from '@joinery/base';
import {
  evaluateFilter,
  foldCase,
  groupType,
  presentForFilter,
  uniqueness,
  userType,
  type MembersChange,
  type MemberValue,
  unknownMembers,
  type ResourceAttributes,
  type UniqueValue,
} from '@joinery/scim';
import type {
  Actor,
  Credential,
  Creation,
  CredentialStore,
  Include,
  RequestLog,
  RequestLogEntry,
  ResourceChange,
  ResourcePage,
  ResourceQuery,
  ResourceStore,
  ResourceTypeName,
  StoredMember,
  StoredResource,
} from '../src/index.ts';

interface Row {
  readonly id: ResourceId;
  readonly tenantId: TenantId;
  readonly type: ResourceTypeName;
  version: number;
  readonly created: Date;
  lastModified: Date;
  attributes: ResourceAttributes;
  members: Set<string>;
  unique: readonly UniqueValue[];
}

const types = new Map([userType, groupType].map((type) => [type.name, type]));
const keyAttributes = new Map([
  ['User', 'userName'],
  ['Group', 'displayName'],
]);

function folded(value: Json | undefined): string {
  return typeof value === 'string' ? foldCase(value) : '';
}

/** The ports in memory: what an embedder writes against a database, in the fewest lines. Keeps to `resourceStoreContract`. */
export class MemoryResources implements ResourceStore {
  readonly rows = new Map<string, Row>();
  /** How often a member list was read, so that tests can say that it was not. */
  memberReads = 0;

  #find(tenantId: TenantId, type: ResourceTypeName, id: string): Row | undefined {
    const row = this.rows.get(id);
    return row?.tenantId === tenantId && row.type === type ? row : undefined;
  }

  #display(row: Row): string {
    return String(row.attributes['displayName'] ?? row.attributes['userName']);
  }

  #asMember(row: Row): StoredMember {
    return { id: row.id, type: row.type === 'Group' ? 'Group' : 'User', display: this.#display(row) };
  }

  #read(row: Row, include: Include): StoredResource {
    if (include.members) this.memberReads += 1;
    const { id, type, version, created, lastModified, attributes } = row;
    const members = [...row.members]
      .toSorted()
      .slice(0, include.membersMax)
      .map((memberId) => this.rows.get(memberId)!);
    const groups = [...this.rows.values()].filter((group) => group.members.has(id));
    return {
      id,
      type,
      version,
      created,
      lastModified,
      attributes,
      ...(include.members ? { members: members.map((member) => this.#asMember(member)) } : {}),
      ...(include.groups
        ? { groups: groups.map((group) => ({ id: group.id, display: this.#display(group), direct: true })) }
        : {}),
    };
  }

  #checkUnique(
    tenantId: TenantId,
    type: ResourceTypeName,
    attributes: ResourceAttributes,
    unique: readonly UniqueValue[],
    self: string,
  ): void {
    const attribute = keyAttributes.get(type);
    const key = attribute === undefined ? '' : folded(attributes[attribute]);
    for (const row of this.rows.values()) {
      if (row.tenantId !== tenantId || row.type !== type || row.id === self) continue;
      const taken = unique.find((wanted) =>
        row.unique.some((held) => held.attribute === wanted.attribute && held.value === wanted.value),
      );
      if (taken !== undefined) throw uniqueness(taken);
      if (attribute !== undefined && folded(row.attributes[attribute]) === key) {
        throw uniqueness({ attribute, value: String(attributes[attribute]) });
      }
    }
  }

  #checkMembers(tenantId: TenantId, members: readonly MemberValue[]): readonly string[] {
    const isMember = (row: Row | undefined): boolean => row?.tenantId === tenantId && types.has(row.type);
    const unknown = members.filter(({ value }) => !isMember(this.rows.get(value))).map(({ value }) => value);
    if (unknown.length > 0) throw unknownMembers(unknown);
    return members.map(({ value }) => value);
  }

  get(tenantId: TenantId, type: ResourceTypeName, id: string, include: Include): Promise<StoredResource | undefined> {
    const row = this.#find(tenantId, type, id);
    return Promise.resolve(row === undefined ? undefined : this.#read(row, include));
  }

  list(tenantId: TenantId, type: ResourceTypeName, query: ResourceQuery): Promise<ResourcePage> {
    const resourceType = query.resourceType ?? types.get(type) ?? userType;
    const everything = { members: query.filter !== undefined, groups: true };
    const before = this.memberReads;
    const matches = [...this.rows.values()].filter(
      (row) =>
        row.tenantId === tenantId &&
        row.type === type &&
        (query.filter === undefined ||
          evaluateFilter(query.filter, presentForFilter(resourceType, this.#read(row, everything)))),
    );
    this.memberReads = before;
    matches.sort((left, right) => left.created.getTime() - right.created.getTime() || (left.id < right.id ? -1 : 1));
    const key = (row: Row): string => `${row.created.toISOString()} ${row.id}`;
    const after = query.cursor?.after;
    const from = after === undefined ? matches : matches.filter((row) => key(row) > after);
    const start = query.cursor === undefined ? query.startIndex - 1 : 0;
    const page = from.slice(start, start + query.count);
    const last = page.at(-1);
    return Promise.resolve({
      resources: page.map((row) => this.#read(row, query.include)),
      totalResults: matches.length,
      ...(query.cursor !== undefined && last !== undefined && from.length > page.length ? { next: key(last) } : {}),
    });
  }

  listMembers(
    tenantId: TenantId,
    groupId: string,
    { after, limit }: { readonly after: string | undefined; readonly limit: number },
  ): Promise<readonly StoredMember[]> {
    const group = this.#find(tenantId, 'Group', groupId);
    const ids = [...(group?.members ?? [])].toSorted().filter((id) => after === undefined || id > after);
    const members = ids.slice(0, limit).map((id) => this.rows.get(id)!);
    return Promise.resolve(members.map((row) => this.#asMember(row)));
  }

  async createUsers(
    tenantId: TenantId,
    users: readonly ResourceAttributes[],
    actor: Actor,
  ): Promise<readonly Creation[]> {
    return Promise.all(
      users.map((user) =>
        this.create(tenantId, 'User', user, [], actor).then(
          (created) => ({ created }),
          (failure: Error) => ({ failure }),
        ),
      ),
    );
  }

  async create(
    tenantId: TenantId,
    type: ResourceTypeName,
    attributes: ResourceAttributes,
    members: readonly MemberValue[],
    _actor: Actor,
    unique: readonly UniqueValue[] = [],
  ): Promise<StoredResource> {
    this.#checkUnique(tenantId, type, attributes, unique, '');
    const ids = this.#checkMembers(tenantId, members);
    const now = new Date();
    const row: Row = {
      id: brandId<ResourceId>(randomUUID()),
      tenantId,
      type,
      version: 1,
      created: now,
      lastModified: now,
      attributes,
      members: new Set(ids),
      unique,
    };
    this.rows.set(row.id, row);
    return this.#read(row, { members: false, groups: false });
  }

  async update(
    tenantId: TenantId,
    type: ResourceTypeName,
    id: string,
    change: (current: StoredResource) => ResourceChange | undefined,
    include: Include,
    _actor: Actor,
  ): Promise<{ resource: StoredResource; changed: boolean } | undefined> {
    const row = this.#find(tenantId, type, id);
    if (row === undefined) return undefined;
    const wanted = change(this.#read(row, { members: false, groups: false }));
    const attributes = wanted?.attributes ?? row.attributes;
    const unique = wanted?.attributes === undefined ? row.unique : (wanted.unique ?? []);
    this.#checkUnique(tenantId, type, attributes, unique, id);
    const members = (wanted?.members ?? []).reduce(
      (set, step) => this.#changeMembers(tenantId, set, step),
      row.members,
    );
    const changed =
      !isDeepStrictEqual(attributes, row.attributes) ||
      JSON.stringify([...members].toSorted()) !== JSON.stringify([...row.members].toSorted());
    if (changed) {
      row.attributes = attributes;
      row.unique = unique;
      row.members = members;
      row.version += 1;
      row.lastModified = new Date();
    }
    return { resource: this.#read(row, include), changed };
  }

  #changeMembers(tenantId: TenantId, current: ReadonlySet<string>, change: MembersChange): Set<string> {
    switch (change.kind) {
      case 'add':
        return new Set([...current, ...this.#checkMembers(tenantId, change.members)]);
      case 'replace':
        return new Set(this.#checkMembers(tenantId, change.members));
      case 'remove':
        return new Set([...current].filter((id) => !change.memberIds.includes(id)));
      case 'remove-where':
        return new Set([...current].filter((id) => !evaluateFilter(change.filter, { value: id })));
      case 'clear':
        return new Set();
    }
  }

  async delete(
    tenantId: TenantId,
    type: ResourceTypeName,
    id: string,
    precondition: ((version: number) => void) | undefined,
    _actor: Actor,
  ): Promise<boolean> {
    const row = this.#find(tenantId, type, id);
    if (row === undefined) return false;
    precondition?.(row.version);
    this.rows.delete(id);
    for (const group of this.rows.values()) if (group.members.delete(id)) group.version += 1;
    return true;
  }
}

function withoutHash(row: Credential & { readonly hash: string }): Credential {
  const { hash: _hash, ...credential } = row;
  return credential;
}

export class MemoryCredentials implements CredentialStore {
  readonly #rows: (Credential & { readonly hash: string })[] = [];

  findByHash(hash: Uint8Array): Promise<Credential | undefined> {
    const text = Buffer.from(hash).toString('hex');
    const row = this.#rows.find((candidate) => candidate.hash === text);
    return Promise.resolve(row === undefined ? undefined : withoutHash(row));
  }

  touch(): void {}

  list(tenantId: TenantId): Promise<readonly Credential[]> {
    return Promise.resolve(this.#rows.filter((row) => row.tenantId === tenantId));
  }

  async create(
    tenantId: TenantId,
    given: { name: string; audience: string; scopes: Credential['scopes']; expires: Date; hash: Uint8Array },
  ): Promise<Credential> {
    const { hash, ...rest } = given;
    if (this.#rows.some((row) => row.tenantId === tenantId && row.name === given.name && row.revoked === undefined)) {
      throw new JoineryError({ code: 'workspace.token_name_taken', message: `A live token is named ${given.name}.` });
    }
    const row = {
      ...rest,
      id: brandId<CredentialId>(randomUUID()),
      tenantId,
      created: new Date(),
      lastUsed: undefined,
      revoked: undefined,
      hash: Buffer.from(hash).toString('hex'),
    };
    this.#rows.push(row);
    return withoutHash(row);
  }

  async rotate(
    tenantId: TenantId,
    id: CredentialId,
    { until, expires, hash }: { readonly until: Date; readonly expires: Date; readonly hash: Uint8Array },
  ): Promise<Credential | undefined> {
    const old = this.#rows.find((row) => row.tenantId === tenantId && row.id === id && row.revoked === undefined);
    if (old === undefined) return undefined;
    await this.revoke(tenantId, id, until);
    return this.create(tenantId, { name: old.name, audience: old.audience, scopes: old.scopes, expires, hash });
  }

  revoke(tenantId: TenantId, id: CredentialId, at: Date): Promise<boolean> {
    const index = this.#rows.findIndex((row) => row.tenantId === tenantId && row.id === id);
    const row = this.#rows[index];
    if (row === undefined) return Promise.resolve(false);
    this.#rows[index] = { ...row, revoked: row.revoked !== undefined && row.revoked < at ? row.revoked : at };
    return Promise.resolve(true);
  }
}

export class MemoryRequestLog implements RequestLog {
  readonly entries: (RequestLogEntry & { readonly tenantId: TenantId })[] = [];

  append(tenantId: TenantId, entry: RequestLogEntry): void {
    this.entries.push({ ...entry, tenantId });
  }

  list(): ReturnType<RequestLog['list']> {
    return Promise.resolve({ entries: [], next: undefined });
  }
}
