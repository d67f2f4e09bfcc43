import assert from 'node:assert/strict';
import { groupType, preconditionFailed, readFilter, userType, type ScimError } from '@joinery/scim';
import type { ContractCase } from './case.ts';
import type { ResourceQuery, StoredResource } from '../ports.ts';
import {
  actor,
  aGroup,
  aUser,
  change,
  everything,
  memberIds,
  nothing,
  query,
  refusal,
  stranger,
  type Resources,
  type ResourceStoreSubject,
} from './subject.ts';
import { tenantSchemas } from './tenant-schemas.ts';

export type { ResourceStoreSubject } from './subject.ts';

const creating: readonly Resources[] = [
  {
    name: 'a created resource has version 1, one time for both dates, and is read back as it was given',
    async run(subject) {
      const attributes = { userName: 'Ada', emails: [{ value: 'Ada@Contoso.com', type: 'work' }], title: ' 007 ' };
      const created = await aUser(subject, 'Ada', attributes);
      assert.equal(created.version, 1);
      assert.deepEqual(created.created, created.lastModified);
      const read = await subject.store.get(subject.tenantId, 'User', created.id, nothing);
      assert.deepEqual(read?.attributes, { active: true, ...attributes });
      assert.equal(read.version, 1);
    },
  },
  {
    name: 'a userName in use in another letter case is refused as uniqueness, in another tenant it is free',
    async run(subject) {
      await aUser(subject, 'Ada@Contoso.com');
      const error = await refusal(aUser(subject, 'ADA@contoso.COM'));
      assert.deepEqual([error.status, error.scimType, error.code], [409, 'uniqueness', 'scim.uniqueness']);
      await aUser({ ...subject, tenantId: subject.otherTenantId }, 'Ada@Contoso.com');
    },
  },
  {
    name: 'a group name in use is refused, and a user may have the name of a group',
    async run(subject) {
      await aGroup(subject, 'Engineering');
      assert.equal((await refusal(aGroup(subject, 'ENGINEERING'))).code, 'scim.uniqueness');
      await aUser(subject, 'Engineering');
    },
  },
  {
    name: 'unknown members are refused with their ids and nothing is created',
    async run(subject) {
      const values = [{ value: stranger, type: undefined }];
      const creation = subject.store.create(subject.tenantId, 'Group', { displayName: 'Team' }, values, actor);
      const error = await refusal(creation);
      assert.equal(error.code, 'scim.invalid_value');
      assert.match(error.message, new RegExp(stranger));
      assert.equal((await subject.store.list(subject.tenantId, 'Group', query())).totalResults, 0);
    },
  },
];

const tenancy: readonly Resources[] = [
  {
    name: 'another tenant’s id does not exist for any method',
    async run(subject) {
      const user = await aUser(subject, 'ada');
      const { store, otherTenantId } = subject;
      assert.equal(await store.get(otherTenantId, 'User', user.id, everything), undefined);
      const update = store.update(otherTenantId, 'User', user.id, () => assert.fail('was called'), nothing, actor);
      assert.equal(await update, undefined);
      assert.equal(await store.delete(otherTenantId, 'User', user.id, undefined, actor), false);
      assert.equal((await store.list(otherTenantId, 'User', query())).totalResults, 0);
      const values = [{ value: user.id, type: undefined }];
      const foreign = store.create(otherTenantId, 'Group', { displayName: 'Team' }, values, actor);
      assert.equal((await refusal(foreign)).code, 'scim.invalid_value');
    },
  },
  {
    name: 'an id of the other resource type, or one of another form, does not exist',
    async run(subject) {
      const user = await aUser(subject, 'ada');
      for (const [type, id] of [
        ['Group', user.id],
        ['User', 'x'],
        ['User', ''],
        ['User', stranger],
        ['User', `${user.id}'`],
      ] as const) {
        assert.equal(await subject.store.get(subject.tenantId, type, id, nothing), undefined);
        assert.equal(await subject.store.delete(subject.tenantId, type, id, undefined, actor), false);
      }
    },
  },
];

