import type { Attribute } from '../schema/characteristics.ts';

/** An attribute path as written, RFC 7644 §3.10: `[urn:]attribute[.sub]`, not yet looked up in a schema. */
export interface AttributePath {
  readonly urn: string | undefined;
  readonly attribute: string;
  readonly sub: string | undefined;
}

/** A path found in a resource type's schemas. `extension`: the URN it belongs to, undefined for core and common attributes. */
export interface ResolvedPath {
  readonly extension: string | undefined;
  readonly attribute: Attribute;
  readonly sub: Attribute | undefined;
}

export type CompareOperator = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le';
export type CompareValue = string | number | boolean | null;

/** Filter tree, RFC 7644 §3.4.2.2; immutable. `P` is `AttributePath` when parsed, `ResolvedPath` when checked. */
export type FilterNode<P> =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly FilterNode<P>[] }
  | { readonly kind: 'not'; readonly operand: FilterNode<P> }
  | {
      readonly kind: 'compare';
      readonly path: P;
      readonly operator: CompareOperator;
      readonly value: CompareValue;
      readonly start: number;
      readonly end: number;
    }
  | { readonly kind: 'present'; readonly path: P; readonly start: number; readonly end: number }
  /** `emails[type eq "work"]`: some one element satisfies `filter`, whose paths are relative to the element. */
  | {
      readonly kind: 'value-path';
      readonly path: P;
      readonly filter: FilterNode<P>;
      readonly start: number;
      readonly end: number;
    };

export type Filter = FilterNode<AttributePath>;
/** Every path resolved, every value of its attribute's type (dateTime as ISO text, booleans as booleans). */
export type CheckedFilter = FilterNode<ResolvedPath>;
