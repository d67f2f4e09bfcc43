/** A checked OData `$filter` over directory objects, to be compiled to SQL. Attribute names are Graph's. */
export type DirectoryFilter =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly DirectoryFilter[] }
  | { readonly kind: 'not'; readonly operand: DirectoryFilter }
  | {
      readonly kind: 'compare';
      readonly attribute: string;
      readonly operator: 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge';
      readonly value: string | boolean | null;
    }
  | { readonly kind: 'startswith'; readonly attribute: string; readonly value: string }
  | { readonly kind: 'in'; readonly attribute: string; readonly values: readonly string[] };

export interface DirectoryQuery {
  readonly filter?: DirectoryFilter;
  /** `$search`: words that displayName, userPrincipalName or mail begin with or contain. */
  readonly search?: string;
  readonly orderBy?: {
    readonly attribute: 'displayName' | 'userPrincipalName' | 'createdDateTime' | 'id';
    readonly descending: boolean;
  };
  /** 1…999. */
  readonly top: number;
  readonly skipToken?: string;
  /** Compute `count` of all matches. */
  readonly count: boolean;
}

export interface DirectoryPage<T> {
  readonly objects: readonly T[];
  readonly next: string | undefined;
  readonly count: number | undefined;
}