const updating: readonly Resources[] = [
  {
    name: 'a change moves version and lastModified, a change to the same state moves neither',
    async run(subject) {
      const user = await aUser(subject, 'ada');
      const same = await change(subject, user, { active: true, userName: 'ada' });
      assert.deepEqual([same?.changed, same?.resource.version], [false, 1]);
      const moved = await change(subject, user, { userName: 'ada', active: false });
      assert.deepEqual([moved?.changed, moved?.resource.version], [true, 2]);
      assert.ok((moved?.resource.lastModified ?? 0) >= user.lastModified);
      assert.deepEqual(moved?.resource.created, user.created);
    },
  },
  {
    name: 'an error of the change stores nothing and reaches the caller',
    async run(subject) {
      const user = await aUser(subject, 'ada');
      const failing = subject.store.update(
        subject.tenantId,
        'User',
        user.id,
        () => {
          throw preconditionFailed({ detail: 'other version' });
        },
        nothing,
        actor,
      );
      assert.equal((await refusal(failing)).status, 412);
      assert.equal((await subject.store.get(subject.tenantId, 'User', user.id, nothing))?.version, 1);
    },
  },
  {
    name: 'a rename to a name in use is refused, to its own in another case it is not, and the old name is free',
    async run(subject) {
      const user = await aUser(subject, 'ada');
      await aUser(subject, 'grace');
      assert.equal((await refusal(change(subject, user, { userName: 'Grace' }))).code, 'scim.uniqueness');
      await change(subject, user, { userName: 'ADA' });
      await change(subject, user, { userName: 'augusta' });
      await aUser(subject, 'ada');
    },
  },
  {
    name: 'writes of one resource are serialised: no change is lost',
    async run(subject) {
      const user = await aUser(subject, 'ada', { title: '0' });
      const increment = (current: StoredResource) => ({
        attributes: { ...current.attributes, title: String(Number(current.attributes['title']) + 1) },
      });
      const { store, tenantId } = subject;
      const writes = Array.from({ length: 20 }, () =>
        store.update(tenantId, 'User', user.id, increment, nothing, actor),
      );
      await Promise.all(writes);
      const read = await store.get(tenantId, 'User', user.id, nothing);
      assert.deepEqual([read?.attributes['title'], read?.version], ['20', 21]);
    },
  },
];

