import { afterEach, describe, expect, it } from 'vitest';
import { aTarget } from './a-target.ts';
import { scimError, startScriptedServer, type ScriptedAnswer } from './scripted-server.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const core = 'urn:ietf:params:scim:schemas:core:2.0:User';
const custom = 'urn:example:params:scim:schemas:extension:Staff:2.0:User';
const list = (...Resources: unknown[]): ScriptedAnswer => ({
  status: 200,
  body: {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults: Resources.length,
    Resources,
  },
});

// Characteristics as in RFC 7643 §8.7.1.
const schemas = list(
  {
    id: core,
    attributes: [
      {
        name: 'userName',
        type: 'string',
        multiValued: false,
        required: true,
        caseExact: false,
        mutability: 'readWrite',
      },
      { name: 'active', type: 'boolean', multiValued: false, required: false, mutability: 'readWrite' },
      {
        name: 'name',
        type: 'complex',
        multiValued: false,
        required: false,
        subAttributes: [
          { name: 'givenName', type: 'string', multiValued: false, required: false },
          { name: 'familyName', type: 'string', multiValued: false, required: true },
        ],
      },
      {
        name: 'emails',
        type: 'complex',
        multiValued: true,
        required: false,
        subAttributes: [
          { name: 'value', type: 'string', multiValued: false },
          { name: 'display', type: 'string', multiValued: false },
          { name: 'type', type: 'string', multiValued: false, canonicalValues: ['work', 'home'] },
          { name: 'primary', type: 'boolean', multiValued: false },
        ],
      },
      {
        name: 'groups',
        type: 'complex',
        multiValued: true,
        mutability: 'readOnly',
        subAttributes: [
          { name: 'value', type: 'string', mutability: 'readOnly' },
          { name: '$ref', type: 'reference', mutability: 'readOnly' },
        ],
      },
    ],
  },
  {
    id: custom,
    attributes: [
      { name: 'costCenter', type: 'string', multiValued: false, caseExact: true },
      {
        name: 'desk',
        type: 'complex',
        multiValued: false,
        subAttributes: [
          { name: 'floor', type: 'integer', multiValued: false },
          { name: 'building', type: 'string', multiValued: false },
          { name: 'no path!', type: 'string', multiValued: false },
        ],
      },
    ],
  },
);

async function discover(answers: Readonly<Record<string, ScriptedAnswer>>) {
  const server = await startScriptedServer((request) => answers[request.path] ?? scimError(404));
  const target = aTarget(server);
  closers.push(server.close, () => target.close());
  return target.discover('user');
}

describe('discovery of attributes', () => {
  it('flattens /Schemas into the paths that mappings write', async () => {
    const found = await discover({
      '/ResourceTypes': list({ id: 'User', endpoint: '/Users', schema: core, schemaExtensions: [{ schema: custom }] }),
      '/Schemas': schemas,
    });
    expect(found.map(({ name, type }) => `${name}: ${type}`)).toEqual([
      'id: String',
      'externalId: String',
      'userName: String',
      'active: Boolean',
      'name.givenName: String',
      'name.familyName: String',
      'emails[type eq "work"].value: String',
      'emails[type eq "home"].value: String',
      'groups: Reference',
      `${custom}:costCenter: String`,
      `${custom}:desk.floor: Integer`,
      `${custom}:desk.building: String`,
    ]);
    const by = (name: string) => found.find((one) => one.name === name);
    expect(by('id')).toMatchObject({ anchor: true, mutability: 'ReadOnly' });
    expect(by('userName')).toMatchObject({ required: true, caseExact: false, multivalued: false });
    // Required inside a name that itself may be absent.
    expect(by('name.familyName')).toMatchObject({ required: false });
    expect(by('groups')).toMatchObject({ mutability: 'ReadOnly', multivalued: true });
    expect(by(`${custom}:costCenter`)).toMatchObject({ caseExact: true });
  });

  it('reads the core schema of a target without /ResourceTypes', async () => {
    const found = await discover({ '/Schemas': schemas });
    expect(found.map(({ name }) => name)).toContain('active');
    expect(found.some(({ name }) => name.startsWith('urn:'))).toBe(false);
  });

  it('says that /Schemas is missing', async () => {
    await expect(discover({})).rejects.toMatchObject({ status: 404 });
  });
});
