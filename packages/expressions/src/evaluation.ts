/** What an attribute of the source object holds. Multi-valued attributes are arrays; absent ones are null. */
export type SourceValue = null | string | boolean | readonly string[] | readonly AppRole[];

/** One assigned app role of the object, as the attribute `appRoleAssignments` shows it. */
export interface AppRole {
  readonly id: string;
  readonly value: string;
  readonly displayName: string;
}

/** Reads an attribute of the whole source object; names are case-sensitive. */
export type AttributeLookup = (name: string) => SourceValue;

/** Everything an evaluation may know beside the object, so that it is deterministic when these are. */
export interface EvaluationEnvironment {
  /** Milliseconds since 1970-01-01 UTC, for `Now`. */
  readonly now: number;
  /** A number in [0, 1), for `Guid` and `RandomString`. */
  readonly random: () => number;
  /** For `DefaultDomain()`. */
  readonly defaultDomain: string;
}

/** A complex role as the role functions make it, for the target attribute `roles`; its name as the function calls it. */
export interface ComplexRole {
  readonly id: string;
  readonly value: string;
  readonly displayName?: string;
  readonly display?: string;
  readonly primary: false;
  readonly type: 'WindowsAzureActiveDirectoryRole';
}

/** A value that flows to the target. Booleans of functions are the strings "True" and "False". */
export type FlowValue = null | string | readonly string[] | readonly ComplexRole[];

/**
 * - `value`: what flows; `redact` masks it in logs as `[Redact]`.
 * - `ignore`: `IgnoreFlowIfNullOrEmpty` took the attribute out of the flow.
 * - `select-unique`: `SelectUniqueValue`; the caller takes the first candidate that the target does not have.
 * - `error`: the object fails with a mapping error; `start`/`end` are the place in the expression.
 */
export type EvaluationResult =
  | { readonly kind: 'value'; readonly value: FlowValue; readonly redact: boolean }
  | { readonly kind: 'ignore' }
  | { readonly kind: 'select-unique'; readonly candidates: readonly string[]; readonly redact: boolean }
  | {
      readonly kind: 'error';
      readonly code: string;
      readonly message: string;
      readonly start: number;
      readonly end: number;
    };

/** Compiled once, evaluated many times; never throws, never changes its input. */
export interface CompiledExpression {
  readonly text: string;
  /** Attributes that the expression reads. */
  readonly attributes: readonly string[];
  evaluate(lookup: AttributeLookup, environment: EvaluationEnvironment): EvaluationResult;
}
