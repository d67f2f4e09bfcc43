import assert from 'node:assert/strict';
import type { JsonObject } from '@joinery/base';
import {
  readFilter,
  readResourceType,
  readSchemaExtension,
  resourceTypesWith,
  uniqueValuesOf,
  userType,
  type ResourceType,
} from '@joinery/scim';
import type { StoredResource } from '../ports.ts';
import {
  actor,
  aUser,
  everything,
  nothing,
  query,
  refusal,
  type Resources,
  type ResourceStoreSubject,
} from './subject.ts';

const badge = 'urn:example:scim:schemas:1.0:Badge';
const noOthers = { extensions: [], resourceTypes: [] };
const extension = readSchemaExtension(
  {
    id: badge,
    name: 'Badge',
    resourceType: 'User',
    attributes: [
      { name: 'number', uniqueness: 'server' },
      { name: 'serial', uniqueness: 'server', caseExact: true },
      { name: 'level', type: 'integer' },
      { name: 'note', returned: 'request' },
    ],
  },
  noOthers,
);
const device = readResourceType(
  {
    name: 'Device',
    endpoint: '/Devices',
    schema: {
      id: 'urn:example:scim:schemas:1.0:Device',
      name: 'Device',
      attributes: [
        { name: 'displayName', required: true, caseExact: true },
        { name: 'serialNumber', uniqueness: 'server' },
        { name: 'ports', type: 'complex', multiValued: true, subAttributes: [{ name: 'value' }, { name: 'type' }] },
      ],
    },
  },
  noOthers,
);
const [extendedUser = userType] = resourceTypesWith({ extensions: [extension], resourceTypes: [device] });

function aBadged(subject: ResourceStoreSubject, userName: string, values: JsonObject): Promise<StoredResource> {
  const attributes = { userName, active: true, [badge]: values };
  const unique = uniqueValuesOf(extendedUser, attributes);
  return subject.store.create(subject.tenantId, 'User', attributes, [], actor, unique);
}

function aDevice(subject: ResourceStoreSubject, attributes: JsonObject): Promise<StoredResource> {
  const unique = uniqueValuesOf(device, attributes);
  return subject.store.create(subject.tenantId, 'Device', attributes, [], actor, unique);
}

async function namesFound(
  subject: ResourceStoreSubject,
  type: ResourceType,
  filter: string,
): Promise<readonly string[]> {
  const wanted = query({ filter: readFilter(filter, type), resourceType: type });
  const page = await subject.store.list(subject.tenantId, type.name, wanted);
  assert.equal(page.totalResults, page.resources.length);
  return page.resources.map(({ attributes }) => String(attributes['userName'] ?? attributes['displayName'])).toSorted();
}

/** Duties towards schemas that a tenant has added. */
export const tenantSchemas: readonly Resources[] = [
  {
    name: 'a value that a tenant’s schema wants unique is refused with its attribute, folded unless caseExact',
    async run(subject) {
      await aBadged(subject, 'ada', { number: 'B-1', serial: 'S-1' });
      const error = await refusal(aBadged(subject, 'alan', { number: 'b-1' }));
      assert.deepEqual([error.code, error.detail['attribute']], ['scim.uniqueness', `${badge}:number`]);
      assert.equal((await refusal(aBadged(subject, 'alan', { serial: 'S-1' }))).detail['attribute'], `${badge}:serial`);
      await aBadged(subject, 'alan', { number: 'B-2', serial: 's-1' });
      // One attribute's value is free in another, in another type, and in another tenant.
      await aBadged(subject, 'grace', { number: 'S-1' });
      await aDevice(subject, { displayName: 'Printer', serialNumber: 'B-1' });
      await aBadged({ ...subject, tenantId: subject.otherTenantId }, 'ada', { number: 'B-1' });
    },
  },
  {
    name: 'an update moves a unique value, may keep its own, and a deletion frees it',
    async run(subject) {
      const { store, tenantId } = subject;
      const ada = await aBadged(subject, 'ada', { number: 'B-1' });
      const alan = await aBadged(subject, 'alan', { number: 'B-2' });
      const move = (user: StoredResource, number: string, title: string) => {
        const attributes = { ...user.attributes, title, [badge]: { number } };
        const unique = uniqueValuesOf(extendedUser, attributes) ?? [];
        return store.update(tenantId, 'User', user.id, () => ({ attributes, unique }), nothing, actor);
      };
      assert.equal((await refusal(move(alan, 'B-1', 'Taken'))).code, 'scim.uniqueness');
      assert.equal((await store.get(tenantId, 'User', alan.id, nothing))?.attributes['title'], undefined);
      assert.equal((await move(ada, 'B-1', 'Same'))?.changed, true);
      assert.equal((await move(ada, 'B-3', 'Moved'))?.changed, true);
      assert.equal((await move(alan, 'B-1', 'Free'))?.changed, true);
      assert.equal(await store.delete(tenantId, 'User', ada.id, undefined, actor), true);
      await aBadged(subject, 'grace', { number: 'B-3' });
    },
  },
  {
    name: 'filters find by attributes of an extension, also by those returned on request only',
    async run(subject) {
      await aBadged(subject, 'ada', { number: 'B-1', level: 3, note: 'n' });
      await aBadged(subject, 'alan', { level: 10 });
      await aUser(subject, 'grace');
      const found = (filter: string) => namesFound(subject, extendedUser, filter);
      assert.deepEqual(await found(`${badge}:number eq "b-1"`), ['ada']);
      assert.deepEqual(await found(`${badge}:level gt 4`), ['alan']);
      assert.deepEqual(await found(`${badge}:level pr and not (userName eq "ada")`), ['alan']);
      assert.deepEqual(await found(`${badge}:note eq "N"`), ['ada']);
      assert.deepEqual(await found(`${badge}:note eq "N" and ${badge}:level eq 3`), ['ada']);
      assert.deepEqual(await found(`schemas eq "${badge}"`), ['ada', 'alan']);
      assert.deepEqual(await found(`schemas ne "${extendedUser.schema.id}"`), ['ada', 'alan']);
    },
  },
  {
    name: 'a type of a tenant has resources of its own, which are no members',
    async run(subject) {
      const { store, tenantId } = subject;
      const printer = await aDevice(subject, { displayName: 'Printer', ports: [{ value: 'usb', type: 'In' }] });
      await aDevice(subject, { displayName: 'printer' });
      assert.equal(await store.get(tenantId, 'User', printer.id, nothing), undefined);
      assert.equal((await store.get(tenantId, 'Device', printer.id, everything))?.type, 'Device');
      assert.equal((await store.list(tenantId, 'Device', query({ resourceType: device }))).totalResults, 2);
      assert.equal((await store.list(tenantId, 'User', query())).totalResults, 0);
      assert.deepEqual(await namesFound(subject, device, 'displayName eq "Printer"'), ['Printer']);
      assert.deepEqual(await namesFound(subject, device, 'ports[type eq "in"].value eq "USB"'), ['Printer']);
      assert.deepEqual(await namesFound(subject, device, `schemas eq "${device.schema.id}"`), ['Printer', 'printer']);
      const members = [{ value: printer.id, type: undefined }];
      const group = store.create(tenantId, 'Group', { displayName: 'Devices' }, members, actor);
      assert.deepEqual((await refusal(group)).detail['unknownMembers'], [printer.id]);
      assert.equal(await store.delete(tenantId, 'Device', printer.id, undefined, actor), true);
    },
  },
];