const membership: readonly Resources[] = [
  {
    name: 'members are added once, removed once, replaced and cleared, in the order of the changes',
    async run(subject) {
      const [a, b, c] = [await aUser(subject, 'a'), await aUser(subject, 'b'), await aUser(subject, 'c')];
      const group = await aGroup(subject, 'Team', [a]);
      const value = (user: StoredResource) => ({ value: user.id, type: undefined });
      const { store, tenantId } = subject;
      const apply = (...members: readonly import('@joinery/scim').MembersChange[]) =>
        store.update(tenantId, 'Group', group.id, () => ({ members }), nothing, actor);
      const added = await apply({ kind: 'add', members: [value(a), value(b), value(b)] });
      assert.deepEqual([added?.changed, added?.resource.version], [true, 2]);
      assert.deepEqual(await memberIds(subject, group), [a.id, b.id].toSorted());
      const again = await apply(
        { kind: 'add', members: [value(a)] },
        { kind: 'remove', memberIds: [c.id, stranger, 'x'] },
      );
      assert.deepEqual([again?.changed, again?.resource.version], [false, 2]);
      const foreign = await apply({ kind: 'remove', memberIds: ['x'] });
      assert.deepEqual([foreign?.changed, foreign?.resource.version], [false, 2]);
      await apply({ kind: 'remove', memberIds: [a.id] }, { kind: 'add', members: [value(c)] });
      assert.deepEqual(await memberIds(subject, group), [b.id, c.id].toSorted());
      await apply({ kind: 'replace', members: [value(a), value(b)] });
      assert.deepEqual(await memberIds(subject, group), [a.id, b.id].toSorted());
      await apply({ kind: 'clear' });
      assert.deepEqual(await memberIds(subject, group), []);
    },
  },
  {
    name: 'unknown members refuse the whole change',
    async run(subject) {
      const [a, b] = [await aUser(subject, 'a'), await aUser(subject, 'b')];
      const group = await aGroup(subject, 'Team', [a]);
      const members = [
        { kind: 'add' as const, members: [{ value: b.id, type: undefined }] },
        { kind: 'add' as const, members: [{ value: stranger, type: undefined }] },
      ];
      const attributes = { displayName: 'Renamed' };
      const update = subject.store.update(
        subject.tenantId,
        'Group',
        group.id,
        () => ({ attributes, members }),
        nothing,
        actor,
      );
      assert.equal((await refusal(update)).code, 'scim.invalid_value');
      assert.deepEqual(await memberIds(subject, group), [a.id]);
      const read = await subject.store.get(subject.tenantId, 'Group', group.id, nothing);
      assert.equal(read?.attributes['displayName'], 'Team');
    },
  },
  {
    name: 'parallel additions to one group lose no member',
    async run(subject) {
      const users = await Promise.all(Array.from({ length: 20 }, (_, index) => aUser(subject, `user${index}`)));
      const group = await aGroup(subject, 'Team');
      const add = (user: StoredResource) =>
        subject.store.update(
          subject.tenantId,
          'Group',
          group.id,
          () => ({ members: [{ kind: 'add', members: [{ value: user.id, type: 'User' }] }] }),
          nothing,
          actor,
        );
      await Promise.all(users.map(add));
      assert.deepEqual(await memberIds(subject, group), users.map(({ id }) => id).toSorted());
    },
  },
  {
    name: 'a deleted user leaves its groups, which move to a new version, and its name is free',
    async run(subject) {
      const user = await aUser(subject, 'ada');
      const group = await aGroup(subject, 'Team', [user]);
      assert.equal(await subject.store.delete(subject.tenantId, 'User', user.id, undefined, actor), true);
      const read = await subject.store.get(subject.tenantId, 'Group', group.id, everything);
      assert.deepEqual([read?.version, read?.members], [2, []]);
      const again = await aUser(subject, 'ada');
      assert.notEqual(again.id, user.id);
    },
  },
  {
    name: 'a user shows its groups, members show their names, and both only when asked for',
    async run(subject) {
      const user = await aUser(subject, 'ada', { displayName: 'Ada L' });
      const group = await aGroup(subject, 'Team', [user]);
      const read = await subject.store.get(subject.tenantId, 'User', user.id, { members: false, groups: true });
      assert.deepEqual(read?.groups, [{ id: group.id, display: 'Team', direct: true }]);
      const withMembers = await subject.store.get(subject.tenantId, 'Group', group.id, {
        members: true,
        groups: false,
      });
      assert.deepEqual(withMembers?.members, [{ id: user.id, type: 'User', display: 'Ada L' }]);
      const plain = await subject.store.get(subject.tenantId, 'Group', group.id, nothing);
      assert.equal(plain?.members, undefined);
    },
  },
];

