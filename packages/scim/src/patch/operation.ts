import type { Json } from '@joinery/base';
import type { CheckedFilter, ResolvedPath } from '../filter/ast.ts';

/** One operation of a PATCH request, RFC 7644 §3.5.2, after all tolerated spellings were made regular. */
export interface PatchOperation {
  readonly op: 'add' | 'replace' | 'remove';
  /** Index in the request, for error messages. */
  readonly index: number;
  /** `extension` alone: the operation concerns a whole extension. */
  readonly target: PatchTarget;
  /**
   * In canonical names and types. null: unassign (`null`, `""`, `[]` or nothing in a replace), also inside an object for one
   * sub-attribute. Undefined in a remove without the list of values to remove.
   */
  readonly value: Json | undefined;
}

/** What `parsePatch` made of a request body. */
export interface ParsedPatch {
  readonly operations: readonly PatchOperation[];
  /** What was tolerated or ignored: `name: subject`, e.g. `boolean-as-text: active`. */
  readonly tolerated: readonly string[];
}

export type PatchTarget =
  | {
      readonly kind: 'attribute';
      readonly path: ResolvedPath;
      readonly filter: CheckedFilter | undefined;
      /** Strict reading: no element is made when the filter matches none (RFC 7644 §3.5.2.3). */
      readonly mustMatch?: true;
    }
  | { readonly kind: 'extension'; readonly urn: string };

/** A change of a group's members, in the order of the request. Members are rows, so it is applied by the store. */
export type MembersChange =
  | { readonly kind: 'add'; readonly members: readonly MemberValue[] }
  | { readonly kind: 'remove'; readonly memberIds: readonly string[] }
  | { readonly kind: 'replace'; readonly members: readonly MemberValue[] }
  | { readonly kind: 'remove-where'; readonly filter: CheckedFilter }
  | { readonly kind: 'clear' };

export interface MemberValue {
  readonly value: string;
  readonly type: 'User' | 'Group' | undefined;
}
