import { randomUUIDv7 } from 'node:crypto';
import {
  credentialStoreContract,
  requestLogContract,
  resourceStoreContract,
  type ContractCase,
} from '@joinery/service-provider/contract';
import { createWorkspaceStore, type WorkspaceStore } from '@joinery/store/workspace';
import { createWorkspaceDatabase } from '@joinery/testkit';
import type { TenantId } from '@joinery/base';
import { afterAll, beforeAll, describe, test } from 'vitest';

/** The published contracts over PostgreSQL; each case has two tenants of its own. */
let database: Awaited<ReturnType<typeof createWorkspaceDatabase>>;
let store: WorkspaceStore;
beforeAll(async () => {
  database = await createWorkspaceDatabase();
  store = createWorkspaceStore(database, { newId: randomUUIDv7 });
});
afterAll(async () => {
  await store?.close();
  await database?.[Symbol.asyncDispose]();
});

interface Tenants {
  readonly tenantId: TenantId;
  readonly otherTenantId: TenantId;
}

async function newTenants(): Promise<Tenants> {
  const [tenant, other] = await Promise.all([1, 2].map(() => store.tenants.createTenant(randomUUIDv7())));
  if (tenant === undefined || other === undefined) throw new Error('no tenants');
  return { tenantId: tenant.id, otherTenantId: other.id };
}

function cases<Subject>(contract: readonly ContractCase<Subject>[], subject: (tenants: Tenants) => Subject): void {
  for (const { name, run } of contract) test(name, async () => run(subject(await newTenants())));
}

describe('resources in PostgreSQL', () => {
  cases(resourceStoreContract, (tenants) => ({ store: store.resources, ...tenants }));
});

describe('credentials in PostgreSQL', () => {
  // Hashes are unique over all tenants, and the cases use the same ones.
  for (const { name, run } of credentialStoreContract) {
    test(name, async () => {
      await using own = await createWorkspaceDatabase();
      const { credentials, tenants, close } = createWorkspaceStore(own, { newId: randomUUIDv7 });
      const [tenant, other] = [await tenants.createTenant('A'), await tenants.createTenant('B')];
      await run({ store: credentials, tenantId: tenant.id, otherTenantId: other.id });
      await close();
    });
  }
});

describe('the request log in PostgreSQL', () => {
  cases(requestLogContract, (tenants) => ({ store: store.requestLog, ...tenants }));
});
