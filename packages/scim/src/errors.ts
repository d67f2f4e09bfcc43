import { JoineryError, type JoineryErrorOptions } from '@joinery/base';

/** The registered keywords of RFC 7644 §3.12 and RFC 9865 §2.1. */
export type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue'
  | 'invalidVers'
  | 'sensitive'
  | 'invalidCursor'
  | 'expiredCursor'
  | 'invalidCount';

/** An error that a SCIM client sees: HTTP status, `scimType` where one is registered, `message` as `detail`. */
export class ScimError extends JoineryError {
  readonly status: number;
  readonly scimType: ScimType | undefined;
  constructor(options: JoineryErrorOptions & { status: number; scimType?: ScimType }) {
    super(options);
    this.status = options.status;
    this.scimType = options.scimType;
  }
}
