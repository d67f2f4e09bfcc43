/** The management API's JSON shapes, shared by the server and the tenant console. */
import { Type, type Static } from 'typebox';
import { instant, next, ScopeSchema, text } from './contract-parts.ts';

export const AdministratorSchema = Type.Object({
  id: Type.String(),
  email: Type.String(),
  displayName: Type.String(),
});
export type Administrator = Static<typeof AdministratorSchema>;

export const TenantSummarySchema = Type.Object({ id: Type.String(), name: Type.String() });

export const SignInSchema = Type.Object(
  { email: text(320), password: text(1000) },
  { additionalProperties: false, description: 'POST /api/session' },
);
export type SignIn = Static<typeof SignInSchema>;

export const SetupSchema = Type.Object(
  {
    token: text(200),
    email: Type.String({ minLength: 3, maxLength: 320, pattern: '^[^@\\s]+@[^@\\s]+$' }),
    password: Type.String({ minLength: 12, maxLength: 1000 }),
    displayName: Type.Optional(text(200)),
  },
  { additionalProperties: false, description: 'POST /api/setup: the first administrator of a tenant' },
);
export type Setup = Static<typeof SetupSchema>;

export const SessionSchema = Type.Object({
  csrfToken: Type.String({ description: 'To be sent as X-CSRF-Token with every request that changes something' }),
  administrator: AdministratorSchema,
  tenant: TenantSummarySchema,
});
export type Session = Static<typeof SessionSchema>;

export const TenantSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  tenantUrl: Type.String({ description: 'What the administrator enters in the provisioning client' }),
  users: Type.Integer(),
  groups: Type.Integer(),
  lastRequest: Type.Union([Type.Object({ at: instant('When it came'), status: Type.Integer() }), Type.Null()]),
});
export type Tenant = Static<typeof TenantSchema>;

export const TokenSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  audience: Type.String(),
  scopes: Type.Array(ScopeSchema),
  created: instant('Creation'),
  expires: instant('End of life'),
  lastUsed: Type.Union([instant('Last use, up to a second old'), Type.Null()]),
  revoked: Type.Union([instant('Refused from then on; may lie ahead after a rotation'), Type.Null()]),
  state: Type.Union(
    [
      Type.Literal('active'),
      Type.Literal('ending'),
      Type.Literal('expired'),
      Type.Literal('revoked'),
      Type.Literal('wrong-audience'),
    ],
    { description: 'ending: rotated, still accepted until `revoked`' },
  ),
  expiresWithinDays: Type.Union([Type.Literal(1), Type.Literal(7), Type.Literal(30), Type.Null()], {
    description: 'Warning of an active token that ends soon: within a day, a week, or 30 days',
  }),
});
export type Token = Static<typeof TokenSchema>;

export const TokenListSchema = Type.Object({ tokens: Type.Array(TokenSchema) });
export type TokenList = Static<typeof TokenListSchema>;

export const NewTokenSchema = Type.Object(
  {
    name: text(100),
    expires: instant('End of life, in the future'),
    audience: Type.Optional(Type.String({ maxLength: 2000, description: 'SCIM base URL; this server by default' })),
    scopes: Type.Optional(Type.Array(ScopeSchema, { minItems: 1, maxItems: 2, uniqueItems: true })),
  },
  { additionalProperties: false, description: 'POST /api/tokens' },
);
export type NewToken = Static<typeof NewTokenSchema>;

export const RotationSchema = Type.Object(
  {
    expires: Type.Optional(instant('End of life of the new secret; as long a life as the old one by default')),
    overlapSeconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 30 * 86_400,
        description: 'How long the old secret lives on; a day by default',
      }),
    ),
  },
  { additionalProperties: false, description: 'POST /api/tokens/{id}/rotate' },
);
export type Rotation = Static<typeof RotationSchema>;

export const CreatedTokenSchema = Type.Object({
  ...TokenSchema.properties,
  token: Type.String({ description: 'The secret, shown this once' }),
  tenantUrl: Type.String(),
});
export type CreatedToken = Static<typeof CreatedTokenSchema>;

