import assert from 'node:assert/strict';
import { brandId, type CredentialId, type TenantId } from '@joinery/base';
import type { RequestLog, RequestLogEntry } from '../ports.ts';
import type { ContractCase } from './case.ts';

/** An empty log with two tenants. */
export interface RequestLogSubject {
  readonly store: RequestLog;
  readonly tenantId: TenantId;
  readonly otherTenantId: TenantId;
}

const entry: RequestLogEntry = {
  at: new Date('2026-06-01T12:00:00Z'),
  requestId: 'request-0',
  method: 'GET',
  path: '/scim/v2/Users?filter=userName eq "***"',
  status: 200,
  durationMs: 1.5,
  credentialId: brandId<CredentialId>('018f0000-0000-7000-8000-0000000000cc'),
  errorCode: undefined,
  errorDetail: undefined,
  tolerated: ['patch.op_letter_case'],
};

function atSecond(second: number, more: Partial<RequestLogEntry> = {}): RequestLogEntry {
  const at = new Date(entry.at.getTime() + second * 1000);
  return { ...entry, at, requestId: `request-${second}`, ...more };
}

const everything = { before: undefined, limit: 100, failedOnly: false };
const patienceMs = 30_000;

/** Entries are written in batches, so a reader waits for them. */
async function listed(
  { store, tenantId }: Pick<RequestLogSubject, 'store' | 'tenantId'>,
  count: number,
  page: Parameters<RequestLog['list']>[1] = everything,
): ReturnType<RequestLog['list']> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const found = await store.list(tenantId, page);
    if (found.entries.length >= count || Date.now() > deadline) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

type Logs = ContractCase<RequestLogSubject>;

/** Duties of a `RequestLog`, each on an empty log. */
export const requestLogContract: readonly Logs[] = [
  {
    name: 'an entry is read back as it was written, by its own tenant alone',
    async run(subject) {
      const bulk = [{ method: 'POST', path: '/Users', status: 409, errorCode: 'scim.uniqueness' }];
      subject.store.append(subject.tenantId, { ...entry, operations: bulk });
      const [found] = (await listed(subject, 1)).entries;
      const { id, ...rest } = found ?? assert.fail('nothing was logged');
      assert.ok(id !== '');
      assert.deepEqual(rest, { ...entry, operations: bulk });
      assert.deepEqual((await subject.store.list(subject.otherTenantId, everything)).entries, []);
    },
  },
  {
    name: 'pages go from the newest to the oldest and hold every entry once',
    async run(subject) {
      for (let second = 0; second < 5; second++) subject.store.append(subject.tenantId, atSecond(second));
      await listed(subject, 5);
      const seen: string[] = [];
      let before: string | undefined;
      do {
        const page = await subject.store.list(subject.tenantId, { ...everything, before, limit: 2 });
        seen.push(...page.entries.map(({ requestId }) => requestId));
        before = page.next;
      } while (before !== undefined);
      assert.deepEqual(seen, ['request-4', 'request-3', 'request-2', 'request-1', 'request-0']);
    },
  },
  {
    name: 'failures can be read alone',
    async run(subject) {
      subject.store.append(subject.tenantId, atSecond(0));
      subject.store.append(
        subject.tenantId,
        atSecond(1, { status: 409, errorCode: 'scim.uniqueness', errorDetail: 'taken' }),
      );
      await listed(subject, 2);
      const { entries } = await subject.store.list(subject.tenantId, { ...everything, failedOnly: true });
      assert.deepEqual(
        entries.map(({ status, errorCode, errorDetail }) => [status, errorCode, errorDetail]),
        [[409, 'scim.uniqueness', 'taken']],
      );
    },
  },
];
