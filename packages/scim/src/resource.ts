import type { Json } from '@joinery/base';
import type { MemberValue } from './patch/operation.ts';

/**
 * A resource's attributes by canonical name, extensions under their URN, without `id`, `meta` and `schemas`, which the
 * server owns; for groups also without `members`, which are kept as rows. Made by `readResource` from client input,
 * so that every key is one that the schema knows; never mutated.
 */
export type ResourceAttributes = { readonly [name: string]: Json };

/** What `readResource` made of a request body. */
export interface ReadResource {
  readonly attributes: ResourceAttributes;
  /** Groups: undefined when the body names no `members`. */
  readonly members: readonly MemberValue[] | undefined;
  /** URNs of the extensions that the body listed in `schemas` or sent. */
  readonly extensions: readonly string[];
  /** What was tolerated or ignored: `name: subject`, e.g. `unknown-attribute: nickname2`. */
  readonly tolerated: readonly string[];
}