export const PageQuerySchema = Type.Object({
  search: Type.Optional(Type.String({ maxLength: 200 })),
  cursor: Type.Optional(Type.String({ maxLength: 200 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
});
export type PageQuery = Static<typeof PageQuerySchema>;

const managedBy = Type.Union([Type.Literal('scim'), Type.Literal('workspace')], {
  description: 'scim: changed by provisioning clients; workspace: made here, and no client has written it yet',
});

export const UserSchema = Type.Object({
  id: Type.String(),
  userName: Type.String(),
  displayName: Type.Union([Type.String(), Type.Null()]),
  externalId: Type.Union([Type.String(), Type.Null()]),
  title: Type.Union([Type.String(), Type.Null()]),
  active: Type.Boolean(),
  managedBy,
  created: instant('Creation'),
  lastModified: instant('Last change'),
});
export type User = Static<typeof UserSchema>;

/** Attributes as stored, under their SCIM names; extensions under their URN. */
const AttributesSchema = Type.Record(Type.String(), Type.Unknown());

export const UserDetailsSchema = Type.Object({
  ...UserSchema.properties,
  version: Type.Integer(),
  attributes: AttributesSchema,
  groups: Type.Array(
    Type.Object({
      id: Type.String(),
      display: Type.String(),
      direct: Type.Boolean({ description: 'false: through another group' }),
    }),
  ),
});
export type UserDetails = Static<typeof UserDetailsSchema>;

export const UserQuerySchema = Type.Object({
  ...PageQuerySchema.properties,
  active: Type.Optional(Type.Boolean({ description: 'Only people in this state' })),
});
export type UserQuery = Static<typeof UserQuerySchema>;
export const UserListSchema = Type.Object({ users: Type.Array(UserSchema), total: Type.Integer(), next });
export type UserList = Static<typeof UserListSchema>;

export const GroupSchema = Type.Object({
  id: Type.String(),
  displayName: Type.String(),
  externalId: Type.Union([Type.String(), Type.Null()]),
  managedBy,
  created: instant('Creation'),
  lastModified: instant('Last change'),
});
export type Group = Static<typeof GroupSchema>;

export const GroupDetailsSchema = Type.Object({
  ...GroupSchema.properties,
  version: Type.Integer(),
  members: Type.Integer({ description: 'Direct members' }),
  attributes: AttributesSchema,
});
export type GroupDetails = Static<typeof GroupDetailsSchema>;
export const GroupListSchema = Type.Object({ groups: Type.Array(GroupSchema), total: Type.Integer(), next });
export type GroupList = Static<typeof GroupListSchema>;

export const MemberSchema = Type.Object({
  id: Type.String(),
  type: Type.Union([Type.Literal('User'), Type.Literal('Group')]),
  display: Type.String(),
  active: Type.Union([Type.Boolean(), Type.Null()], { description: 'null for groups' }),
  managedBy,
  lastModified: Type.Union([instant('Last change of the member'), Type.Null()]),
});
export type Member = Static<typeof MemberSchema>;
export const MemberListSchema = Type.Object({
  group: GroupSchema,
  members: Type.Array(MemberSchema),
  total: Type.Integer(),
  next,
});
export type MemberList = Static<typeof MemberListSchema>;

export const RequestQuerySchema = Type.Object({
  cursor: Type.Optional(Type.String({ maxLength: 200 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  failed: Type.Optional(Type.Boolean({ description: 'Only answers with status 400 and above' })),
  status: Type.Optional(
    Type.String({ pattern: '^[1-5](xx|[0-9]{2})$', description: 'Only answers of this status or class: 409, 4xx' }),
  ),
  method: Type.Optional(Type.String({ pattern: '^[A-Z]{1,10}$' })),
  token: Type.Optional(Type.String({ maxLength: 100, description: 'Name of the token or OAuth client' })),
  since: Type.Optional(instant('First time')),
  until: Type.Optional(instant('Before this time')),
});
export type RequestQuery = Static<typeof RequestQuerySchema>;

export const RequestSchema = Type.Object({
  id: Type.String(),
  at: instant('Arrival'),
  requestId: Type.String(),
  method: Type.String(),
  path: Type.String({ description: 'Values of filters are masked' }),
  status: Type.Integer(),
  durationMs: Type.Number(),
  token: Type.Union([Type.String(), Type.Null()], { description: 'Name of the token or OAuth client' }),
  errorCode: Type.Union([Type.String(), Type.Null()]),
  errorDetail: Type.Union([Type.String(), Type.Null()]),
  tolerated: Type.Array(Type.String(), { description: 'Client behavior that was tolerated, by name' }),
  operations: Type.Union(
    [
      Type.Array(
        Type.Object({
          method: Type.String(),
          path: Type.String(),
          status: Type.Integer(),
          errorCode: Type.Union([Type.String(), Type.Null()]),
        }),
      ),
      Type.Null(),
    ],
    { description: 'Of a bulk request; of more than 100 operations the failed ones first' },
  ),
});
export type LoggedRequest = Static<typeof RequestSchema>;
export const RequestListSchema = Type.Object({ requests: Type.Array(RequestSchema), next });
export type RequestList = Static<typeof RequestListSchema>;

/**
 * `GET /api/events`, server-sent events named `marks`: each mark changes when what it stands for has changed, so that a
 * console knows what to read again. The first event tells where things stand.
 */
export const MarksSchema = Type.Object({
  requests: Type.String({ description: 'Id of the newest request of the log, or empty' }),
  tokens: Type.String({ description: 'Of the tokens, their states and last uses' }),
});
export type Marks = Static<typeof MarksSchema>;

/** RFC 9457, `application/problem+json`. `code` is stable. */
export const ProblemSchema = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.String(),
  code: Type.String(),
});
export type Problem = Static<typeof ProblemSchema>;

export const RulesSchema = Type.Object(
  {
    verifiedDomains: Type.Array(Type.String({ minLength: 1, maxLength: 253, pattern: '^[^@\\s]+$' }), {
      maxItems: 100,
      description: 'Domains of userName and e-mail addresses; empty: any',
    }),
    protectedAccounts: Type.Array(text(600), {
      maxItems: 1000,
      description: 'Ids or userNames of accounts that SCIM never disables, renames or deletes',
    }),
    protectsOwner: Type.Boolean({ description: "Protects the account of the tenant's first administrator too" }),
    keepsSignInNameOnAdoption: Type.Boolean({
      description: 'The first SCIM write to an account that SCIM did not make leaves userName and e-mails as they are',
    }),
    roleGroups: Type.Array(
      Type.Object(
        { group: text(600), scimMayWrite: Type.Boolean({ default: false }) },
        { additionalProperties: false },
      ),
      { maxItems: 200, description: 'Groups that grant roles, by id or displayName; not writable by default' },
    ),
  },
  { additionalProperties: false, description: 'PUT /api/rules' },
);
export type Rules = Static<typeof RulesSchema>;

export const NewUserSchema = Type.Object(
  {
    userName: text(600),
    displayName: Type.Optional(text(600)),
    email: Type.Optional(Type.String({ minLength: 3, maxLength: 320, pattern: '^[^@\\s]+@[^@\\s]+$' })),
  },
  { additionalProperties: false, description: 'POST /api/users: an account that SCIM did not make' },
);
export type NewUser = Static<typeof NewUserSchema>;

export const ChangeQuerySchema = Type.Object({
  after: Type.Optional(
    Type.String({ pattern: '^\\d{1,18}$', description: 'Sequence of the last change that was read' }),
  ),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })),
});
export type ChangeQuery = Static<typeof ChangeQuerySchema>;

export const ChangeListSchema = Type.Object({
  changes: Type.Array(
    Type.Object({
      sequence: Type.String(),
      at: instant('When it was written'),
      event: Type.String(),
      resourceType: Type.String(),
      id: Type.String(),
      actor: Type.String({ description: 'Name of the token, client or administrator' }),
    }),
  ),
  next: Type.String({ description: 'The next `after`; the same as before when there is nothing new' }),
});

export type { EventType } from './events/event-types.ts';
export * from './contract-access.ts';
export * from './contract-settings.ts';
