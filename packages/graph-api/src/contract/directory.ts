import { Type, type Static } from 'typebox';
import { Collection, OptionalText } from './collection.ts';

const upn = Type.String({ minLength: 1, maxLength: 1024, pattern: '^[^@\\s]+@[^@\\s]+$' });
const name = Type.String({ minLength: 1, maxLength: 256 });

/**
 * Graph `user`. Without `$select` an answer has Graph's default properties; every other attribute of the directory, and
 * extension attributes, by `$select`.
 * @see https://learn.microsoft.com/graph/api/resources/user
 */
export const User = Type.Object({
  id: Type.String(),
  userPrincipalName: Type.Optional(Type.String()),
  displayName: Type.Optional(OptionalText),
  givenName: Type.Optional(OptionalText),
  surname: Type.Optional(OptionalText),
  mail: Type.Optional(OptionalText),
  jobTitle: Type.Optional(OptionalText),
  department: Type.Optional(OptionalText),
  city: Type.Optional(OptionalText),
  mobilePhone: Type.Optional(OptionalText),
  officeLocation: Type.Optional(OptionalText),
  preferredLanguage: Type.Optional(OptionalText),
  businessPhones: Type.Optional(Type.Array(Type.String())),
  accountEnabled: Type.Optional(Type.Boolean()),
  createdDateTime: Type.Optional(Type.String()),
  deletedDateTime: Type.Optional(OptionalText),
});
export type User = Static<typeof User>;
export const Users = Collection(User);
export type Users = Static<typeof Users>;

/** POST /users. `passwordProfile` is accepted and dropped: users of the directory do not sign in here. */
export const NewUser = Type.Object({
  userPrincipalName: upn,
  displayName: name,
  accountEnabled: Type.Optional(Type.Boolean()),
  passwordProfile: Type.Optional(Type.Object({})),
  'manager@odata.bind': Type.Optional(Type.String({ maxLength: 2048 })),
});
export type NewUser = Static<typeof NewUser>;

/** PATCH /users/{id}; null clears an attribute. */
export const UserChange = Type.Object({
  userPrincipalName: Type.Optional(upn),
  displayName: Type.Optional(name),
  accountEnabled: Type.Optional(Type.Boolean()),
  passwordProfile: Type.Optional(Type.Object({})),
});
export type UserChange = Static<typeof UserChange>;

/** Graph `group`. @see https://learn.microsoft.com/graph/api/resources/group */
export const Group = Type.Object({
  id: Type.String(),
  displayName: Type.Optional(Type.String()),
  description: Type.Optional(OptionalText),
  mail: Type.Optional(OptionalText),
  mailNickname: Type.Optional(OptionalText),
  mailEnabled: Type.Optional(Type.Union([Type.Boolean(), Type.Null()])),
  securityEnabled: Type.Optional(Type.Boolean()),
  createdDateTime: Type.Optional(Type.String()),
  deletedDateTime: Type.Optional(OptionalText),
});
export type Group = Static<typeof Group>;
export const Groups = Collection(Group);
export type Groups = Static<typeof Groups>;

const membersBind = Type.Array(Type.String({ maxLength: 2048 }), { minItems: 1, maxItems: 20 });

export const NewGroup = Type.Object({
  displayName: name,
  securityEnabled: Type.Optional(Type.Boolean()),
  mailEnabled: Type.Optional(Type.Boolean()),
  'members@odata.bind': Type.Optional(membersBind),
});
export type NewGroup = Static<typeof NewGroup>;

/** PATCH /groups/{id}: attributes, or up to 20 new members. */
export const GroupChange = Type.Object({
  displayName: Type.Optional(name),
  securityEnabled: Type.Optional(Type.Boolean()),
  'members@odata.bind': Type.Optional(membersBind),
});
export type GroupChange = Static<typeof GroupChange>;

/** A user or a group, told apart by `@odata.type`. */
export const DirectoryObject = Type.Object({
  '@odata.type': Type.String(),
  id: Type.String(),
  displayName: Type.Optional(OptionalText),
});
export type DirectoryObject = Static<typeof DirectoryObject>;
export const DirectoryObjects = Collection(DirectoryObject);
export type DirectoryObjects = Static<typeof DirectoryObjects>;

/** Body of a `$ref` request. */
export const Reference = Type.Object({ '@odata.id': Type.String({ minLength: 1, maxLength: 2048 }) });
export type Reference = Static<typeof Reference>;
