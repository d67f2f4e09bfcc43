import { JoineryError } from '@joinery/base';

type OAuthErrorName =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_scope'
  | 'unsupported_grant_type'
  | 'slow_down'
  | 'temporarily_unavailable';

/** A refusal of the token endpoint, RFC 6749 §5.2. Code: `oauth.<name>`; the message is `error_description`. */
export class OAuthError extends JoineryError {
  readonly status: number;
  readonly error: OAuthErrorName;

  constructor(status: number, error: OAuthErrorName, message: string, retryAfterSeconds?: number) {
    super({
      code: `oauth.${error}`,
      message,
      retry: retryAfterSeconds === undefined ? 'after-change' : 'later',
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    });
    this.status = status;
    this.error = error;
  }
}

export function invalidRequest(message: string, status = 400): OAuthError {
  return new OAuthError(status, 'invalid_request', message);
}

/** 401. Unknown clients and wrong secrets get one text. */
export function invalidClient(message = 'The client is not known, or its credentials are wrong.'): OAuthError {
  return new OAuthError(401, 'invalid_client', message);
}
