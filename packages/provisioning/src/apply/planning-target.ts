import type { Target } from '@joinery/connector-kit/ports';

/** The target of a plan: reads go through, writes are only imagined, each with the answer of a success. */
export function planningTarget(target: Target, newId: () => string): Target {
  return {
    test: (type, attribute) => target.test(type, attribute),
    describe: async () => ({ ...(await target.describe()), bulk: undefined }),
    discover: (kind) => target.discover(kind),
    find: (type, lookup) => target.find(type, lookup),
    list: (type, cursor) => target.list(type, cursor),
    get: (type, id) => target.get(type, id),
    listMembers: (type, groupId) => target.listMembers(type, groupId),
    create: async (_type, values) => ({ id: newId(), values }),
    update: async () => true,
    delete: async () => true,
    changeMembers: async () => true,
    checkReference: async () => false,
    bulk: async (operations) => operations.map(() => true),
    get requestCount() {
      return target.requestCount;
    },
    close: () => target.close(),
  };
}
