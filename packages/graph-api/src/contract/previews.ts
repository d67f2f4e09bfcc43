import { Type, type Static } from 'typebox';
import { Collection, OptionalText } from './collection.ts';

const Action = Type.Union([
  Type.Literal('create'),
  Type.Literal('update'),
  Type.Literal('disable'),
  Type.Literal('delete'),
  Type.Literal('skip'),
]);
const ObjectType = Type.Union([Type.Literal('User'), Type.Literal('Group')]);
const Applied = Type.Union([
  Type.Literal('done'),
  Type.Literal('failed'),
  Type.Literal('changed'),
  Type.Literal('skipped'),
]);
const OptionalError = Type.Union([Type.Object({ code: Type.String(), message: Type.String() }), Type.Null()]);
const Author = Type.Union([
  Type.Object({
    id: Type.String(),
    displayName: Type.String(),
    type: Type.Union([Type.Literal('user'), Type.Literal('app'), Type.Literal('service')]),
  }),
  Type.Null(),
]);
const Pages = Type.Object({ done: Type.Integer(), total: Type.Integer() });

/** A whole cycle of a job, computed and not sent; under /joinery/jobs/{id}/previews. */
export const Preview = Type.Object({
  id: Type.String(),
  state: Type.Union([
    Type.Literal('notStarted'),
    Type.Literal('running'),
    Type.Literal('succeeded'),
    Type.Literal('failed'),
  ]),
  /** null until it has begun. */
  kind: Type.Union([Type.Literal('initial'), Type.Literal('incremental'), Type.Null()]),
  createdDateTime: Type.String(),
  createdBy: Author,
  endedDateTime: OptionalText,
  expirationDateTime: Type.String(),
  pages: Pages,
  requests: Type.Integer(),
  /** Objects by what would be done to them; `failed`: what can't be provisioned. Null until it has ended. */
  counts: Type.Union([
    Type.Object({
      create: Type.Integer(),
      update: Type.Integer(),
      disable: Type.Integer(),
      delete: Type.Integer(),
      skip: Type.Integer(),
      failed: Type.Integer(),
    }),
    Type.Null(),
  ]),
  /** The same by type and reason. */
  reasons: Type.Array(
    Type.Object({
      objectType: ObjectType,
      action: Action,
      reason: Type.String(),
      failed: Type.Boolean(),
      count: Type.Integer(),
    }),
  ),
  /** Users and groups that would be disabled or deleted, of how many linked, and whether the guard would hold them. */
  deletionGuard: Type.Union([
    Type.Object({ departures: Type.Integer(), linked: Type.Integer(), trips: Type.Boolean() }),
    Type.Null(),
  ]),
  error: OptionalError,
  application: Type.Union([
    Type.Object({
      requestedDateTime: Type.String(),
      requestedBy: Author,
      allowDeletes: Type.Boolean(),
      state: Type.Union([
        Type.Literal('requested'),
        Type.Literal('running'),
        Type.Literal('succeeded'),
        Type.Literal('failed'),
      ]),
      cycleId: OptionalText,
      pages: Pages,
      /** Planned operations by what became of them; null until the end. `changed`: not sent, another one is due by now. */
      counts: Type.Union([
        Type.Object({
          done: Type.Integer(),
          failed: Type.Integer(),
          changed: Type.Integer(),
          skipped: Type.Integer(),
        }),
        Type.Null(),
      ]),
      error: OptionalError,
    }),
    Type.Null(),
  ]),
});
export type Preview = Static<typeof Preview>;
export const Previews = Collection(Preview);
export type Previews = Static<typeof Previews>;

/** …/previews/{id}/operations: what would be done to each object, by display name. */
export const PreviewOperation = Type.Object({
  objectId: Type.String(),
  objectType: ObjectType,
  displayName: Type.String(),
  action: Action,
  reason: Type.String(),
  /** null: it would be created. */
  targetId: OptionalText,
  /** `[Redact]` stands for redacted values; a reference names the object of the directory. */
  changes: Type.Array(
    Type.Object({
      attribute: Type.String(),
      old: Type.Unknown(),
      new: Type.Unknown(),
      reference: Type.Union([Type.Object({ id: Type.String(), displayName: OptionalText }), Type.Null()]),
    }),
  ),
  /** Of a group; …/operations/{objectId}/members names them. */
  members: Type.Object({ added: Type.Integer(), removed: Type.Integer() }),
  error: OptionalError,
  applied: Type.Union([Type.Object({ outcome: Applied, detail: OptionalText }), Type.Null()]),
});
export type PreviewOperation = Static<typeof PreviewOperation>;
export const PreviewOperations = Collection(PreviewOperation);
export type PreviewOperations = Static<typeof PreviewOperations>;

export const PreviewMember = Type.Object({
  id: Type.String(),
  displayName: OptionalText,
  operation: Type.Union([Type.Literal('add'), Type.Literal('remove')]),
});
export type PreviewMember = Static<typeof PreviewMember>;
export const PreviewMembers = Collection(PreviewMember);
export type PreviewMembers = Static<typeof PreviewMembers>;

/** POST …/previews/{id}/apply. `allowDeletes`: whatever the deletion guard says. */
export const ApplyPreview = Type.Object(
  { allowDeletes: Type.Optional(Type.Boolean()) },
  { additionalProperties: false },
);
export type ApplyPreview = Static<typeof ApplyPreview>;
