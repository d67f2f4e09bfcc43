// What the cases of `resourceStoreContract` have in common.
import assert from 'node:assert/strict';
import type { TenantId } from '@joinery/base';
import { ScimError, type ResourceAttributes } from '@joinery/scim';
import type { ContractCase } from './case.ts';
import type { Actor, ResourceQuery, ResourceStore, StoredResource } from '../ports.ts';

/** An empty store with two tenants. */
export interface ResourceStoreSubject {
  readonly store: ResourceStore;
  readonly tenantId: TenantId;
  readonly otherTenantId: TenantId;
}

export const actor: Actor = { credentialId: undefined, display: 'contract' };
export const nothing = { members: false, groups: false };
export const everything = { members: true, groups: true };
export const stranger = '018f0000-0000-7000-8000-0000000000ff';

export type Resources = ContractCase<ResourceStoreSubject>;

export function aUser(
  subject: ResourceStoreSubject,
  userName: string,
  more: ResourceAttributes = {},
): Promise<StoredResource> {
  return subject.store.create(subject.tenantId, 'User', { userName, active: true, ...more }, [], actor);
}

export function aGroup(subject: ResourceStoreSubject, displayName: string, members: readonly StoredResource[] = []) {
  const values = members.map(({ id, type }) => ({
    value: id,
    type: type === 'Group' ? ('Group' as const) : ('User' as const),
  }));
  return subject.store.create(subject.tenantId, 'Group', { displayName }, values, actor);
}

export async function memberIds(subject: ResourceStoreSubject, group: StoredResource): Promise<readonly string[]> {
  const read = await subject.store.get(subject.tenantId, 'Group', group.id, everything);
  return (read?.members ?? []).map(({ id }) => id).toSorted();
}

export function query(more: Partial<ResourceQuery> = {}): ResourceQuery {
  return { filter: undefined, sort: undefined, startIndex: 1, count: 100, include: nothing, ...more };
}

export async function refusal(work: Promise<unknown>): Promise<ScimError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
  return assert.fail('it was not refused');
}

export function change(subject: ResourceStoreSubject, resource: StoredResource, attributes: ResourceAttributes) {
  return subject.store.update(subject.tenantId, resource.type, resource.id, () => ({ attributes }), nothing, actor);
}
