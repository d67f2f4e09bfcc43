import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordBulkExchanges } from './exchanges.ts';
import {
  ConnectorError,
  type AttributeValues,
  type BulkOperation,
  type Exchange,
  type Target,
  type TargetAttribute,
  type TargetObjectType,
} from './ports.ts';

export { createFakeClock, type FakeClock } from './fake-clock.ts';

/** A target to test, empty of what the contract creates, and a second view of it. */
export interface TargetHarness {
  readonly target: Target;
  /** Ids of a group's members as the target system itself has them. */
  membersOf(groupId: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

function attribute(name: string, change: Partial<TargetAttribute> = {}): TargetAttribute {
  return { name, type: 'String', multivalued: false, caseExact: false, required: false, ...change };
}

/** The object types that the contract writes; a harness makes its target with these. */
export const contractUserType: TargetObjectType = {
  name: 'urn:ietf:params:scim:schemas:core:2.0:User',
  kind: 'user',
  attributes: [
    attribute('userName', { required: true }),
    attribute('externalId', { caseExact: true }),
    attribute('active', { type: 'Boolean' }),
    attribute('title'),
    attribute('name.givenName'),
    attribute('emails[type eq "work"].value'),
    attribute('addresses[type eq "work"].locality'),
    attribute('addresses[type eq "work"].country'),
    attribute(`${enterprise}:department`),
    attribute(`${enterprise}:manager`, { type: 'Reference' }),
  ],
};

export const contractGroupType: TargetObjectType = {
  name: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  kind: 'group',
  attributes: [attribute('displayName', { required: true }), attribute('externalId', { caseExact: true })],
};

const department = `${enterprise}:department`;
const manager = `${enterprise}:manager`;
const locality = 'addresses[type eq "work"].locality';
const country = 'addresses[type eq "work"].country';

function values(entries: Readonly<Record<string, string | boolean>>): AttributeValues {
  return new Map(Object.entries(entries));
}

/**
 * The contract of the `Target` port, as vitest tests. Every connector with a target runs it against a real target system.
 * The harness is made once; the tests use names that don't collide.
 */
export function testTargetContract(name: string, makeHarness: () => Promise<TargetHarness>): void {
  describe(`Target contract: ${name}`, () => {
    let harness: TargetHarness;
    let target: Target;
    beforeAll(async () => {
      harness = await makeHarness();
      target = harness.target;
    });
    afterAll(() => harness.close());

    const createUser = (userName: string, more: Readonly<Record<string, string | boolean>> = {}) =>
      target.create(contractUserType, values({ userName, externalId: `ext-${userName}`, active: 'True', ...more }));
    const createGroup = (displayName: string, memberIds?: readonly string[]) =>
      target.create(contractGroupType, values({ displayName, externalId: `ext-${displayName}` }), memberIds);

    testReading();
    testWriting();
    testMembers();
    testEnding();

    function testReading(): void {
      it('Test Connection resolves for users and for groups', async () => {
        await target.test(contractUserType, 'userName');
        await target.test(contractGroupType, 'displayName');
      });

      it('describes how many members fit into a request', async () => {
        const description = await target.describe();
        expect(description.membersPerRequestMax).toBeGreaterThan(0);
      });

      it('finds nothing for a value that no object has', async () => {
        expect(
          await target.find(contractUserType, { attribute: 'userName', value: 'nobody@contract.example' }),
        ).toEqual([]);
        expect(await target.find(contractGroupType, { attribute: 'displayName', value: 'No such group' })).toEqual([]);
      });

      it('finds an object right after its creation, by each matching attribute', async () => {
        const created = await createUser('find.me@contract.example', {
          'emails[type eq "work"].value': 'Find.Me@mail.example',
        });
        for (const [attributeName, value] of [
          ['userName', 'find.me@contract.example'],
          ['externalId', 'ext-find.me@contract.example'],
          ['emails[type eq "work"].value', 'Find.Me@mail.example'],
        ] as const) {
          const found = await target.find(contractUserType, { attribute: attributeName, value });
          expect(found.map(({ id }) => id)).toEqual([created.id]);
        }
        const group = await createGroup('Find me');
        const found = await target.find(contractGroupType, { attribute: 'displayName', value: 'Find me' });
        expect(found.map(({ id }) => id)).toEqual([group.id]);
      });

      it.each([
        `o'neil&co+a=b`,
        'quo"te',
        'back\\slash',
        'Åsa Öberg 日本',
        '100% #1?',
        'a) or userName pr or (title eq "',
      ])('finds the value %s and nothing else', async (value) => {
        const created = await createGroup(value);
        const found = await target.find(contractGroupType, { attribute: 'displayName', value });
        expect(found.map(({ id, values: shown }) => [id, shown.get('displayName')])).toEqual([[created.id, value]]);
      });

      it('answers undefined for an id that does not exist', async () => {
        expect(await target.get(contractUserType, '0198f7a0-0000-7000-8000-000000000000')).toBeUndefined();
        expect(await target.get(contractGroupType, '0198f7a0-0000-7000-8000-000000000000')).toBeUndefined();
      });

      it('lists every object once', async () => {
        const created = await Promise.all(
          [1, 2, 3, 4, 5].map((number) => createUser(`list${number}@contract.example`)),
        );
        const seen: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await target.list(contractUserType, cursor);
          seen.push(...page.objects.map(({ id }) => id));
          cursor = page.next;
        } while (cursor !== undefined);
        expect(new Set(seen).size).toBe(seen.length);
        expect(seen).toEqual(expect.arrayContaining(created.map(({ id }) => id)));
      });
    }

    function testWriting(): void {
      it('creates an object with the values given, and shows them', async () => {
        const created = await createUser('create@contract.example', {
          title: 'Consultant',
          'name.givenName': 'Cre',
          [locality]: 'Lund',
          [country]: 'SE',
          [department]: 'Tour Operations',
        });
        const shown = await target.get(contractUserType, created.id);
        expect(shown?.id).toBe(created.id);
        expect(Object.fromEntries(shown?.values ?? [])).toEqual({
          userName: 'create@contract.example',
          externalId: 'ext-create@contract.example',
          active: true,
          title: 'Consultant',
          'name.givenName': 'Cre',
          [locality]: 'Lund',
          [country]: 'SE',
          [department]: 'Tour Operations',
        });
      });

      it('leaves null values out of a create', async () => {
        const created = await target.create(
          contractUserType,
          new Map([
            ['userName', 'null@contract.example'],
            ['title', null],
          ]),
        );
        expect((await target.get(contractUserType, created.id))?.values.has('title')).toBe(false);
      });

      it('rejects a second object with the same unique value as Conflict', async () => {
        await createUser('twice@contract.example');
        const error = await createUser('twice@contract.example').catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(ConnectorError);
        expect(error).toMatchObject({ scope: 'object', logCode: 'Conflict', outcomeUnknown: false });
      });

      it('replaces, adds and removes attributes in one update', async () => {
        const { id } = await createUser('update@contract.example', { title: 'Consultant', 'name.givenName': 'Up' });
        const isUpdated = await target.update(contractUserType, id, [
          { attribute: 'name.givenName', operation: 'replace', value: 'Down' },
          { attribute: 'title', operation: 'remove', value: null },
          { attribute: locality, operation: 'add', value: 'Malmö' },
          { attribute: department, operation: 'add', value: 'Sales' },
        ]);
        expect(isUpdated).toBe(true);
        const shown = (await target.get(contractUserType, id))?.values;
        expect(shown?.get('name.givenName')).toBe('Down');
        expect(shown?.has('title')).toBe(false);
        expect(shown?.get(locality)).toBe('Malmö');
        expect(shown?.get(department)).toBe('Sales');
      });

      it('disables and enables with the texts of the mapping language', async () => {
        const { id } = await createUser('disable@contract.example');
        for (const [text, state] of [
          ['False', false],
          ['True', true],
        ] as const) {
          expect(
            await target.update(contractUserType, id, [{ attribute: 'active', operation: 'replace', value: text }]),
          ).toBe(true);
          expect((await target.get(contractUserType, id))?.values.get('active')).toBe(state);
        }
      });

      it('sets, checks and clears a reference', async () => {
        const chief = await createUser('chief@contract.example');
        const { id } = await createUser('report@contract.example');
        await target.update(contractUserType, id, [{ attribute: manager, operation: 'add', value: chief.id }]);
        expect((await target.get(contractUserType, id))?.values.get(manager)).toBe(chief.id);
        expect(await target.checkReference(contractUserType, { attribute: manager, id, referencedId: chief.id })).toBe(
          true,
        );
        await target.update(contractUserType, id, [{ attribute: manager, operation: 'remove', value: null }]);
        expect((await target.get(contractUserType, id))?.values.has(manager)).toBe(false);
        expect(await target.checkReference(contractUserType, { attribute: manager, id, referencedId: chief.id })).toBe(
          false,
        );
      });

      it('answers false to an update and a delete of an id that is gone', async () => {
        const { id } = await createUser('delete@contract.example');
        expect(await target.delete(contractUserType, id)).toBe(true);
        expect(await target.get(contractUserType, id)).toBeUndefined();
        expect(await target.delete(contractUserType, id)).toBe(false);
        expect(
          await target.update(contractUserType, id, [{ attribute: 'title', operation: 'replace', value: 'x' }]),
        ).toBe(false);
      });
    }

    function testMembers(): void {
      it('creates a group with members', async () => {
        const users = await Promise.all(['m1', 'm2'].map((name) => createUser(`${name}@contract.example`)));
        const ids = users.map(({ id }) => id);
        const group = await createGroup('With members', ids);
        expect((await harness.membersOf(group.id)).toSorted()).toEqual(ids.toSorted());
        expect((await target.listMembers(contractGroupType, group.id))?.toSorted()).toEqual(ids.toSorted());
        expect((await target.get(contractGroupType, group.id))?.values.get('displayName')).toBe('With members');
      });

      it('adds and removes members, also ones that are there or gone already', async () => {
        const users = await Promise.all(['a', 'b', 'c'].map((name) => createUser(`member.${name}@contract.example`)));
        const [a, b, c] = users.map(({ id }) => id);
        if (a === undefined || b === undefined || c === undefined) throw new Error('three users were created');
        const group = await createGroup('Changing members', [a]);
        expect(await target.changeMembers(contractGroupType, group.id, [a, b], [c])).toBe(true);
        expect((await harness.membersOf(group.id)).toSorted()).toEqual([a, b].toSorted());
        expect(await target.changeMembers(contractGroupType, group.id, [c], [a])).toBe(true);
        expect((await harness.membersOf(group.id)).toSorted()).toEqual([b, c].toSorted());
        expect(
          await target.checkReference(contractGroupType, { attribute: 'members', id: group.id, referencedId: b }),
        ).toBe(true);
      });

      it('changes more members than fit into a request', async () => {
        const { membersPerRequestMax } = await target.describe();
        const count = Math.min(membersPerRequestMax * 2 + 1, 250);
        const ids: string[] = [];
        for (let number = 0; number < count; number += 1) {
          ids.push((await createUser(`bulk${number}@contract.example`)).id);
        }
        const group = await createGroup('Many members', ids);
        expect((await harness.membersOf(group.id)).toSorted()).toEqual(ids.toSorted());
        expect(await target.changeMembers(contractGroupType, group.id, [], ids)).toBe(true);
        expect(await harness.membersOf(group.id)).toEqual([]);
      });

      it('answers false when the group is gone', async () => {
        const user = await createUser('lonely@contract.example');
        const group = await createGroup('Gone');
        expect(await target.listMembers(contractGroupType, group.id)).toEqual([]);
        await target.delete(contractGroupType, group.id);
        expect(await target.listMembers(contractGroupType, group.id)).toBeUndefined();
        expect(await target.changeMembers(contractGroupType, group.id, [user.id], [])).toBe(false);
      });
    }

    function testEnding(): void {
      it('counts its requests', async () => {
        const before = target.requestCount;
        await target.find(contractUserType, { attribute: 'userName', value: 'counted@contract.example' });
        expect(target.requestCount).toBeGreaterThan(before);
      });

      it('rejects with ConnectorError after close', async () => {
        await target.close();
        const lookup = { attribute: 'userName', value: 'late@contract.example' };
        await expect(target.find(contractUserType, lookup)).rejects.toBeInstanceOf(ConnectorError);
      });
    }
  });
}

/** The contract of `Target.bulk`, for targets of systems that take bulk requests, at least three operations each. */
export function testBulkContract(name: string, makeHarness: () => Promise<TargetHarness>): void {
  describe(`Target contract, bulk: ${name}`, () => {
    let harness: TargetHarness;
    let target: Target;
    beforeAll(async () => {
      harness = await makeHarness();
      target = harness.target;
    });
    afterAll(() => harness.close());

    const aUser = (userName: string): BulkOperation => ({
      kind: 'create',
      type: contractUserType,
      values: values({ userName, externalId: `ext-${userName}`, active: 'True' }),
    });
    const title = (id: string, value: string): BulkOperation => ({
      kind: 'update',
      type: contractUserType,
      id,
      changes: [{ attribute: 'title', operation: 'replace', value }],
    });
    const remove = (id: string): BulkOperation => ({ kind: 'delete', type: contractUserType, id });
    const idOf = (outcome: unknown): string => {
      if (typeof outcome === 'object' && outcome !== null && 'id' in outcome) return String(outcome.id);
      throw new Error(`no object was created: ${String(outcome)}`);
    };
    const createUsers = async (...names: readonly string[]) =>
      (await target.bulk(names.map((one) => aUser(`${one}@bulk.example`)))).map(idOf);
    const find = async (userName: string) =>
      (await target.find(contractUserType, { attribute: 'userName', value: userName })).map(({ id }) => id);

    it('says what fits into one request', async () => {
      const { bulk } = await target.describe();
      expect(bulk?.operationsMax).toBeGreaterThanOrEqual(3);
      expect(bulk?.payloadBytesMax).toBeGreaterThan(0);
    });

    it('creates objects, in fewer requests than objects, each with its own id', async () => {
      const before = target.requestCount;
      const ids = await createUsers('one', 'two', 'three');
      expect(target.requestCount - before).toBeLessThan(3);
      for (const [index, one] of ['one', 'two', 'three'].entries()) {
        expect(await find(`${one}@bulk.example`)).toEqual([ids[index]]);
      }
    });

    it('creates groups with their members', async () => {
      const [a = '', b = ''] = await createUsers('member.a', 'member.b');
      const aGroup = (displayName: string, memberIds: readonly string[]): BulkOperation => ({
        kind: 'create',
        type: contractGroupType,
        values: values({ displayName, externalId: `ext-${displayName}` }),
        memberIds,
      });
      const ids = (await target.bulk([aGroup('Bulk both', [a, b]), aGroup('Bulk one', [b])])).map(idOf);
      expect((await harness.membersOf(ids[0] ?? '')).toSorted()).toEqual([a, b].toSorted());
      expect(await harness.membersOf(ids[1] ?? '')).toEqual([b]);
    });

    it('updates and deletes', async () => {
      const [a = '', b = '', c = ''] = await createUsers('changed', 'deleted', 'cleared');
      expect(await target.bulk([title(a, 'Head'), remove(b), title(c, 'Gone soon')])).toEqual([true, true, true]);
      const cleared: BulkOperation = {
        kind: 'update',
        type: contractUserType,
        id: c,
        changes: [
          { attribute: 'title', operation: 'remove', value: null },
          { attribute: locality, operation: 'add', value: 'Lund' },
          { attribute: 'active', operation: 'replace', value: 'False' },
        ],
      };
      expect(await target.bulk([cleared, title(a, 'Chief')])).toEqual([true, true]);
      expect((await target.get(contractUserType, a))?.values.get('title')).toBe('Chief');
      expect(await target.get(contractUserType, b)).toBeUndefined();
      const shown = (await target.get(contractUserType, c))?.values;
      expect(shown?.has('title')).toBe(false);
      expect(shown?.get(locality)).toBe('Lund');
      expect(shown?.get('active')).toBe(false);
    });

    it('answers each operation for itself, in their order, and carries out those that can be', async () => {
      const [gone = '', there = ''] = await createUsers('gone', 'there');
      await target.delete(contractUserType, gone);
      const [taken, created, missing, changed, deleted] = await target.bulk([
        aUser('there@bulk.example'),
        aUser('fresh@bulk.example'),
        title(gone, 'x'),
        title(there, 'Guide'),
        remove(gone),
      ]);
      expect(taken).toBeInstanceOf(ConnectorError);
      expect(taken).toMatchObject({ scope: 'object', logCode: 'Conflict', outcomeUnknown: false });
      expect(await find('fresh@bulk.example')).toEqual([idOf(created)]);
      expect(missing).toBeInstanceOf(ConnectorError);
      expect(missing).toMatchObject({ scope: 'object', status: 404 });
      expect(changed).toBe(true);
      expect((await target.get(contractUserType, there))?.values.get('title')).toBe('Guide');
      expect(deleted).toBe(true);
    });

    it('takes more operations than fit into a request', async () => {
      const { bulk } = await target.describe();
      const count = (bulk?.operationsMax ?? 1) * 2 + 1;
      const all = Array.from({ length: count }, (_, index) => `many${index}@bulk.example`);
      const ids = (await target.bulk(all.map(aUser))).map(idOf);
      expect(new Set(ids).size).toBe(count);
      expect(await find(all[0] ?? '')).toEqual([ids[0]]);
      expect(await find(all.at(-1) ?? '')).toEqual([ids.at(-1)]);
    });

    it('shows each recorder what was sent for its operation, and nothing of the others', async () => {
      const [id = ''] = await createUsers('recorded');
      const shown: Exchange[][] = [[], []];
      const [first = [], second = []] = shown;
      await recordBulkExchanges([(one) => first.push(one), undefined, (one) => second.push(one)], () =>
        target.bulk([aUser('first@bulk.example'), aUser('unseen@bulk.example'), title(id, 'Second title')]),
      );
      expect(first).toHaveLength(1);
      expect(second).toHaveLength(1);
      expect(first[0]?.requestBody).toContain('first@bulk.example');
      expect(second[0]?.requestBody).toContain('Second title');
      const everything = JSON.stringify(shown);
      expect(everything).not.toContain('unseen@bulk.example');
      expect(JSON.stringify(first)).not.toContain('Second title');
      expect(JSON.stringify(second)).not.toContain('first@bulk.example');
    });
  });
}
