/** The management API's JSON shapes of OAuth clients and webhooks; part of `contract.ts`. */
import { Type, type Static } from 'typebox';
import { instant, next, orNull, ScopeSchema, text } from './contract-parts.ts';
import { eventTypes, type EventType } from './events/event-types.ts';

export const OAuthSecretSchema = Type.Object({
  id: Type.String(),
  created: instant('Creation'),
  expires: instant('End of life'),
  revoked: orNull('Refused from then on; may lie ahead after a rotation'),
});

const FederationFields = {
  issuer: Type.String({ maxLength: 500, pattern: '^https://', description: '`iss` of the assertions' }),
  jwksUrl: Type.String({ maxLength: 1000, description: 'https, on a host that the operator allows' }),
  subject: text(500),
  audiences: Type.Array(text(500), {
    minItems: 1,
    maxItems: 10,
    uniqueItems: true,
    description: 'Any of them, exactly',
  }),
};

export const FederationSchema = Type.Object({
  id: Type.String(),
  ...FederationFields,
  created: instant('Creation'),
});

export const NewFederationSchema = Type.Object(FederationFields, {
  additionalProperties: false,
  description: 'POST /api/oauth/clients/{id}/federations',
});
export type NewFederation = Static<typeof NewFederationSchema>;

export const OAuthClientSchema = Type.Object({
  id: Type.String({ description: 'client_id' }),
  name: Type.String(),
  scopes: Type.Array(ScopeSchema),
  accessTokenSeconds: Type.Integer(),
  created: instant('Creation'),
  lastUsed: orNull('Last use of one of its access tokens, up to a second old'),
  secrets: Type.Array(OAuthSecretSchema, { description: 'Live ones' }),
  federations: Type.Array(FederationSchema),
  expiresWithinDays: Type.Union([Type.Literal(1), Type.Literal(7), Type.Literal(30), Type.Null()], {
    description:
      'Warns that the last of its secrets ends soon, or has ended (1); null where a federation takes its place',
  }),
});
export type OAuthClientView = Static<typeof OAuthClientSchema>;

export type OAuthSecretView = Static<typeof OAuthSecretSchema>;
export type FederationView = Static<typeof FederationSchema>;

export const OAuthClientListSchema = Type.Object({
  clients: Type.Array(OAuthClientSchema),
  tokenEndpoint: Type.String(),
});
export type OAuthClientList = Static<typeof OAuthClientListSchema>;

export const NewOAuthClientSchema = Type.Object(
  {
    name: text(100),
    scopes: Type.Optional(Type.Array(ScopeSchema, { minItems: 1, maxItems: 2, uniqueItems: true })),
    accessTokenSeconds: Type.Optional(Type.Integer({ minimum: 3600, maximum: 21_600, default: 3600 })),
  },
  { additionalProperties: false, description: 'POST /api/oauth/clients' },
);
export type NewOAuthClient = Static<typeof NewOAuthClientSchema>;

export const NewSecretSchema = Type.Object(
  {
    expires: instant('End of life; at most three years ahead'),
    overlapSeconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 30 * 86_400,
        description: "Ends the client's other secrets after this time; left out, they live on",
      }),
    ),
  },
  { additionalProperties: false, description: 'POST /api/oauth/clients/{id}/secrets' },
);
export type NewSecret = Static<typeof NewSecretSchema>;

export const CreatedSecretSchema = Type.Object({
  ...OAuthSecretSchema.properties,
  clientId: Type.String(),
  clientSecret: Type.String({ description: 'Shown this once' }),
  tokenEndpoint: Type.String(),
});
export type CreatedSecret = Static<typeof CreatedSecretSchema>;

const EventTypeSchema = Type.Unsafe<EventType>(Type.Union(eventTypes.map((type) => Type.Literal(type))));

export const WebhookSchema = Type.Object({
  id: Type.String(),
  url: Type.String(),
  eventTypes: Type.Array(Type.String()),
  created: instant('Creation'),
  enabled: Type.Boolean(),
  disabledReason: Type.Union([Type.String(), Type.Null()]),
});
export type WebhookView = Static<typeof WebhookSchema>;
export const WebhookListSchema = Type.Object({ webhooks: Type.Array(WebhookSchema) });
export type WebhookList = Static<typeof WebhookListSchema>;

export const CreatedWebhookSchema = Type.Object({
  ...WebhookSchema.properties,
  secret: Type.String({ description: 'Signs the deliveries; shown this once' }),
});
export type CreatedWebhook = Static<typeof CreatedWebhookSchema>;

export const NewWebhookSchema = Type.Object(
  {
    url: text(2000),
    eventTypes: Type.Optional(
      Type.Array(EventTypeSchema, { minItems: 1, uniqueItems: true, description: 'All by default' }),
    ),
  },
  { additionalProperties: false, description: 'POST /api/webhooks' },
);
export type NewWebhook = Static<typeof NewWebhookSchema>;

export const WebhookChangeSchema = Type.Object(
  {
    url: Type.Optional(text(2000)),
    eventTypes: Type.Optional(Type.Array(EventTypeSchema, { minItems: 1, uniqueItems: true })),
    enabled: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false, description: 'PATCH /api/webhooks/{id}' },
);
export type WebhookChange = Static<typeof WebhookChangeSchema>;

export const DeliverySchema = Type.Object({
  id: Type.String({ description: 'webhook-id of the request' }),
  event: Type.String(),
  created: instant('When the change became a delivery'),
  state: Type.Union([Type.Literal('waiting'), Type.Literal('delivered')]),
  attempts: Type.Integer(),
  nextAttempt: orNull('null when it is delivered'),
  lastStatus: Type.Union([Type.Integer(), Type.Null()]),
  lastError: Type.Union([Type.String(), Type.Null()]),
});
export type DeliveryView = Static<typeof DeliverySchema>;
export const DeliveryListSchema = Type.Object({ deliveries: Type.Array(DeliverySchema), next });
export type DeliveryList = Static<typeof DeliveryListSchema>;
