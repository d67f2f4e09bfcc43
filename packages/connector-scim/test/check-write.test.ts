import { afterEach, describe, expect, it } from 'vitest';
import type { AttributeChange, Target } from '@joinery/connector-kit';
import { createFakeClock } from '@joinery/connector-kit/contract';
import { aTarget, groupType, userType } from './a-target.ts';
import { startScriptedServer, type RecordedRequest, type ScriptedAnswer } from './scripted-server.ts';

// Servers that answer success and do something else, as test/interop/peers has them.

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function against(
  answer: (request: RecordedRequest) => ScriptedAnswer,
): Promise<{ requests: readonly RecordedRequest[]; target: Target }> {
  const server = await startScriptedServer(answer);
  const target = aTarget(server, { clock: createFakeClock() });
  closers.push(server.close, () => target.close());
  return { requests: server.requests, target };
}

const shows = (body: object, status = 200): ScriptedAnswer => ({ status, body });
const title = (old: string | null, value: string): AttributeChange => ({
  attribute: 'title',
  operation: old === null ? 'add' : 'replace',
  value,
  old,
});

describe('the answer to a change of a user', () => {
  it.each<[string, object, AttributeChange]>([
    ['the old value', { id: 'u1', title: 'Tester' }, title('Tester', 'Manager')],
    ['the old value in other letter case', { id: 'u1', title: 'TESTER ' }, title('Tester', 'Manager')],
    ['an account that is still active', { id: 'u1', active: true }, { attribute: 'active', operation: 'replace', value: false, old: true }],
    ['one that is still active, as text', { id: 'u1', active: 'True' }, { attribute: 'active', operation: 'replace', value: false, old: true }],
    ['a value that was to be cleared', { id: 'u1', title: 'Tester' }, { attribute: 'title', operation: 'remove', value: null, old: 'Tester' }],
  ])('fails the object when it shows %s', async (_, body, change) => {
    const { target } = await against(() => shows(body));
    await expect(target.update(userType, 'u1', [change])).rejects.toMatchObject({
      code: 'connector.change_ignored',
      logCode: 'ChangeIgnored',
      scope: 'object',
      message: expect.stringContaining(`the old value of ${change.attribute}`),
    });
  }); // prettier-ignore

  it.each<[string, ScriptedAnswer, AttributeChange]>([
    ['shows the new value', shows({ id: 'u1', title: 'Manager' }), title('Tester', 'Manager')],
    ['shows the new value in its own way', shows({ id: 'u1', title: 'manager (m)' }), title('Tester', 'Manager')],
    ['leaves the attribute out', shows({ id: 'u1' }), title('Tester', 'Manager')],
    ['has no body', { status: 204 }, title('Tester', 'Manager')],
    ['shows a value of which nothing was known', shows({ id: 'u1', title: 'Tester' }), title(null, 'Manager')],
    ['shows a change of letter case only as it was', shows({ id: 'u1', title: 'tester' }), title('tester', 'Tester')],
  ])('is believed when it %s', async (_, answer, change) => {
    const { target } = await against(() => answer);
    await expect(target.update(userType, 'u1', [change])).resolves.toBe(true);
    expect(target.takeRemarks?.()).toEqual([]);
  });

  it('makes one remark, once, when it shows a Boolean as text', async () => {
    const { target } = await against(() => shows({ id: 'u1', active: 'False' }));
    const change: AttributeChange = { attribute: 'active', operation: 'replace', value: false, old: true };
    await target.update(userType, 'u1', [change]);
    await target.update(userType, 'u2', [change]);
    expect(target.takeRemarks?.()).toMatchObject([{ code: 'BooleanKeptAsText' }]);
    expect(target.takeRemarks?.()).toEqual([]);
  });
});

