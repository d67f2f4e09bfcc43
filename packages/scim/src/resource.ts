import type { Json } from '@joinery/base';

/**
 * A resource's attributes by canonical name, extensions under their URN, without `id`, `meta` and `schemas`, which the
 * server owns; for groups also without `members`, which are kept as rows. Made by `readResource` from client input,
 * so that every key is one that the schema knows; never mutated.
 */
export type ResourceAttributes = { readonly [name: string]: Json };
