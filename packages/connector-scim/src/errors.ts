import { ConnectorError } from '@joinery/connector-kit';
import type { HttpAnswer, TransportFailure } from './http.ts';

/** A request as error messages show it; `label` has the path with filter values masked. */
export interface RequestLabel {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly label: string;
  /** `query`: a list; `object`: one id; `create`. A 404 means something else in each. */
  readonly purpose: 'query' | 'object' | 'create';
}

const incompatible = 'SystemForCrossDomainIdentityManagementServiceIncompatible';

interface Row {
  readonly code: string;
  readonly logCode: string;
  readonly scope: 'object' | 'job';
  readonly retry: 'never' | 'later' | 'after-change';
  /** What the administrator can do. */
  readonly advice: string;
}

function row(code: string, logCode: string, retry: Row['retry'], advice: string): Row {
  return { code: `connector.${code}`, logCode, scope: 'object', retry, advice };
}

const rejected = row('rejected', 'BadRequest', 'after-change', 'Check the values and mappings of this object.');
const failing = row('target_failed', 'InternalServerError', 'later', 'It is tried again later.');
const unauthorized = row('unauthorized', 'Unauthorized', 'after-change', 'Enter valid credentials for the target.');
const conflict = row(
  'conflict',
  'Conflict',
  'after-change',
  'Another object of the target has the same unique value; change it or the matching attribute.',
);
const unsupported = 'The target does not support this operation.';
const noRight = 'Give the credentials the right to do this in the target.';
const changed = 'The object changed in the target meanwhile; it is tried again later.';

/** Status → what the provisioning log shows, facts §7.4. */
const rows: ReadonlyMap<number, Row> = new Map([
  [400, rejected],
  [401, { ...unauthorized, scope: 'job' }],
  [403, row('forbidden', 'InsufficientRights', 'after-change', noRight)],
  [404, row('not_found', 'InvalidAnchor', 'after-change', 'The object is gone from the target.')],
  [405, row('method_not_allowed', 'MethodNotAllowed', 'after-change', unsupported)],
  [409, conflict],
  [412, row('precondition_failed', 'PreconditionFailed', 'later', changed)],
  [413, row('too_large', 'PayloadTooLarge', 'after-change', 'Lower the number of members per request.')],
  [422, { ...rejected, logCode: 'UnprocessableEntity' }],
  [429, row('rate_limited', 'TooManyRequests', 'later', 'Lower the requests per second of this job.')],
  [501, row('not_implemented', 'NotImplemented', 'after-change', unsupported)],
]);

/** `scimType` of a 400 that says more than the status. */
const scimTypeRows: ReadonlyMap<string, Row> = new Map([
  ['uniqueness', conflict],
  ['invalidPath', { ...rejected, logCode: 'SchemaAttributeNotFound' }],
  ['noTarget', { ...rejected, logCode: 'SchemaAttributeNotFound' }],
]);

/**
 * The error for an answer that is no success. A redirect or a 404 to a query means that the Tenant URL is no SCIM endpoint
 * and concerns the whole job. A create that ended in a server error may have been carried out (`outcomeUnknown`).
 */
