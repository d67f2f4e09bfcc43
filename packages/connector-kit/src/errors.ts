import { JoineryError, type JoineryErrorOptions } from '@joinery/base';

/**
 * A failure of a source or target system.
 *
 * `scope: 'object'` concerns the one object asked for; `'job'` means that no object can succeed (credentials refused,
 * system unreachable, not a SCIM endpoint) and the job is to be quarantined.
 */
export class ConnectorError extends JoineryError {
  readonly scope: 'object' | 'job';
  /** The name that the provisioning log shows, one of Entra's codes, e.g. `Conflict`, `Unauthorized`, `Timeout`. */
  readonly logCode: string;
  /** HTTP status of the answer, where there was one. */
  readonly status: number | undefined;
  /** True when the request may have been carried out although no answer came: look again before repeating a create. */
  readonly outcomeUnknown: boolean;

  constructor(
    options: JoineryErrorOptions & {
      scope: 'object' | 'job';
      logCode: string;
      status?: number;
      outcomeUnknown?: boolean;
    },
  ) {
    super(options);
    this.scope = options.scope;
    this.logCode = options.logCode;
    this.status = options.status;
    this.outcomeUnknown = options.outcomeUnknown ?? false;
  }
}
