// A group of any size as JSON text without the whole of it in memory: the store gives the first members with the group, the
// others by pages, each turned into text and sent before the next is read. Pages are statements of their own: a member that
// is added or removed while the answer is under way may be in it or not. The ETag is that of the beginning, so a client
// that writes with If-Match learns of it.
import type { JsonObject, TenantId } from '@joinery/base';
import { listResponse, presentResource } from '@joinery/scim';
import { credentialOf, type Answer, type Exchange } from '../exchange.ts';
import type { Include, ResourceStore, StoredMember, StoredResource } from '../ports.ts';
import { answerChunks, answerJson } from '../present.ts';
import type { Endpoint, Projection } from './endpoint.ts';

/** Members of a group read in one statement, and turned into text at once. */
export const membersPerPage = 1000;
/** Members read with each group of a list. */
export const membersPerListed = 100;

/** `include` with at most `count` members of each group, where the store can give the others by pages. */
export function firstMembersOf(resources: ResourceStore, include: Include, count: number): Include {
  return include.members && resources.listMembers !== undefined ? { ...include, membersMax: count } : include;
}

/** Whether a group was read with as many members as were asked for at most, so that there may be more. */
export function mayHaveMore(resource: StoredResource, count: number): boolean {
  return resource.members !== undefined && resource.members.length >= count;
}

export interface Presentation {
  readonly exchange: Exchange;
  readonly endpoint: Endpoint;
  readonly projection: Projection;
}

function present({ exchange, endpoint, projection }: Presentation, resource: StoredResource): JsonObject {
  return presentResource(endpoint.type, resource, { baseUrl: exchange.provider.options.baseUrl, projection });
}

async function* followingMembers(
  resources: ResourceStore,
  tenantId: TenantId,
  resource: StoredResource,
): AsyncGenerator<readonly StoredMember[]> {
  let after = resource.members?.at(-1)?.id;
  while (after !== undefined && resources.listMembers !== undefined) {
    const page = await resources.listMembers(tenantId, resource.id, { after, limit: membersPerPage });
    if (page.length > 0) yield page;
    after = page.length < membersPerPage ? undefined : page.at(-1)?.id;
  }
}

/** The text of a JSON array without its brackets. */
function inner(values: unknown): string {
  return Array.isArray(values) ? values.map((value) => JSON.stringify(value)).join(',') : '';
}

/** A group as pieces of one JSON object, `members` last. */
export async function* streamGroup(presentation: Presentation, resource: StoredResource): AsyncGenerator<string> {
  const { exchange } = presentation;
  const { members, ...rest } = present(presentation, resource);
  const first = inner(members);
  const head = `${JSON.stringify(rest).slice(0, -1)},"members":[${first}`;
  yield head;
  let isEmpty = first === '';
  const { resources } = exchange.provider.options;
  for await (const page of followingMembers(resources, credentialOf(exchange).tenantId, resource)) {
    const text = inner(present(presentation, { ...resource, members: page })['members']);
    if (text === '') continue;
    yield isEmpty ? text : `,${text}`;
    isEmpty = false;
  }
  yield ']}';
}

/** A resource of a list with how it is shown. */
export interface Presented {
  readonly presentation: Presentation;
  readonly resource: StoredResource;
}

async function* streamList(list: readonly Presented[], envelope: JsonObject): AsyncGenerator<string> {
  yield `${JSON.stringify(envelope).slice(0, -1)},"Resources":[`;
  for (const [index, { presentation, resource }] of list.entries()) {
    if (index > 0) yield ',';
    if (mayHaveMore(resource, membersPerListed)) yield* streamGroup(presentation, resource);
    else yield JSON.stringify(present(presentation, resource));
  }
  yield ']}';
}

type Envelope = Omit<Parameters<typeof listResponse>[0], 'resources'>;

/** A ListResponse; as a stream when one of the groups has more members than were read with it. */
export function answerPresented(exchange: Exchange, list: readonly Presented[], envelope: Envelope): Answer {
  const isStreamed =
    exchange.provider.options.resources.listMembers !== undefined &&
    list.some(({ resource }) => mayHaveMore(resource, membersPerListed));
  if (isStreamed) {
    const { Resources: _none, ...rest } = listResponse({ ...envelope, resources: [] });
    return answerChunks(200, streamList(list, rest));
  }
  const resources = list.map(({ presentation, resource }) => present(presentation, resource));
  return answerJson(200, listResponse({ ...envelope, resources }));
}

/** The same of resources of one type. */
export function answerResources(
  exchange: Exchange,
  endpoint: Endpoint,
  list: {
    readonly resources: readonly StoredResource[];
    readonly projection: Projection;
    readonly envelope: Envelope;
  },
): Answer {
  const presentation = { exchange, endpoint, projection: list.projection };
  const presented = list.resources.map((resource) => ({ presentation, resource }));
  return answerPresented(exchange, presented, list.envelope);
}
