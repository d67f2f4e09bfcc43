import { presentChanges, collectChanges, presentMember } from '../delta/changed-objects.ts';
import { parseDeltaState, printDeltaState, type DeltaState } from '../delta/token.ts';
import { syncStateNotFound } from '../errors.ts';
import { deltaLink, nextLink, readQueryOptions, type QueryOptions } from '../odata/query-options.ts';
import { presentGroup, presentUser } from '../present/directory-object.ts';
import { ok, route, type Answer, type Call, type Route } from '../route.ts';
import { toObjectId } from './groups.ts';

type ListState = Extract<DeltaState, { phase: 'list' }>;

const changesPerPage = 1000;
const groupsPerPage = 20;
const membersPerGroup = 200;

/** What changed since the last answer, over the change feed. @see https://learn.microsoft.com/graph/delta-query-overview */
export const deltaRoutes: readonly Route[] = (['user', 'group'] as const).map((kind) =>
  route({
    method: 'GET',
    path: `/${kind}s/delta`,
    leastRole: 'Reports Reader',
    audit: 'none',
    async run(call) {
      const options = readQueryOptions(call.query, ['$select', '$top', '$skiptoken', '$deltatoken']);
      const token = options.skipToken ?? options.deltaToken;
      const state = token === undefined ? await firstState(call) : parseDeltaState(token);
      if (state.phase === 'changes') return answerChanges(call, kind, options, state.after);
      return kind === 'user' ? listUsers(call, options, state) : listGroups(call, options, state);
    },
  }),
);

/** The head is taken before the listing: a change that the listing has seen already comes again, none is lost. */
async function firstState(call: Call<unknown>): Promise<ListState> {
  const head = await call.api.changes.head();
  return { phase: 'list', head, listToken: undefined, listed: false, pendingMembers: [] };
}

async function answerChanges(
  call: Call<unknown>,
  kind: 'user' | 'group',
  { select }: QueryOptions,
  after: bigint,
): Promise<Answer> {
  const oldest = await call.api.changes.oldest();
  if (oldest !== undefined && after < oldest - 1n) throw syncStateNotFound();
  const changes = await call.api.changes.read(after, changesPerPage);
  const value = await presentChanges(call.api, kind, collectChanges(changes, kind), select);
  const state: DeltaState = { phase: 'changes', after: changes.at(-1)?.sequence ?? after };
  return answer(call, kind, value, state, changes.length === changesPerPage);
}

async function listUsers(call: Call<unknown>, { select, top }: QueryOptions, state: ListState): Promise<Answer> {
  const page = await call.api.directory.listUsers({ top, count: false, ...skipTo(state.listToken) });
  const value = page.objects.map((user) => presentUser(user, select));
  return answerList(call, 'user', value, { ...state, listToken: page.next, listed: page.next === undefined });
}

/** Members come with their group; what does not fit follows on pages of its own, under the group's id. */
async function listGroups(call: Call<unknown>, options: QueryOptions, state: ListState): Promise<Answer> {
  const [pending, ...others] = state.pendingMembers;
  if (pending) {
    const { members, next } = await readMembers(call, pending.groupId, pending.skipToken);
    const pendingMembers = next === undefined ? others : [{ groupId: pending.groupId, skipToken: next }, ...others];
    return answerList(call, 'group', [{ id: pending.groupId, 'members@delta': members }], { ...state, pendingMembers });
  }
  const { select } = options;
  const top = Math.min(options.top, groupsPerPage);
  const page = await call.api.directory.listGroups({ top, count: false, ...skipTo(state.listToken) });
  const wantsMembers = select === undefined || select.includes('members');
  const value: object[] = [];
  const pendingMembers: ListState['pendingMembers'][number][] = [];
  for (const group of page.objects) {
    const shown = presentGroup(group, select);
    if (!wantsMembers) {
      value.push(shown);
      continue;
    }
    const { members, next } = await readMembers(call, group.id, undefined);
    value.push({ ...shown, ...(members.length === 0 ? {} : { 'members@delta': members }) });
    if (next !== undefined) pendingMembers.push({ groupId: group.id, skipToken: next });
  }
  const listed = page.next === undefined;
  return answerList(call, 'group', value, { ...state, listToken: page.next, listed, pendingMembers });
}

async function readMembers(call: Call<unknown>, groupId: string, skipToken: string | undefined) {
  const query = { top: membersPerGroup, count: false, ...skipTo(skipToken) };
  const page = await call.api.directory.listMembers(toObjectId(groupId), query);
  const kinds = new Map(page.objects.map((member) => [member.id, member.kind]));
  const members = page.objects.map(({ id }) => presentMember({ id, removed: false }, kinds));
  return { members, next: page.next };
}

function skipTo(skipToken: string | undefined): { skipToken?: string } {
  return skipToken === undefined ? {} : { skipToken };
}

function answerList(call: Call<unknown>, kind: 'user' | 'group', value: readonly object[], state: ListState): Answer {
  const hasMore = !state.listed || state.pendingMembers.length > 0;
  return answer(call, kind, value, hasMore ? state : { phase: 'changes', after: state.head }, hasMore);
}

function answer(
  call: Call<unknown>,
  kind: 'user' | 'group',
  value: readonly object[],
  state: DeltaState,
  hasMore: boolean,
): Answer {
  const token = printDeltaState(state);
  return ok({
    '@odata.context': `${call.root}/$metadata#${kind}s`,
    ...(hasMore
      ? { '@odata.nextLink': nextLink(call.url, call.query, token) }
      : { '@odata.deltaLink': deltaLink(call.url, call.query, token) }),
    value,
  });
}
