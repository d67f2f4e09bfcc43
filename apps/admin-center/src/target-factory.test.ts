import { defaultJobSettings, galleryTemplates, type Job } from '@joinery/provisioning';
import { expect, test } from 'vitest';
import { systemClock } from './system-clock.ts';
import { createTargetFactory, targetObjectTypes } from './target-factory.ts';

const template = galleryTemplates.find(({ displayName }) => displayName === 'Cinode')!;
const job = { id: 'x' as Job['id'], schema: template.schema, settings: defaultJobSettings };
const factory = createTargetFactory({ allowedTargets: [], clock: systemClock, random: Math.random });
const create = (secrets: Record<string, string>) => factory.create(job, new Map(Object.entries(secrets)));
const url = 'https://scim.example/scim/v2';

test.each([
  [{}, 'provisioning.no_tenant_url'],
  [{ SecretToken: 'x' }, 'provisioning.no_tenant_url'],
  [{ BaseAddress: url }, 'provisioning.no_credentials'],
  [{ BaseAddress: url, Oauth2ClientId: 'x' }, 'provisioning.no_credentials'],
  [{ BaseAddress: 'http://scim.example', SecretToken: 'x' }, 'connector.invalid_tenant_url'],
])('%j is refused with %s', async (secrets, code) => {
  await expect(create(secrets)).rejects.toMatchObject({ code });
});

test('a token, or client credentials, make a target', async () => {
  const oauth = { Oauth2ClientId: 'a', Oauth2ClientSecret: 'b', Oauth2TokenExchangeUri: 'https://login.example/token' };
  for (const secrets of [{ SecretToken: 'x' }, oauth]) {
    const target = await create({ BaseAddress: url, ...secrets });
    expect(target.requestCount).toBe(0);
    await target.close();
  }
});

test('object types hold what the mappings write', () => {
  const types = targetObjectTypes(template.schema);
  expect(types.map(({ kind }) => kind).toSorted()).toEqual(['group', 'user']);
  const user = types.find(({ kind }) => kind === 'user');
  expect(user?.attributes.find(({ name }) => name === 'active')).toMatchObject({ type: 'Boolean', multivalued: false });
  expect(user?.attributes.map(({ name }) => name)).toContain('addresses[type eq "work"].locality');
});
