import type { Dialect } from '@joinery/connector-scim';
import {
  contractGroupType,
  contractUserType,
  testBulkContract,
  testTargetContract,
  type TargetHarness,
} from '@joinery/connector-kit/contract';
import { aTarget } from './a-target.ts';
import { startMemoryServer, type MemoryServerOptions } from './memory-server.ts';
import { startWorkspaceServer } from './workspace-server.ts';

const aHarness = (dialect: Dialect, options: MemoryServerOptions) => async (): Promise<TargetHarness> => {
  const server = await startMemoryServer(options);
  const target = aTarget(server, {
    dialect,
    objectTypes: [contractUserType, contractGroupType],
    limits: { concurrency: 4, timeoutMs: 30_000, membersPerRequestMax: 20 },
    bulk: true,
  });
  return {
    target,
    membersOf: async (groupId) => server.membersOf(groupId),
    async close() {
      await target.close();
      await server.close();
    },
  };
};

async function aWorkspace(): Promise<TargetHarness> {
  const server = await startWorkspaceServer();
  const target = aTarget(server, {
    authentication: { kind: 'bearer', token: server.token },
    objectTypes: [contractUserType, contractGroupType],
    bulk: true,
  });
  return {
    target,
    async membersOf(groupId) {
      const { groups } = await server.contents();
      return (groups.find(({ id }) => id === groupId)?.members ?? []).map(({ value }) => value);
    },
    async close() {
      await target.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

function run(name: string, dialect: Dialect, options: MemoryServerOptions): void {
  testTargetContract(name, aHarness(dialect, options));
}

run('SCIM, rfc', 'rfc', {});
run('SCIM, entra', 'entra', {});
run('SCIM, entra-062020', 'entra-062020', {});
run('SCIM, rfc, a strict target that takes 7 members a request and pages by cursor', 'rfc', {
  isStrict: true,
  membersMax: 7,
  byCursor: true,
});

testTargetContract('SCIM, rfc, our own workspace', aWorkspace);
testBulkContract('SCIM, rfc, our own workspace', aWorkspace);
testBulkContract(
  'SCIM, rfc, a strict target that takes three operations of 700 bytes together',
  aHarness('rfc', { isStrict: true, bulk: { maxOperations: 3, maxPayloadSize: 700 } }),
);
