import type { Dialect } from '@joinery/connector-scim';
import { contractGroupType, contractUserType, testTargetContract } from '@joinery/connector-kit/contract';
import { aTarget } from './a-target.ts';
import { startMemoryServer, type MemoryServerOptions } from './memory-server.ts';

function run(name: string, dialect: Dialect, options: MemoryServerOptions): void {
  testTargetContract(name, async () => {
    const server = await startMemoryServer(options);
    const target = aTarget(server, {
      dialect,
      objectTypes: [contractUserType, contractGroupType],
      limits: { concurrency: 4, timeoutMs: 30_000, membersPerRequestMax: 20 },
    });
    return {
      target,
      membersOf: async (groupId) => server.membersOf(groupId),
      async close() {
        await target.close();
        await server.close();
      },
    };
  });
}

run('SCIM, rfc', 'rfc', {});
run('SCIM, entra', 'entra', {});
run('SCIM, entra-062020', 'entra-062020', {});
run('SCIM, rfc, a strict target that takes 7 members a request and pages by cursor', 'rfc', {
  isStrict: true,
  membersMax: 7,
  byCursor: true,
});
