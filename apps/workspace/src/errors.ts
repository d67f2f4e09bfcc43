import { JoineryError } from '@joinery/base';

/** An error of the management API. Codes: `workspace.*`; `status` is the HTTP status of its problem. */
export class WorkspaceError extends JoineryError {
  readonly status: number;
  constructor(status: number, code: string, message: string, retryAfterSeconds?: number) {
    super({
      code,
      message,
      retry: retryAfterSeconds === undefined ? 'after-change' : 'later',
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    });
    this.status = status;
  }
}

export function notSignedIn(): WorkspaceError {
  return new WorkspaceError(401, 'workspace.not_signed_in', 'Sign in first.');
}

export function wrongSignIn(): WorkspaceError {
  return new WorkspaceError(401, 'workspace.wrong_sign_in', 'The e-mail address or the password is wrong.');
}

export function tooManySignIns(retryAfterSeconds: number): WorkspaceError {
  const minutes = Math.ceil(retryAfterSeconds / 60);
  const message = `Too many failed sign-ins; try again in ${minutes} min.`;
  return new WorkspaceError(429, 'workspace.too_many_sign_ins', message, retryAfterSeconds);
}

export function csrfRefused(): WorkspaceError {
  const message = 'The X-CSRF-Token header is missing or wrong; take it from GET /api/me.';
  return new WorkspaceError(403, 'workspace.csrf_refused', message);
}

export function notFound(what: string): WorkspaceError {
  return new WorkspaceError(404, 'workspace.not_found', `${what} does not exist.`);
}

export function changesForgotten(): WorkspaceError {
  const message = 'Changes after this place are no longer kept. Read the users and groups, and go on without `after`.';
  return new WorkspaceError(410, 'workspace.changes_forgotten', message);
}

export function invalidInput(message: string): WorkspaceError {
  return new WorkspaceError(400, 'workspace.invalid_input', message);
}

export function setupLinkSpent(): WorkspaceError {
  const message =
    'The set-up link has been used or has expired; restart the server without administrators for a new one.';
  return new WorkspaceError(410, 'workspace.setup_link_spent', message);
}
