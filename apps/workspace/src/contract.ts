/** The management API's JSON shapes, shared by the server and the tenant console. */
import { Type, type Static } from 'typebox';

const instant = (description: string) => Type.String({ format: 'date-time', description });
const text = (maxLength: number) => Type.String({ minLength: 1, maxLength });

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

const ScopeSchema = Type.Union([Type.Literal('scim.read'), Type.Literal('scim.write')]);

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
});
export type Token = Static<typeof TokenSchema>;

export const TokenListSchema = Type.Object({ tokens: Type.Array(TokenSchema) });

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

const next = Type.Union([Type.String(), Type.Null()], { description: 'cursor of the next page' });
const managedBy = Type.Literal('scim', { description: 'Changed by the provisioning client only' });

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
export const UserListSchema = Type.Object({ users: Type.Array(UserSchema), total: Type.Integer(), next });

export const GroupSchema = Type.Object({
  id: Type.String(),
  displayName: Type.String(),
  externalId: Type.Union([Type.String(), Type.Null()]),
  managedBy,
  created: instant('Creation'),
  lastModified: instant('Last change'),
});
export type Group = Static<typeof GroupSchema>;
export const GroupListSchema = Type.Object({ groups: Type.Array(GroupSchema), total: Type.Integer(), next });

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

export const RequestQuerySchema = Type.Object({
  cursor: Type.Optional(Type.String({ maxLength: 200 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  failed: Type.Optional(Type.Boolean({ description: 'Only answers with status 400 and above' })),
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
  token: Type.Union([Type.String(), Type.Null()], { description: 'Name of the token' }),
  errorCode: Type.Union([Type.String(), Type.Null()]),
  errorDetail: Type.Union([Type.String(), Type.Null()]),
  tolerated: Type.Array(Type.String(), { description: 'Client behavior that was tolerated, by name' }),
});
export type LoggedRequest = Static<typeof RequestSchema>;
export const RequestListSchema = Type.Object({ requests: Type.Array(RequestSchema), next });

/** RFC 9457, `application/problem+json`. `code` is stable. */
export const ProblemSchema = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.String(),
  code: Type.String(),
});
export type Problem = Static<typeof ProblemSchema>;
