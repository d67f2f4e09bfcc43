import type { Json, JsonObject } from '@joinery/base';
import {
  applyPatch,
  evaluateFilter,
  groupType,
  parseFilter,
  parsePatch,
  parsePath,
  parseProjection,
  presentResource,
  printFilter,
  readFilter,
  readResource,
  replaceResource,
  ScimError,
  splitMembers,
  userType,
  validateResource,
  type ResourceAttributes,
  type ResourceType,
} from '../src/index.ts';
import { customType } from './custom-type.ts';
import { sampleGroup, sampleUser } from './samples.ts';

const types: ReadonlyMap<string, ResourceType> = new Map([userType, groupType, customType].map((t) => [t.name, t]));

/** What each case file puts its inputs through: the name of the file, and a function from `input` to `expect`. */
export const subjects: ReadonlyMap<string, (input: never) => unknown> = new Map<string, (input: never) => unknown>([
  ['filter-parse', parseCase],
  ['filter-check', checkCase],
  ['filter-evaluate', evaluateCase],
  ['path', pathCase],
  ['patch-matrix', patchCase],
  ['patch-quirks', patchCase],
  ['patch-members', membersCase],
  ['read-resource', readCase],
  ['replace-resource', replaceCase],
  ['projection', projectionCase],
]);

function typeOf(name: string | undefined): ResourceType {
  return types.get(name ?? 'User') ?? userType;
}

/** Trees without positions, which the property tests check. */
function withoutPositions(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, each: unknown) => (key === 'start' || key === 'end' ? undefined : each)),
  );
}

function parseCase(text: string): unknown {
  const parsed = parseFilter(text);
  if (parsed.ok) return { tree: withoutPositions(parsed.value), print: printFilter(parsed.value) };
  return { problems: parsed.problems.map(({ code, start }) => ({ code, start })) };
}

function attempt(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    if (error instanceof ScimError) return { status: error.status, scimType: error.scimType, code: error.code };
    throw error;
  }
}

function checkCase(input: { type?: string; filter: string }): unknown {
  return attempt(() => printFilter(readFilter(input.filter, typeOf(input.type))));
}

function evaluateCase(input: { type?: string; filter: string; resource?: JsonObject }): unknown {
  const type = typeOf(input.type);
  const resource = input.resource ?? (type === groupType ? sampleGroup : sampleUser);
  return evaluateFilter(readFilter(input.filter, type), resource);
}

function pathCase(text: string): unknown {
  const parsed = parsePath(text);
  return parsed.ok ? withoutPositions(parsed.value) : parsed.problems.map(({ code }) => code);
}

interface PatchInput {
  readonly type?: string;
  readonly from?: ResourceAttributes;
  readonly operations: Json;
}

function patchCase(input: PatchInput): unknown {
  const type = typeOf(input.type);
  const from = input.from ?? { userName: 'babs' };
  return attempt(() => {
    const { operations } = parsePatch(type, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: input.operations,
    });
    const { attributes, changed } = applyPatch(type, from, operations);
    validateResource(type, attributes);
    return changed ? attributes : 'unchanged';
  });
}

function membersCase(input: { operations: Json }): unknown {
  return attempt(() => {
    const { operations } = parsePatch(groupType, { Operations: input.operations });
    const { members, rest } = splitMembers(operations);
    return { members: withoutPositions(members), rest: rest.length };
  });
}

function readCase(input: { type?: string; mode?: 'create' | 'replace'; body: unknown }): unknown {
  return attempt(() => {
    const { attributes, members, tolerated } = readResource(typeOf(input.type), input.body, input.mode ?? 'create');
    return { attributes, ...(members === undefined ? {} : { members: withoutPositions(members) }), tolerated };
  });
}

function replaceCase(input: { type?: string; current: ResourceAttributes; body: unknown }): unknown {
  const type = typeOf(input.type);
  return attempt(() => replaceResource(type, input.current, readResource(type, input.body, 'replace')));
}

function projectionCase(input: { type?: string; attributes?: string; excludedAttributes?: string }): unknown {
  return attempt(() => {
    const type = typeOf(input.type);
    const projection = parseProjection(type, input.attributes, input.excludedAttributes);
    return presentResource(type, stored(type), { baseUrl: 'https://example.com/scim/v2', projection });
  });
}

function stored(type: ResourceType): Parameters<typeof presentResource>[1] {
  const common = {
    id: '2819c223',
    type: type.name,
    version: 3,
    created: new Date('2010-01-23T04:56:22Z'),
    lastModified: new Date('2011-05-13T04:42:34Z'),
  };
  if (type === groupType) {
    const members = [{ id: 'u1', type: 'User', display: 'Babs Jensen' }];
    return { ...common, attributes: { displayName: 'Tour Guides' }, members };
  }
  return {
    ...common,
    attributes: {
      userName: 'bjensen',
      externalId: '701984',
      name: { familyName: 'Jensen', givenName: 'Barbara' },
      emails: [{ value: 'b@example.com', type: 'work', primary: true }, { value: 'babs@jensen.org' }],
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { department: 'Tours', manager: { value: 'm1' } },
    },
    groups: [{ id: 'g1', display: 'Tour Guides', direct: true }],
  };
}
