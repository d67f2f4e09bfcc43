import assert from 'node:assert/strict';
import type { TenantId } from '@joinery/base';
import type { Credential, CredentialStore } from '../ports.ts';
import type { ContractCase } from './case.ts';

export interface CredentialStoreSubject {
  readonly store: CredentialStore;
  readonly tenantId: TenantId;
  readonly otherTenantId: TenantId;
}

type Credentials = ContractCase<CredentialStoreSubject>;

const token = {
  name: 'Entra',
  audience: 'https://scim.example.com/scim/v2',
  scopes: ['scim.read', 'scim.write'] as Credential['scopes'],
  expires: new Date('2099-01-01T00:00:00Z'),
};
const hashOf = (seed: number): Uint8Array => new Uint8Array(32).fill(seed);

async function codeOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
  return undefined;
}

/** Duties of a `CredentialStore`, each on an empty store. */
export const credentialStoreContract: readonly Credentials[] = [
  {
    name: 'a token is found by its hash with the tenant it belongs to',
    async run({ store, tenantId }) {
      const created = await store.create(tenantId, { ...token, hash: hashOf(1) });
      const found = await store.findByHash(hashOf(1));
      assert.deepEqual(found, created);
      assert.deepEqual(
        [found?.tenantId, found?.name, found?.audience, found?.scopes, found?.expires, found?.revoked],
        [tenantId, token.name, token.audience, token.scopes, token.expires, undefined],
      );
      assert.equal(await store.findByHash(hashOf(2)), undefined);
    },
  },
  {
    name: 'expired and revoked tokens are found too, so that the caller can say which',
    async run({ store, tenantId }) {
      const expires = new Date('2020-01-01T00:00:00Z');
      await store.create(tenantId, { ...token, expires, hash: hashOf(1) });
      assert.deepEqual((await store.findByHash(hashOf(1)))?.expires, expires);
    },
  },
  {
    name: 'a live name is taken in its tenant only, and free after revocation, also one that lies ahead',
    async run({ store, tenantId, otherTenantId }) {
      const created = await store.create(tenantId, { ...token, hash: hashOf(1) });
      assert.equal(await codeOf(store.create(tenantId, { ...token, hash: hashOf(2) })), 'workspace.token_name_taken');
      await store.create(otherTenantId, { ...token, hash: hashOf(3) });
      const ahead = new Date('2098-01-01T00:00:00Z');
      assert.equal(await store.revoke(tenantId, created.id, ahead), true);
      assert.deepEqual((await store.findByHash(hashOf(1)))?.revoked, ahead);
      await store.create(tenantId, { ...token, hash: hashOf(4) });
    },
  },
  {
    name: 'of two revocations the earlier one counts',
    async run({ store, tenantId }) {
      const { id } = await store.create(tenantId, { ...token, hash: hashOf(1) });
      const [early, late] = [new Date('2097-01-01T00:00:00Z'), new Date('2098-01-01T00:00:00Z')];
      await store.revoke(tenantId, id, late);
      await store.revoke(tenantId, id, early);
      await store.revoke(tenantId, id, late);
      assert.deepEqual((await store.findByHash(hashOf(1)))?.revoked, early);
    },
  },
  {
    name: 'a rotation makes a token of the same name, audience and scopes and ends the old one later',
    async run({ store, tenantId }) {
      const old = await store.create(tenantId, { ...token, hash: hashOf(1) });
      const until = new Date('2098-01-01T00:00:00Z');
      const expires = new Date('2099-06-01T00:00:00Z');
      const made = await store.rotate(tenantId, old.id, { until, expires, hash: hashOf(2) });
      assert.deepEqual(await store.findByHash(hashOf(2)), made);
      assert.deepEqual(
        [made?.name, made?.audience, made?.scopes, made?.expires, made?.revoked],
        [token.name, token.audience, token.scopes, expires, undefined],
      );
      assert.deepEqual((await store.findByHash(hashOf(1)))?.revoked, until);
    },
  },
  {
    name: 'of parallel rotations of one token one succeeds',
    async run({ store, tenantId }) {
      const old = await store.create(tenantId, { ...token, hash: hashOf(1) });
      const until = new Date('2098-01-01T00:00:00Z');
      const rotations = [2, 3, 4, 5, 6].map((seed) =>
        store.rotate(tenantId, old.id, { until, expires: token.expires, hash: hashOf(seed) }),
      );
      const made = (await Promise.all(rotations)).filter((rotated) => rotated !== undefined);
      assert.equal(made.length, 1);
      assert.equal((await store.list(tenantId)).length, 2);
    },
  },
  {
    name: 'another tenant neither lists, rotates nor revokes it',
    async run({ store, tenantId, otherTenantId }) {
      const { id } = await store.create(tenantId, { ...token, hash: hashOf(1) });
      assert.deepEqual(await store.list(otherTenantId), []);
      assert.equal(await store.revoke(otherTenantId, id, new Date(0)), false);
      const rotation = { until: new Date(0), expires: token.expires, hash: hashOf(9) };
      assert.equal(await store.rotate(otherTenantId, id, rotation), undefined);
      assert.equal((await store.findByHash(hashOf(1)))?.revoked, undefined);
      assert.deepEqual(
        (await store.list(tenantId)).map((credential) => credential.id),
        [id],
      );
    },
  },
];
