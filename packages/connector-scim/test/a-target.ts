import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '@joinery/base';
import type { Target, TargetAttribute, TargetObjectType } from '@joinery/connector-kit';
import { createScimTarget, type ScimTargetOptions } from '@joinery/connector-scim';

export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    await sleep(ms, undefined, signal === undefined ? {} : { signal });
  },
};

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

export function anAttribute(name: string, change: Partial<TargetAttribute> = {}): TargetAttribute {
  return { name, type: 'String', multivalued: false, caseExact: false, required: false, ...change };
}

export const userType: TargetObjectType = {
  name: 'urn:ietf:params:scim:schemas:core:2.0:User',
  kind: 'user',
  attributes: [
    ...['userName', 'externalId', 'displayName', 'nickName', 'title'].map((name) => anAttribute(name)),
    ...['name.formatted', 'name.givenName', 'name.familyName'].map((name) => anAttribute(name)),
    anAttribute('active', { type: 'Boolean' }),
    anAttribute('level', { type: 'Integer' }),
    ...['work', 'home'].map((kind) => anAttribute(`emails[type eq "${kind}"].value`)),
    anAttribute('emails[type eq "other"].value', { multivalued: true }),
    ...['work', 'mobile', 'fax'].map((kind) => anAttribute(`phoneNumbers[type eq "${kind}"].value`)),
    ...['locality', 'country', 'streetAddress'].map((sub) => anAttribute(`addresses[type eq "work"].${sub}`)),
    ...['value', 'display', 'type'].map((sub) => anAttribute(`roles[primary eq "True"].${sub}`)),
    anAttribute('roles', { multivalued: true }),
    ...['employeeNumber', 'department'].map((name) => anAttribute(`${enterprise}:${name}`)),
    anAttribute(`${enterprise}:manager`, { type: 'Reference' }),
    anAttribute('urn:ietf:params:scim:schemas:extension:CustomExtensionName:2.0:User:CustomAttribute'),
  ],
};

export const groupType: TargetObjectType = {
  name: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  kind: 'group',
  attributes: [anAttribute('displayName'), anAttribute('externalId')],
};

/** A target for a server on loopback. */
export function aTarget(
  server: { readonly tenantUrl: string; readonly host: string },
  change: Partial<ScimTargetOptions> = {},
): Target {
  return createScimTarget({
    tenantUrl: server.tenantUrl,
    authentication: { kind: 'bearer', token: 'secret-token-1' },
    objectTypes: [userType, groupType],
    limits: { concurrency: 4, timeoutMs: 30_000 },
    allowedHosts: [server.host],
    clock: systemClock,
    random: Math.random,
    ...change,
  });
}