const listing: readonly Resources[] = [
  {
    name: 'pages cover every resource once, in the order of creation time and id',
    async run(subject) {
      const users: StoredResource[] = [];
      for (let index = 0; index < 7; index++) users.push(await aUser(subject, `user${6 - index}`));
      const order = (left: StoredResource, right: StoredResource) =>
        left.created.getTime() - right.created.getTime() || (left.id < right.id ? -1 : 1);
      const seen: string[] = [];
      for (const startIndex of [1, 4, 7]) {
        const page = await subject.store.list(subject.tenantId, 'User', query({ startIndex, count: 3 }));
        assert.equal(page.totalResults, 7);
        seen.push(...page.resources.map(({ id }) => id));
      }
      assert.deepEqual(
        seen,
        users.toSorted(order).map(({ id }) => id),
      );
      const past = await subject.store.list(subject.tenantId, 'User', query({ startIndex: 8 }));
      assert.deepEqual([past.totalResults, past.resources.length], [7, 0]);
      const none = await subject.store.list(subject.tenantId, 'User', query({ count: 0 }));
      assert.deepEqual([none.totalResults, none.resources.length], [7, 0]);
    },
  },
  ...(
    [
      ['userName eq "ADA"', ['ada']],
      ['userName sw "a" and active eq true', ['ada']],
      ['userName sw "a" or title pr', ['ada', 'alan', 'grace']],
      ['not (userName co "a")', []],
      ['emails[type eq "work" and value co "CONTOSO"]', ['ada']],
      ['emails.value eq "g@x.example"', ['grace']],
      ['externalId eq "x1"', ['ada']],
      ['externalId eq "X1"', []],
      ['title eq null', ['ada', 'alan']],
      ['active eq false', ['alan']],
      ['meta.created gt "2015-10-10T14:38:21.8617979-07:00"', ['ada', 'alan', 'grace']],
      ['userName eq "a\' or true --"', []],
    ] as const
  ).map(([filter, expected]): Resources => ({
    name: `the filter ${filter} finds ${expected.length === 0 ? 'nobody' : expected.join(', ')}`,
    async run(subject) {
      await aUser(subject, 'ada', { externalId: 'x1', emails: [{ type: 'work', value: 'ada@contoso.com' }] });
      await aUser(subject, 'alan', { active: false, emails: [{ type: 'home', value: 'alan@contoso.com' }] });
      await aUser(subject, 'grace', { title: 'Admiral', emails: [{ value: 'g@x.example' }] });
      const page = await subject.store.list(subject.tenantId, 'User', query({ filter: readFilter(filter, userType) }));
      assert.deepEqual(page.resources.map(({ attributes }) => attributes['userName']).toSorted(), expected);
      assert.equal(page.totalResults, expected.length);
    },
  })),
  {
    name: 'groups are found by member, and by folded name',
    async run(subject) {
      const user = await aUser(subject, 'ada');
      const group = await aGroup(subject, 'Straße', [user]);
      await aGroup(subject, 'Other');
      for (const text of [
        `members eq "${user.id}"`,
        `members.value eq "${user.id}" and id eq "${group.id}"`,
        'displayName eq "STRASSE"',
      ]) {
        const page = await subject.store.list(
          subject.tenantId,
          'Group',
          query({ filter: readFilter(text, groupType) }),
        );
        assert.deepEqual(
          page.resources.map(({ id }) => id),
          [group.id],
          text,
        );
      }
    },
  },
];

async function idsByCursor(
  subject: ResourceStoreSubject,
  more: Partial<ResourceQuery>,
  between: () => Promise<unknown> = () => Promise.resolve(),
): Promise<readonly string[]> {
  const seen: string[] = [];
  let after: string | undefined;
  do {
    const page = await subject.store.list(subject.tenantId, 'User', query({ count: 2, cursor: { after }, ...more }));
    seen.push(...page.resources.map(({ id }) => id));
    after = page.next;
    await between();
  } while (after !== undefined);
  return seen;
}

const paging: readonly Resources[] = [
  {
    name: 'pages by cursor hold everyone once, in the default order, and only the last has no next',
    async run(subject) {
      for (let n = 0; n < 6; n++) await aUser(subject, `user-${n}`);
      const all = await subject.store.list(subject.tenantId, 'User', query());
      const expected = all.resources.map(({ id }) => id);
      assert.deepEqual(await idsByCursor(subject, {}), expected);
      assert.deepEqual(await idsByCursor(subject, { count: 4 }), expected);
      const whole = await subject.store.list(
        subject.tenantId,
        'User',
        query({ count: 6, cursor: { after: undefined } }),
      );
      assert.deepEqual([whole.next, whole.totalResults], [undefined, 6]);
      const none = await subject.store.list(
        subject.tenantId,
        'User',
        query({ count: 0, cursor: { after: undefined } }),
      );
      assert.deepEqual([none.next, none.resources.length, none.totalResults], [undefined, 0, 6]);
    },
  },
  {
    name: 'pages by cursor lose nobody while others are deleted and added between them',
    async run(subject) {
      const leavers: StoredResource[] = [];
      const stayers: StoredResource[] = [];
      for (let n = 0; n < 10; n++) (n % 2 === 0 ? leavers : stayers).push(await aUser(subject, `user-${n}`));
      let joined = 0;
      const seen = await idsByCursor(subject, {}, async () => {
        const leaver = leavers.shift();
        if (leaver !== undefined) await subject.store.delete(subject.tenantId, 'User', leaver.id, undefined, actor);
        if (joined < 3) await aUser(subject, `joined-${(joined += 1)}`);
      });
      assert.equal(new Set(seen).size, seen.length);
      for (const { id } of stayers) assert.ok(seen.includes(id));
    },
  },
  {
    name: 'pages by cursor with a filter hold what the filter finds',
    async run(subject) {
      for (let n = 0; n < 7; n++) await aUser(subject, `user-${n}`, { title: n % 3 === 0 ? 'Boss' : 'Clerk' });
      const filter = readFilter('title eq "clerk"', userType);
      const all = await subject.store.list(subject.tenantId, 'User', query({ filter }));
      assert.deepEqual(
        await idsByCursor(subject, { filter, count: 3 }),
        all.resources.map(({ id }) => id),
      );
    },
  },
];

