import { errorText } from '@joinery/ui';
import type { CreatedToken, Rules } from '@joinery/workspace/contract';
import { selfCheckMessages } from '../messages/administration.ts';
import { api } from './api.ts';

const text = selfCheckMessages;
export type CheckName = keyof typeof text.steps;

export interface CheckOutcome {
  readonly name: CheckName;
  readonly outcome: 'ok' | 'bad' | 'skipped';
  /** What was wrong. */
  readonly detail?: string;
  readonly durationMs?: number;
}

/** What a check found, in words. */
class CheckFailure extends Error {}

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const scimPath = '/scim/v2';
const hourMs = 3_600_000;
const extension = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const patchSchemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp'];

async function send(token: string, method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(scimPath + path, {
    method,
    credentials: 'omit',
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/scim+json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch(() => {
    throw new CheckFailure(text.unreachable);
  });
  const answer: unknown = await response.json().catch(() => ({}));
  // Every answer of a SCIM endpoint is an object or empty.
  return { status: response.status, body: answer as Answer['body'] };
}

function expectStatus({ status, body }: Answer, expected: number): Answer['body'] {
  if (status === expected) return body;
  const { detail } = body;
  throw new CheckFailure(text.unexpected(status, typeof detail === 'string' ? detail : ''));
}

function expectValue(attribute: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new CheckFailure(text.notAsSent(attribute));
}

const part = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

const patch = (...operations: readonly unknown[]) => ({ schemas: patchSchemas, Operations: operations });

interface Run {
  tokenId: string;
  token: string;
  userName: string;
  personId: string;
  groupId: string;
}

/** What must be there for a check to make sense. */
type Need = 'nothing' | 'token' | 'person' | 'group' | 'membership';
type Check = readonly [name: CheckName, need: Need, run: (run: Run) => Promise<void>];

/** The domain that the tenant's rules allow; else one that nobody has (RFC 2606). */
async function chooseUserName(): Promise<string> {
  const { verifiedDomains } = await api.get<Rules>('/api/rules');
  return `self-check-${crypto.randomUUID()}@${verifiedDomains[0] ?? 'self-check.example'}`;
}

const setUp: readonly Check[] = [
  [
    'token',
    'nothing',
    async (run) => {
      run.userName = await chooseUserName();
      const wish = {
        name: `${text.title} ${run.userName.slice(11, 19)}`,
        expires: new Date(Date.now() + hourMs).toISOString(),
      };
      const created = await api.post<CreatedToken>('/api/tokens', wish);
      run.tokenId = created.id;
      run.token = created.token;
    },
  ],
  [
    'discovery',
    'token',
    async ({ token }) => {
      const offered = expectStatus(await send(token, 'GET', '/ServiceProviderConfig'), 200);
      expectValue('patch.supported', part(offered['patch'], 'supported'), true);
    },
  ],
  [
    'schemas',
    'token',
    async ({ token }) => {
      expectStatus(await send(token, 'GET', '/Schemas'), 200);
      expectStatus(await send(token, 'GET', '/ResourceTypes'), 200);
    },
  ],
  [
    'refuses',
    'token',
    async () => {
      expectStatus(await send('wrong', 'GET', '/Users?count=1'), 401);
    },
  ],
  [
    'probe',
    'token',
    async ({ token }) => {
      const filter = encodeURIComponent(`userName eq "${crypto.randomUUID()}"`);
      const list = expectStatus(await send(token, 'GET', `/Users?filter=${filter}`), 200);
      expectValue('totalResults', list['totalResults'], 0);
    },
  ],
];

const person: readonly Check[] = [
  [
    'create',
    'token',
    async (run) => {
      const sent = {
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', extension],
        userName: run.userName,
        externalId: crypto.randomUUID(),
        active: true,
        displayName: text.title,
        name: { givenName: 'Self', familyName: 'Check' },
        [extension]: { department: 'Before' },
      };
      const created = expectStatus(await send(run.token, 'POST', '/Users', sent), 201);
      run.personId = String(created['id']);
      expectValue('userName', created['userName'], run.userName);
      expectValue('name.givenName', part(created['name'], 'givenName'), 'Self');
    },
  ],
  [
    'find',
    'person',
    async ({ token, userName, personId }) => {
      const filter = encodeURIComponent(`userName eq "${userName.toUpperCase()}"`);
      const list = expectStatus(await send(token, 'GET', `/Users?filter=${filter}`), 200);
      expectValue('totalResults', list['totalResults'], 1);
      expectValue('id', part(Array.isArray(list['Resources']) ? list['Resources'][0] : undefined, 'id'), personId);
    },
  ],
  [
    'duplicate',
    'person',
    async ({ token, userName }) => {
      const sent = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName };
      expectStatus(await send(token, 'POST', '/Users', sent), 409);
    },
  ],
  [
    'update',
    'person',
    async ({ token, personId }) => {
      const change = patch(
        { op: 'Replace', path: 'title', value: 'Checker' },
        { op: 'Add', path: `${extension}:department`, value: 'After' },
      );
      expectStatus(await send(token, 'PATCH', `/Users/${personId}`, change), 200);
      const changed = expectStatus(await send(token, 'GET', `/Users/${personId}`), 200);
      expectValue('title', changed['title'], 'Checker');
      expectValue('department', part(changed[extension], 'department'), 'After');
    },
  ],
  [
    'disable',
    'person',
    async ({ token, personId }) => {
      const change = patch({ op: 'Replace', path: 'active', value: 'False' });
      expectStatus(await send(token, 'PATCH', `/Users/${personId}`, change), 200);
      const changed = expectStatus(await send(token, 'GET', `/Users/${personId}`), 200);
      expectValue('active', changed['active'], false);
    },
  ],
];

const group: readonly Check[] = [
  [
    'group',
    'token',
    async (run) => {
      const sent = {
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
        displayName: run.userName.replace(/@.*/, ''),
      };
      const created = expectStatus(await send(run.token, 'POST', '/Groups', sent), 201);
      run.groupId = String(created['id']);
    },
  ],
  [
    'addMember',
    'membership',
    async ({ token, groupId, personId }) => {
      const change = patch({ op: 'Add', path: 'members', value: [{ value: personId }] });
      expectStatus(await send(token, 'PATCH', `/Groups/${groupId}`, change), 204);
      const { members } = expectStatus(await send(token, 'GET', `/Groups/${groupId}`), 200);
      expectValue('members', part(Array.isArray(members) ? members[0] : undefined, 'value'), personId);
    },
  ],
  [
    'removeMember',
    'membership',
    async ({ token, groupId, personId }) => {
      const change = patch({ op: 'Remove', path: `members[value eq "${personId}"]` });
      expectStatus(await send(token, 'PATCH', `/Groups/${groupId}`, change), 204);
      const { members } = expectStatus(await send(token, 'GET', `/Groups/${groupId}`), 200);
      expectValue('members', Array.isArray(members) ? members.length : 0, 0);
    },
  ],
];

/** Run whatever failed before, so that nothing is left behind. */
const cleanUp: readonly Check[] = [
  [
    'deleteGroup',
    'group',
    async ({ token, groupId }) => {
      expectStatus(await send(token, 'DELETE', `/Groups/${groupId}`), 204);
    },
  ],
  [
    'deletePerson',
    'person',
    async ({ token, personId }) => {
      expectStatus(await send(token, 'DELETE', `/Users/${personId}`), 204);
    },
  ],
  [
    'gone',
    'person',
    async ({ token, personId }) => {
      expectStatus(await send(token, 'GET', `/Users/${personId}`), 404);
    },
  ],
  ['revoke', 'token', ({ tokenId }) => api.delete(`/api/tokens/${encodeURIComponent(tokenId)}`)],
];

export const checkNames: readonly CheckName[] = [...setUp, ...person, ...group, ...cleanUp].map(([name]) => name);

function isPossible(need: Need, { token, personId, groupId }: Run): boolean {
  if (need === 'nothing') return true;
  if (token === '') return false;
  const hasPerson = personId !== '' || need === 'token' || need === 'group';
  return hasPerson && (groupId !== '' || need === 'token' || need === 'person');
}

/** Plays a provisioning client, one check after another; what depends on something that failed is left out. */
export async function runSelfCheck(tell: (outcome: CheckOutcome) => void): Promise<void> {
  const run: Run = { tokenId: '', token: '', userName: '', personId: '', groupId: '' };
  for (const [name, need, check] of [...setUp, ...person, ...group, ...cleanUp]) {
    if (!isPossible(need, run)) {
      tell({ name, outcome: 'skipped', detail: text.skippedHint });
      continue;
    }
    const began = performance.now();
    try {
      // One after another, as a client does: each builds on the one before.
      await check(run);
      tell({ name, outcome: 'ok', durationMs: performance.now() - began });
    } catch (error) {
      tell({ name, outcome: 'bad', detail: error instanceof CheckFailure ? error.message : errorText(error) });
    }
  }
}
