import { Type, type Static } from 'typebox';
import { Collection } from './collection.ts';

/** One saved version of a job's schema; under /joinery/jobs/{id}/schema/versions, newest first. */
export const SchemaVersion = Type.Object({
  version: Type.Integer(),
  savedDateTime: Type.String(),
  /** null: the service itself. */
  savedBy: Type.Union([
    Type.Object({
      id: Type.String(),
      displayName: Type.String(),
      type: Type.Union([Type.Literal('user'), Type.Literal('app'), Type.Literal('service')]),
    }),
    Type.Null(),
  ]),
  restoredFrom: Type.Union([Type.Integer(), Type.Null()]),
  isCurrent: Type.Boolean(),
});
export type SchemaVersion = Static<typeof SchemaVersion>;
export const SchemaVersions = Collection(SchemaVersion);
export type SchemaVersions = Static<typeof SchemaVersions>;

/** …/versions/{version}: with the schema in Graph's shape. */
export const SchemaVersionWithSchema = Type.Object({ ...SchemaVersion.properties, schema: Type.Unknown() });
export type SchemaVersionWithSchema = Static<typeof SchemaVersionWithSchema>;

/** …/versions/{version}/difference?with={other}: what is different in `with`, seen from `version`. */
export const SchemaDifference = Type.Object({
  from: Type.Integer(),
  to: Type.Integer(),
  changes: Type.Array(
    Type.Object({
      part: Type.String(),
      change: Type.Union([Type.Literal('added'), Type.Literal('removed'), Type.Literal('changed')]),
      place: Type.Array(Type.String()),
      before: Type.Unknown(),
      after: Type.Unknown(),
    }),
  ),
});
export type SchemaDifference = Static<typeof SchemaDifference>;
