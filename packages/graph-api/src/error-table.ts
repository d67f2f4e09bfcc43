import { JoineryError } from '@joinery/base';
import { ConnectorError } from '@joinery/connector-kit';

export interface PresentedError {
  readonly status: number;
  /** Graph's `error.code`. */
  readonly code: string;
  readonly message: string;
  readonly retryAfterSeconds: number | undefined;
  /** Our own dotted code, as `innerError.code`. */
  readonly joineryCode: string;
}

type Row = readonly [status: number, code: string];
const badRequestRow: Row = [400, 'Request_BadRequest'];
const notFoundRow: Row = [404, 'Request_ResourceNotFound'];
const conflictRow: Row = [409, 'Request_MultipleObjectsWithSameKeyValue'];

/** Code of a `JoineryError` → HTTP status and the code that Graph uses for the same case. */
const table: ReadonlyMap<string, Row> = new Map<string, Row>([
  ['graph.bad_request', badRequestRow],
  ['graph.not_found', notFoundRow],
  ['graph.unauthenticated', [401, 'InvalidAuthenticationToken']],
  ['graph.forbidden', [403, 'Authorization_RequestDenied']],
  ['graph.sync_state_not_found', [410, 'syncStateNotFound']],
  ['graph.too_many_requests', [429, 'TooManyRequests']],
  ['graph.administrator_exists', conflictRow],
  ['graph.last_global_administrator', badRequestRow],
  ['directory.not_found', notFoundRow],
  ['directory.already_exists', conflictRow],
  ['directory.already_assigned', badRequestRow],
  ['directory.invalid_reference', badRequestRow],
  ['directory.cycle', badRequestRow],
  ['directory.unknown_role', badRequestRow],
  ['directory.role_in_use', badRequestRow],
  ['provisioning.not_found', notFoundRow],
  ['provisioning.job_not_found', notFoundRow],
  ['provisioning.job_changed', [409, 'Conflict']],
  ['provisioning.object_busy', [409, 'Conflict']],
  ['provisioning.job_active', [409, 'Conflict']],
  ['provisioning.preview_running', [409, 'Conflict']],
  ['provisioning.preview_applying', [409, 'Conflict']],
  ['provisioning.preview_applied', [409, 'Conflict']],
  ['provisioning.preview_not_ready', [409, 'Conflict']],
  ['provisioning.comparison_running', [409, 'Conflict']],
  ['provisioning.comparison_unfinished', [409, 'Conflict']],
  ['store.unavailable', [503, 'Service_Unavailable']],
]);

/** Boundaries whose other errors are the caller's to mend, by the first word of the code. */
const badRequestAreas: ReadonlySet<string> = new Set(['directory', 'provisioning', 'connector', 'expression', 'scope']);

/**
 * The one place where an error becomes an HTTP answer. A broken invariant or an unknown error shows nothing of itself: the
 * request id leads to its log line.
 */
export function presentError(error: unknown): PresentedError {
  if (error instanceof ConnectorError) {
    return presented(error, 400, error.logCode);
  }
  if (error instanceof JoineryError) {
    const row = table.get(error.code);
    if (row) return presented(error, row[0], row[1]);
    if (badRequestAreas.has(error.code.split('.')[0] ?? '')) return presented(error, ...badRequestRow);
  }
  const status = clientErrorStatus(error);
  if (status !== undefined && error instanceof Error) {
    return {
      status,
      code: status === 413 ? 'Request_EntityTooLarge' : 'Request_BadRequest',
      message: error.message,
      retryAfterSeconds: undefined,
      joineryCode: 'graph.bad_request',
    };
  }
  return {
    status: 500,
    code: 'Service_InternalServerError',
    message: 'The service failed to answer this request. Give the request-id to whoever runs it.',
    retryAfterSeconds: undefined,
    joineryCode: 'graph.internal',
  };
}

function presented(error: JoineryError, status: number, code: string): PresentedError {
  return {
    status,
    code,
    message: error.message,
    retryAfterSeconds: error.retryAfterSeconds,
    joineryCode: error.code,
  };
}

/** Errors of the HTTP framework itself: malformed JSON, body too large, unsupported media type. */
function clientErrorStatus(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error) || typeof error.statusCode !== 'number') return undefined;
  return error.statusCode >= 400 && error.statusCode < 500 ? error.statusCode : undefined;
}
