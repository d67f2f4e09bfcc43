/** The requests of Entra's provisioning service as it sends them (legacy dialect), and what of the answers the mix looks at. */

export const kinds = [
  'find user, none',
  'create user',
  'get user',
  'patch title',
  'patch active "False"',
  'patch work locality',
  'find group, none',
  'create group',
  'add 1 member',
  'add 100 members',
  'get group without members',
  'remove 1 member',
  'get group with members',
  'find user',
] as const;
export type Kind = (typeof kinds)[number];

export interface Step {
  readonly kind: Kind;
  /** Of the user or group: lower-case letters, digits and `-`; all its values are made of it. */
  readonly key: string;
  /** Where the kind addresses a resource. */
  readonly id?: string;
  /** Members to add or remove. */
  readonly memberIds?: readonly string[];
}

/** What an answer says of the resource; a list answers its only resource. Undefined: none. */
export interface Observed {
  readonly id?: unknown;
  readonly userName?: unknown;
  readonly displayName?: unknown;
  readonly title?: unknown;
  readonly active?: unknown;
  readonly addresses?: unknown;
  readonly members?: unknown;
}

export interface ScimRequest {
  readonly method: 'GET' | 'POST' | 'PATCH';
  /** Below the base URL. */
  readonly path: string;
  readonly body?: string;
}

const urn = 'urn:ietf:params:scim';

export const userNameOf = (key: string): string => `User.${key}@contoso.example`;
export const groupNameOf = (key: string): string => `Group ${key}`;
export const firstTitleOf = (key: string): string => `Engineer ${key}`;
export const titleOf = (key: string): string => `Manager ${key}`;
export const localityOf = (key: string): string => `Malmö ${key}`;

export function newUserOf(key: string): object {
  return {
    schemas: [`${urn}:schemas:core:2.0:User`, `${urn}:schemas:extension:enterprise:2.0:User`],
    externalId: `external-${key}`,
    userName: userNameOf(key),
    active: true,
    displayName: `Zoë ${key} Müller`,
    title: firstTitleOf(key),
    emails: [{ primary: true, type: 'work', value: `user.${key}@contoso.example` }],
    addresses: [{ type: 'work', locality: `Lund ${key}`, country: 'SE' }],
    meta: { resourceType: 'User' },
    name: { formatted: `Zoë Müller ${key}`, familyName: 'Müller', givenName: `Zoë ${key}` },
    roles: [],
  };
}

function patch(op: string, path: string, value: unknown): string {
  return JSON.stringify({ schemas: [`${urn}:api:messages:2.0:PatchOp`], Operations: [{ op, path, value }] });
}

const members = (ids: readonly string[] = []): object[] => ids.map((value) => ({ $ref: null, value }));
const find = (attribute: string, value: string): string => encodeURIComponent(`${attribute} eq "${value}"`);

export function requestOf({ kind, key, id = '', memberIds }: Step): ScimRequest {
  const user = `/Users/${id}`;
  const group = `/Groups/${id}`;
  switch (kind) {
    case 'find user, none':
    case 'find user':
      return { method: 'GET', path: `/Users?filter=${find('userName', userNameOf(key))}` };
    case 'create user':
      return { method: 'POST', path: '/Users', body: JSON.stringify(newUserOf(key)) };
    case 'get user':
      return { method: 'GET', path: user };
    case 'patch title':
      return { method: 'PATCH', path: user, body: patch('Replace', 'title', titleOf(key)) };
    case 'patch active "False"':
      return { method: 'PATCH', path: user, body: patch('Replace', 'active', 'False') };
    case 'patch work locality':
      return {
        method: 'PATCH',
        path: user,
        body: patch('Replace', 'addresses[type eq "work"].locality', localityOf(key)),
      };
    case 'find group, none':
      return {
        method: 'GET',
        path: `/Groups?excludedAttributes=members&filter=${find('displayName', groupNameOf(key))}`,
      };
    case 'create group':
      return {
        method: 'POST',
        path: '/Groups',
        body: JSON.stringify({
          schemas: [`${urn}:schemas:core:2.0:Group`],
          externalId: `external-${key}`,
          displayName: groupNameOf(key),
          meta: { resourceType: 'Group' },
        }),
      };
    case 'add 1 member':
    case 'add 100 members':
      return { method: 'PATCH', path: group, body: patch('Add', 'members', members(memberIds)) };
    case 'get group without members':
      return { method: 'GET', path: `${group}?excludedAttributes=members` };
    case 'remove 1 member':
      return { method: 'PATCH', path: group, body: patch('Remove', 'members', members(memberIds)) };
    case 'get group with members':
      return { method: 'GET', path: group };
  }
}

/** The statuses that are right, and whether a body belongs to the answer. */
const expected: Readonly<Record<ScimRequest['method'], readonly number[]>> = {
  GET: [200],
  POST: [201],
  PATCH: [200, 204],
};

/** The sentence of an Error body (RFC 7644 §3.12), or the beginning of whatever it is. */
function detailOf(text: string): string {
  const detail = /"detail":"((?:[^"\\]|\\.)*)"/.exec(text)?.[1];
  return (detail ?? text).slice(0, 300);
}

export function readAnswer(
  { kind }: Step,
  { method }: ScimRequest,
  status: number,
  text: string,
): Observed | undefined {
  if (!expected[method].includes(status)) {
    throw new Error(`${kind}: answered ${status}: ${detailOf(text)}`);
  }
  // The mix learns nothing from the answer to a PATCH; a provisioning client reads its status.
  if (method === 'PATCH') return undefined;
  const body = JSON.parse(text) as Observed & { readonly Resources?: readonly Observed[] };
  return kind.startsWith('find') ? body.Resources?.[0] : body;
}
