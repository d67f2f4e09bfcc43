import { Type, type Static } from 'typebox';
import { Collection, OptionalText } from './collection.ts';

const ObjectType = Type.Union([Type.Literal('User'), Type.Literal('Group')]);

export const AccountClass = Type.Union([
  Type.Literal('local'),
  Type.Literal('unassigned'),
  Type.Literal('assigned'),
  Type.Literal('changed'),
  Type.Literal('missing'),
]);
export type AccountClass = Static<typeof AccountClass>;

const Failure = Type.Object({ code: Type.String(), message: Type.String() });

/** One comparison of a target with what its job provisions; under /joinery/jobs/{id}/comparisons. */
export const Comparison = Type.Object({
  id: Type.String(),
  state: Type.Union([
    Type.Literal('running'),
    Type.Literal('succeeded'),
    Type.Literal('failed'),
    Type.Literal('canceled'),
  ]),
  /** null: the job's schedule. */
  requestedBy: Type.Union([Type.Object({ id: Type.String(), displayName: Type.String() }), Type.Null()]),
  beganDateTime: Type.String(),
  endedDateTime: OptionalText,
  /** Accounts and groups of the target; total is null until the target has said how many there are. */
  objects: Type.Object({ done: Type.Integer(), total: Type.Union([Type.Integer(), Type.Null()]) }),
  requests: Type.Integer(),
  /** Those that are ignored count apart. */
  counts: Type.Object({
    local: Type.Integer(),
    unassigned: Type.Integer(),
    assigned: Type.Integer(),
    changed: Type.Integer(),
    missing: Type.Integer(),
  }),
  ignored: Type.Integer(),
  /** Accounts whose action has not been carried out yet. */
  queued: Type.Integer(),
  error: Type.Union([Failure, Type.Null()]),
});
export type Comparison = Static<typeof Comparison>;
export const Comparisons = Collection(Comparison);
export type Comparisons = Static<typeof Comparisons>;

/** What a comparison found out about one account or group; under …/comparisons/{id}/accounts. */
export const ComparedAccount = Type.Object({
  id: Type.String(),
  class: AccountClass,
  type: ObjectType,
  targetId: Type.String(),
  displayName: Type.String(),
  /** Whom it is linked to or matches. */
  source: Type.Union([Type.Object({ id: Type.String(), displayName: Type.String() }), Type.Null()]),
  isLinked: Type.Boolean(),
  isInScope: Type.Boolean(),
  isIgnored: Type.Boolean(),
  /** Why it can't be adopted: DuplicateSourceEntries, DuplicateTargetEntries, ProtectedAccount. */
  problem: OptionalText,
  /** What the target shows, by target attribute. */
  attributes: Type.Array(Type.Object({ name: Type.String(), value: Type.String() })),
  differences: Type.Array(
    Type.Object({
      attribute: Type.String(),
      /** Exported last, in the target now, written by a repair or an adoption. */
      exportedValue: OptionalText,
      oldValue: OptionalText,
      newValue: OptionalText,
    }),
  ),
  /** Of a group; null: not compared. */
  members: Type.Union([Type.Object({ missing: Type.Integer(), added: Type.Integer() }), Type.Null()]),
  action: Type.Union([
    Type.Object({
      kind: Type.Union([Type.Literal('repair'), Type.Literal('adopt')]),
      state: Type.Union([Type.Literal('queued'), Type.Literal('succeeded'), Type.Literal('failed')]),
      error: Type.Union([Failure, Type.Null()]),
    }),
    Type.Null(),
  ]),
});
export type ComparedAccount = Static<typeof ComparedAccount>;
export const ComparedAccounts = Collection(ComparedAccount);
export type ComparedAccounts = Static<typeof ComparedAccounts>;

/**
 * Which accounts an action is for: these, or all that the query finds and that are not ignored. What can't have the
 * action is left out.
 */
export const AccountSelection = Type.Object(
  {
    ids: Type.Optional(Type.Array(Type.String({ maxLength: 18 }), { minItems: 1, maxItems: 1_000 })),
    class: Type.Optional(AccountClass),
    type: Type.Optional(ObjectType),
    search: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
  },
  { additionalProperties: false },
);
export type AccountSelection = Static<typeof AccountSelection>;

/**
 * Answer to …/accounts/repair and …/accounts/adopt: how many accounts the action is carried out on; and to
 * GET …/accounts/count?action=&class=&type=&$search=: how many it would be.
 */
export const SelectedAccounts = Type.Object({ users: Type.Integer(), groups: Type.Integer() });
export type SelectedAccounts = Static<typeof SelectedAccounts>;

/** Answer to …/accounts/ignore and …/accounts/unignore. */
export const IgnoredAccounts = Type.Object({ accounts: Type.Integer() });
export type IgnoredAccounts = Static<typeof IgnoredAccounts>;

/** The pair of a source and a target object; under /joinery/jobs/{id}/links. */
export const Link = Type.Object({
  sourceId: Type.String(),
  targetId: Type.String(),
  type: ObjectType,
  displayName: Type.String(),
  state: Type.Union([Type.Literal('active'), Type.Literal('disabled')]),
  /** What was exported last; null: nothing yet. Values of redacted attributes are masked. */
  exported: Type.Union([Type.Array(Type.Object({ name: Type.String(), value: Type.String() })), Type.Null()]),
});
export type Link = Static<typeof Link>;
export const Links = Collection(Link);
export type Links = Static<typeof Links>;
