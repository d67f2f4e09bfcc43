import type { JsonObject } from '@joinery/base';

/** Attribute characteristics, RFC 7643 §2.2 and §7, in the wire's own words. */
export type AttributeType =
  'string' | 'boolean' | 'decimal' | 'integer' | 'dateTime' | 'reference' | 'binary' | 'complex';
export type Mutability = 'readOnly' | 'readWrite' | 'immutable' | 'writeOnly';
export type Returned = 'always' | 'never' | 'default' | 'request';
export type Uniqueness = 'none' | 'server' | 'global';

export interface Attribute {
  readonly name: string;
  readonly type: AttributeType;
  readonly multiValued: boolean;
  readonly description: string;
  readonly required: boolean;
  readonly canonicalValues?: readonly string[];
  /** Whether `canonicalValues` are the only ones; otherwise they are suggestions (RFC 7643 §7 leaves it open). */
  readonly restrictsValues?: boolean;
  readonly caseExact: boolean;
  readonly mutability: Mutability;
  readonly returned: Returned;
  readonly uniqueness: Uniqueness;
  readonly referenceTypes?: readonly string[];
  readonly subAttributes?: readonly Attribute[];
}

export interface Schema {
  /** URN. */
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly attributes: readonly Attribute[];
}

export interface ResourceType {
  /** `User`, `Group`, or of a type that a tenant added: what `meta.resourceType` holds. */
  readonly name: string;
  /** With leading slash: `/Users`. */
  readonly endpoint: string;
  readonly description: string;
  readonly schema: Schema;
  readonly extensions: readonly { readonly schema: Schema; readonly required: boolean }[];
  /** Values of a new resource for attributes that the client left out; a PUT that leaves them out keeps what is there. */
  readonly defaults?: JsonObject;
}
