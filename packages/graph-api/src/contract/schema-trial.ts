import { Type, type Static } from 'typebox';

/** POST /joinery/jobs/{id}/schema/try: a schema, saved or not, and the object to try it on. Changes and sends nothing. */
export const SchemaToTry = Type.Object({
  /** Graph `synchronizationSchema`; its own check follows. */
  schema: Type.Object({}),
  objectId: Type.String({ maxLength: 100 }),
  objectTypeName: Type.Union([Type.Literal('User'), Type.Literal('Group')]),
});
export type SchemaToTry = Static<typeof SchemaToTry>;

const value = Type.Unknown();

export const SchemaTrial = Type.Object({
  displayName: Type.String(),
  /** null: the object is not provisioned yet. */
  targetId: Type.Union([Type.String(), Type.Null()]),
  scope: Type.Object({
    inScope: Type.Boolean(),
    isAccountEnabled: Type.Boolean(),
    isSoftDeleted: Type.Boolean(),
    isAssigned: Type.Boolean(),
    /** Assigned, or the job takes in everybody. */
    isEntitled: Type.Boolean(),
    clauses: Type.Array(
      Type.Object({
        group: Type.String(),
        groupIndex: Type.Integer(),
        attribute: Type.String(),
        operator: Type.String(),
        operand: Type.Array(Type.String()),
        value,
        /** There was no value: `nullMatches` decided. */
        isAbsent: Type.Boolean(),
        passed: Type.Boolean(),
      }),
    ),
  }),
  attributes: Type.Array(
    Type.Object({
      target: Type.String(),
      outcome: Type.Union([
        Type.Literal('value'),
        Type.Literal('default'),
        Type.Literal('creation-only'),
        Type.Literal('unique'),
        Type.Literal('ignored'),
        Type.Literal('failed'),
        Type.Literal('waiting'),
        Type.Literal('members'),
      ]),
      value,
      /** What was sent last; null: nothing. */
      exported: value,
      /** It would be sent: another value than the last one, as the engine compares them. */
      isChange: Type.Boolean(),
      message: Type.Union([Type.String(), Type.Null()]),
    }),
  ),
});
export type SchemaTrial = Static<typeof SchemaTrial>;

/** POST /joinery/jobs/{id}/schema/impact. */
export const SchemaToWeigh = Type.Object({
  schema: Type.Object({}),
  objectTypeName: Type.Union([Type.Literal('User'), Type.Literal('Group')]),
});
export type SchemaToWeigh = Static<typeof SchemaToWeigh>;

/** How many, with the display names of the first ten. */
const Affected = Type.Object({ count: Type.Integer(), names: Type.Array(Type.String()) });

/** What saving would do to objects that are provisioned now; at most 5,000 are looked at. */
export const SchemaImpact = Type.Object({
  examined: Type.Integer(),
  isComplete: Type.Boolean(),
  disabled: Affected,
  deleted: Affected,
  /** Leave scope, but stay in the application as they are. */
  kept: Affected,
  changed: Affected,
  failing: Affected,
});
export type SchemaImpact = Static<typeof SchemaImpact>;