export function errorOfAnswer(
  request: RequestLabel,
  answer: HttpAnswer,
  problem: { readonly detail: string | undefined; readonly scimType: string | undefined },
  retryAfterSeconds?: number,
): ConnectorError {
  const found = rowOf(request, answer, problem.scimType);
  const said = problem.detail === undefined ? '' : `, "${problem.detail}"`;
  return new ConnectorError({
    code: found.code,
    message: `${request.label} was answered with ${answer.status}${said}. ${found.advice}`,
    detail: { request: request.label, status: answer.status, scimType: problem.scimType ?? null },
    retry: found.retry,
    scope: found.scope,
    logCode: found.logCode,
    status: answer.status,
    outcomeUnknown: request.purpose === 'create' && answer.status >= 500 && ![501, 503].includes(answer.status),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

function rowOf(request: RequestLabel, answer: HttpAnswer, scimType: string | undefined): Row {
  const { status } = answer;
  if (status >= 300 && status < 400) {
    const host = hostOf(answer.location);
    return notScim(
      request,
      'connector.redirect',
      `Redirects are not followed${host === undefined ? '' : ` (it points to ${host})`}; enter the final address as the Tenant URL.`,
    );
  }
  if (status === 404 && request.purpose === 'query' && request.label.startsWith('GET /Groups')) {
    return notScim(
      request,
      'connector.no_groups_endpoint',
      'The target has no groups at this Tenant URL; switch the mapping of groups off, or correct the Tenant URL.',
    );
  }
  if (status === 404 && request.purpose !== 'object') {
    return notScim(request, 'connector.not_scim_endpoint', 'The Tenant URL is not the address of a SCIM endpoint.');
  }
  const special = status === 400 && scimType !== undefined ? scimTypeRows.get(scimType) : undefined;
  return special ?? rows.get(status) ?? (status >= 500 ? failing : rejected);
}

function notScim(request: RequestLabel, code: string, advice: string): Row {
  return {
    code,
    logCode: incompatible,
    scope: request.purpose === 'query' ? 'job' : 'object',
    retry: 'after-change',
    advice,
  };
}

function hostOf(location: string | undefined): string | undefined {
  return location !== undefined && URL.canParse(location) ? new URL(location).host.slice(0, 255) : undefined;
}

/** The error for an answer with a success status that is not what SCIM prescribes. */
export function incompatibleAnswer(request: RequestLabel, status: number, what: string): ConnectorError {
  return new ConnectorError({
    code: 'connector.incompatible_answer',
    message: `The answer to ${request.label} ${what}. The target does not follow SCIM 2.0 there.`,
    detail: { request: request.label, status },
    retry: 'after-change',
    scope: 'object',
    logCode: incompatible,
    status,
    outcomeUnknown: request.purpose === 'create',
  });
}

/** `excludedAttributes=members` was asked for and the target sent members all the same. */
export function unwantedMembers(request: RequestLabel, status: number): ConnectorError {
  return new ConnectorError({
    code: 'connector.unwanted_members',
    message: `The answer to ${request.label} holds the members of the group although they were excluded.`,
    detail: { request: request.label },
    retry: 'after-change',
    scope: 'object',
    logCode: 'SystemForCrossDomainIdentityManagementMultipleEntriesInResponse',
    status,
  });
}

/** The error for a request that got no usable answer. */
export function errorOfFailure(request: RequestLabel, failure: TransportFailure): ConnectorError {
  const isLost = failure.isSent && request.purpose === 'create';
  const common = { detail: { request: request.label }, cause: failure, outcomeUnknown: isLost } as const;
  switch (failure.kind) {
    case 'timeout':
      return new ConnectorError({
        ...common,
        code: 'connector.timeout',
        message: `The target gave no answer in time to ${request.label}: ${failure.message}.`,
        retry: 'later',
        scope: 'object',
        logCode: 'Timeout',
      });
    case 'refused':
      return new ConnectorError({
        ...common,
        code: 'connector.address_refused',
        message: failure.message,
        retry: 'after-change',
        scope: 'job',
        logCode: 'WebExceptionProtocolError',
      });
    case 'too-large':
      return incompatibleAnswer(request, 200, `was refused: ${failure.message}`);
    case 'closed':
      return closedError();
    case 'connection':
      return new ConnectorError({
        ...common,
        code: 'connector.unreachable',
        message: `The connection failed during ${request.label}: ${failure.message}.`,
        retry: 'later',
        scope: 'object',
        logCode: 'WebExceptionProtocolError',
      });
  }
}

/** The failure of a whole bulk request as that of one of its operations: only a creation may have been carried out unseen. */
export function forBulkOperation(error: ConnectorError, request: RequestLabel): ConnectorError {
  const isUnknown = error.outcomeUnknown && (request.purpose === 'create' || error.code === 'connector.closed');
  return copyOf(error, { scope: error.scope, outcomeUnknown: isUnknown });
}

/** The target answered a bulk request and left this operation out, or gave it no status. */
export function noBulkAnswer(request: RequestLabel, status: number): ConnectorError {
  return new ConnectorError({
    code: 'connector.no_bulk_answer',
    message: `The target did not tell what became of ${request.label}; the object is looked for again.`,
    detail: { request: request.label, status },
    retry: 'later',
    scope: 'object',
    logCode: incompatible,
    status,
    outcomeUnknown: request.purpose === 'create',
  });
}

/** A write to an id that is not there any more. */
export function goneError(id: string): ConnectorError {
  return new ConnectorError({
    code: 'connector.not_found',
    message: `The object ${id} is gone from the target.`,
    detail: { id },
    retry: 'after-change',
    scope: 'object',
    logCode: 'InvalidAnchor',
    status: 404,
  });
}

/** The job is ending; nothing is wrong with the target. */
export function closedError(): ConnectorError {
  return new ConnectorError({
    code: 'connector.closed',
    message: 'The connection to the target was closed before the request was done.',
    retry: 'later',
    scope: 'object',
    logCode: 'InternalError',
    outcomeUnknown: true,
  });
}

/** The same error, as one that concerns the whole job. */
export function forWholeJob(error: ConnectorError): ConnectorError {
  return copyOf(error, { scope: 'job', outcomeUnknown: error.outcomeUnknown });
}

function copyOf(error: ConnectorError, change: Pick<ConnectorError, 'scope' | 'outcomeUnknown'>): ConnectorError {
  return new ConnectorError({
    code: error.code,
    message: error.message,
    detail: error.detail,
    retry: error.retry,
    logCode: error.logCode,
    cause: error,
    ...change,
    ...(error.status === undefined ? {} : { status: error.status }),
    ...(error.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: error.retryAfterSeconds }),
  });
}