describe('the answer to a change of members', () => {
  it('fails when it shows a member that was to be removed', async () => {
    const { target } = await against(() => shows({ id: 'g1', members: [{ value: 'a' }, { value: 'b' }] }));
    await expect(target.changeMembers(groupType, 'g1', [], ['a'])).rejects.toMatchObject({
      code: 'connector.change_ignored',
    });
  });

  it('makes a remark when it does not show a member that was added', async () => {
    const { target } = await against(() => shows({ id: 'g1', members: [] }));
    await expect(target.changeMembers(groupType, 'g1', ['a'], ['b'])).resolves.toBe(true);
    expect(target.takeRemarks?.()).toMatchObject([{ code: 'MembersNotShown' }]);
  });

  it('is believed when it shows what was asked for, or no members at all', async () => {
    const answers = [shows({ id: 'g1', members: [{ value: 'a' }] }), shows({ id: 'g1' })];
    const { target } = await against(() => answers.shift() ?? { status: 204 });
    for (let times = 0; times < 3; times += 1) await target.changeMembers(groupType, 'g1', ['a'], ['b']);
    expect(target.takeRemarks?.()).toEqual([]);
  });
});

describe('the answer to the creation of a group', () => {
  it('is followed by a PATCH with the members that it shows to be left out', async () => {
    const { requests, target } = await against(({ method }) =>
      method === 'POST' ? shows({ id: 'g1', displayName: 'Sales', members: [{ value: 'a' }] }, 201) : { status: 204 },
    );
    await target.create(groupType, new Map([['displayName', 'Sales']]), ['a', 'b']);
    expect(requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /Groups', 'PATCH /Groups/g1']);
    expect(requests[1]?.body).toMatchObject({ Operations: [{ op: 'add', path: 'members', value: [{ value: 'b' }] }] });
  });

  it('is believed when it leaves members out of the answer', async () => {
    const { requests, target } = await against(() => shows({ id: 'g1', displayName: 'Sales' }, 201));
    await target.create(groupType, new Map([['displayName', 'Sales']]), ['a', 'b']);
    expect(requests).toHaveLength(1);
  });
});

describe('a listing', () => {
  const user = (number: number): object => ({ id: `u${number}`, userName: `user${number}@contoso.com` });
  const page = (from: number, count: number, total: number): ScriptedAnswer =>
    shows({
      totalResults: total,
      startIndex: from,
      Resources: Array.from({ length: count }, (_, index) => user(from + index)),
    });

  /** Reads to the end; answers how many objects it saw. */
  async function readAll(target: Target): Promise<number> {
    let seen = 0;
    let cursor: string | undefined;
    do {
      const { objects, next } = await target.list(userType, cursor);
      seen += objects.length;
      cursor = next;
    } while (cursor !== undefined);
    return seen;
  }

  const listing = (pages: Record<number, ScriptedAnswer>): Promise<{ target: Target }> =>
    against(({ path }) => {
      const start = /startIndex=(\d+)/.exec(path)?.[1];
      return start === undefined ? { status: 404 } : (pages[Number(start)] ?? page(Number(start), 0, 0));
    });

  it('that ends before its own total is refused', async () => {
    const { target } = await listing({ 1: page(1, 20, 45), 21: page(21, 0, 45) });
    await expect(readAll(target)).rejects.toMatchObject({ message: expect.stringContaining('ends after 20 of 45') });
  });

  it('whose total is that of a page is refused', async () => {
    const { target } = await listing({ 1: page(1, 50, 50), 51: page(51, 50, 50) });
    await expect(readAll(target)).rejects.toMatchObject({ message: expect.stringContaining('lists more') });
  });

  it('of a round number of objects is read once more to see its end', async () => {
    const { target } = await listing({ 1: page(1, 50, 50), 51: page(51, 0, 50) });
    expect(await readAll(target)).toBe(50);
  });
});

describe('a target without groups', () => {
  it('is told as such, and concerns the whole job', async () => {
    const { target } = await against(() => ({ status: 404 }));
    await expect(target.test(groupType, 'displayName')).rejects.toMatchObject({
      code: 'connector.no_groups_endpoint',
      scope: 'job',
      message: expect.stringContaining('switch the mapping of groups off'),
    });
  });
});
