import { JoineryError, type JoineryErrorOptions, type Problem } from '@joinery/base';

/** An error of the HTTP API itself; the table in `error-table.ts` gives its status and Graph's code. */
export class GraphError extends JoineryError {}

function graphError(code: string, message: string, rest: Partial<JoineryErrorOptions> = {}): GraphError {
  return new GraphError({ ...rest, code, message });
}

export const badRequest = (message: string): GraphError => graphError('graph.bad_request', message);

/** `kind` in words (`user`, `synchronization job`), `id` as the caller wrote it. */
export const notFound = (kind: string, id: string): GraphError =>
  graphError('graph.not_found', `There is no ${kind} with the id "${id.slice(0, 200)}".`);

/** A delta token from before the changes that are kept: the caller starts anew. */
export const syncStateNotFound = (): GraphError =>
  graphError(
    'graph.sync_state_not_found',
    'The token is older than the changes that are kept. Start the delta query anew, without a token, and compare.',
  );

export const unauthenticated = (message: string): GraphError => graphError('graph.unauthenticated', message);

export const forbidden = (message: string): GraphError => graphError('graph.forbidden', message);

export const tooManyRequests = (message: string, retryAfterSeconds: number): GraphError =>
  graphError('graph.too_many_requests', message, { retry: 'later', retryAfterSeconds });

/** A text that a person wrote and that does not hold together: all its problems in one message. */
export function invalidText(subject: string, problems: readonly Problem[]): GraphError {
  const shown = problems.slice(0, 10).map(({ code, message, start }) => `${message} (${code}, at ${start})`);
  return graphError('graph.bad_request', `${subject}: ${shown.join('; ')}`, { detail: { problems } });
}