const inSets: readonly Resources[] = [
  {
    name: 'users created together are each created or refused as alone',
    async run(subject) {
      const { store, tenantId } = subject;
      if (store.createUsers === undefined) return;
      await aUser(subject, 'Taken');
      const names = ['a', 'taken', 'b', 'A', 'c'];
      const users = names.map((userName) => ({ userName, active: true, emails: [{ value: `${userName}@x.example` }] }));
      const creations = await store.createUsers(tenantId, users, actor);
      assert.deepEqual(
        creations.map((creation) =>
          'created' in creation ? creation.created.version : (creation.failure as ScimError).status,
        ),
        [1, 409, 1, 409, 1],
      );
      for (const [index, creation] of creations.entries()) {
        if (!('created' in creation)) continue;
        const read = await store.get(tenantId, 'User', creation.created.id, nothing);
        assert.deepEqual(read?.attributes, users[index]);
      }
      const filter = readFilter('emails.value eq "c@X.example"', userType);
      assert.equal((await store.list(tenantId, 'User', query({ filter }))).totalResults, 1);
      assert.equal((await store.list(tenantId, 'User', query())).totalResults, 4);
    },
  },
  {
    name: 'members are read by pages in the order of their ids, and the first of them with the group',
    async run(subject) {
      const { store, tenantId } = subject;
      if (store.listMembers === undefined) return;
      const users: StoredResource[] = [];
      for (let n = 0; n < 5; n++) users.push(await aUser(subject, `user-${n}`));
      const group = await aGroup(subject, 'Team', users);
      const expected = users.map(({ id }) => id).toSorted();
      const first = await store.get(tenantId, 'Group', group.id, { ...everything, membersMax: 2 });
      const seen: string[] = (first?.members ?? []).map(({ id }) => id);
      assert.deepEqual(seen, expected.slice(0, 2));
      for (;;) {
        const page = await store.listMembers(tenantId, group.id, { after: seen.at(-1), limit: 2 });
        if (page.length === 0) break;
        seen.push(...page.map(({ id }) => id));
      }
      assert.deepEqual(seen, expected);
      assert.deepEqual(await store.listMembers(subject.otherTenantId, group.id, { after: undefined, limit: 2 }), []);
    },
  },
];

const deleting: readonly Resources[] = [
  {
    name: 'a precondition sees the version and can refuse',
    async run(subject) {
      const user = await aUser(subject, 'ada');
      const versions: number[] = [];
      const refuse = (version: number): void => {
        versions.push(version);
        throw preconditionFailed({ detail: 'other version' });
      };
      const deletion = subject.store.delete(subject.tenantId, 'User', user.id, refuse, actor);
      assert.equal((await refusal(deletion)).status, 412);
      assert.deepEqual(versions, [1]);
      assert.equal(await subject.store.delete(subject.tenantId, 'User', user.id, () => {}, actor), true);
      assert.equal(await subject.store.delete(subject.tenantId, 'User', user.id, undefined, actor), false);
      assert.equal(await subject.store.get(subject.tenantId, 'User', user.id, nothing), undefined);
    },
  },
];

/** Duties of a `ResourceStore`, each on an empty store. */
export const resourceStoreContract: readonly ContractCase<ResourceStoreSubject>[] = [
  ...creating,
  ...tenancy,
  ...updating,
  ...membership,
  ...listing,
  ...paging,
  ...tenantSchemas,
  ...inSets,
  ...deleting,
];
