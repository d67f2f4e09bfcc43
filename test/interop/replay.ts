import type { Json } from '@joinery/base';
import { createScimClient, type ScimAnswer, type ScimClient } from '../../apps/workspace/test/client.ts';
import type { Dialogue, Exchange } from './dialogue.ts';

/** What our service provider answered, and where its request log has it. */
export interface Replay {
  readonly answers: readonly ScimAnswer[];
  readonly readBack: readonly ScimAnswer[];
  readonly requestIds: readonly string[];
  /** From ids of the dialogue to ours. */
  readonly ids: ReadonlyMap<string, string>;
}

/** Plays a dialogue's requests as its client, after creating what it takes for granted. */
export async function replay(dialogue: Dialogue, tenantUrl: string, token: string): Promise<Replay> {
  const scim = createScimClient(tenantUrl, token);
  const ids = new Map<string, string>();
  const { given = [], then = [] } = dialogue.server ?? {};
  for (const { id, path, body } of given) ids.set(id, await scim.create(path, withOurIds(body, ids)));
  const answers: ScimAnswer[] = [];
  for (const exchange of dialogue.exchange) {
    const answer = await send(scim, exchange, ids);
    const theirs = exchange.response.body?.['id'];
    if (answer.status === 201 && typeof theirs === 'string') ids.set(theirs, String(answer.body['id']));
    answers.push(answer);
  }
  const readBack: ScimAnswer[] = [];
  for (const { path } of then) readBack.push(await scim.get(urlOf(path, ids)));
  const requestIds = answers.map(({ headers }) => headers.get('x-request-id') ?? '');
  return { answers, readBack, requestIds, ids };
}

function send(scim: ScimClient, { request }: Exchange, ids: ReadonlyMap<string, string>): Promise<ScimAnswer> {
  const { method, path, headers = {}, body } = request;
  return scim.send(method, urlOf(path, ids), {
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(withOurIds(body, ids)) }),
  });
}

/** Percent-encodes what stands in a file as text; ids are whole segments of the path, or quoted in the query. */
function urlOf(text: string, ids: ReadonlyMap<string, string>): string {
  const [path = '', query] = text.split(/\?(.*)/s);
  const segments = path.split('/').map((segment) => ids.get(segment) ?? segment);
  if (query === undefined) return segments.join('/');
  const parameters = query.split('&').map((parameter) => {
    const [name = '', value] = parameter.split(/=(.*)/s);
    return value === undefined ? name : `${name}=${encodeURIComponent(inText(value, ids))}`;
  });
  return `${segments.join('/')}?${parameters.join('&')}`;
}

function inText(text: string, ids: ReadonlyMap<string, string>): string {
  return text.replace(/"([^"\\]*)"/g, (quoted, id: string) => (ids.has(id) ? `"${ids.get(id)}"` : quoted));
}

/** The value with our ids in place of the dialogue's, where a text is one, or quotes one as a filter in a path does. */
export function withOurIds(value: Json, ids: ReadonlyMap<string, string>): Json {
  return JSON.parse(JSON.stringify(value), (_name, each: unknown) =>
    typeof each === 'string' ? (ids.get(each) ?? inText(each, ids)) : each,
  ) as Json;
}
