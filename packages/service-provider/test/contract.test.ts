import { describe, test } from 'vitest';
import { credentialStoreContract, resourceStoreContract } from '../src/contract.ts';
import { MemoryCredentials, MemoryResources } from './memory-store.ts';
import { tenantA, tenantB } from './service.ts';

describe('resources in memory', () => {
  for (const { name, run } of resourceStoreContract) {
    test(name, () => run({ store: new MemoryResources(), tenantId: tenantA, otherTenantId: tenantB }));
  }
});

describe('credentials in memory', () => {
  for (const { name, run } of credentialStoreContract) {
    test(name, () => run({ store: new MemoryCredentials(), tenantId: tenantA, otherTenantId: tenantB }));
  }
});
