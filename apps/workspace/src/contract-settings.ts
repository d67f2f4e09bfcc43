/** The management API's JSON shapes of settings, schemas and the audit log; part of `contract.ts`. */
import { Type, type Static } from 'typebox';

export const TenantSettingsSchema = Type.Object(
  {
    strict: Type.Boolean({ description: 'Nothing is tolerated that the RFCs do not allow' }),
    acceptUnknownMembers: Type.Boolean({ description: 'Members that do not exist are left out instead of refused' }),
  },
  { additionalProperties: false, description: 'PUT /api/settings' },
);
export type TenantSettingsView = Static<typeof TenantSettingsSchema>;

/** Attributes as in RFC 7643 §7; `readSchemaExtension` and `readResourceType` say what is refused. */
const DefinitionAttributesSchema = Type.Array(Type.Record(Type.String(), Type.Unknown()));

export const DefinitionSchema = Type.Record(Type.String(), Type.Unknown(), {
  description: 'A schema extension or a resource type, judged as a whole',
});
export type Definition = Static<typeof DefinitionSchema>;

export const RemovalQuerySchema = Type.Object(
  {
    values: Type.Optional(
      Type.Literal('delete', { description: 'What is stored by the definition is deleted with it; refused otherwise' }),
    ),
  },
  { additionalProperties: false, description: 'DELETE /api/schemas/{urn}, /api/resource-types/{name}' },
);
export type RemovalQuery = Static<typeof RemovalQuerySchema>;

const schemaProperties = {
  id: Type.String({ description: 'URN' }),
  name: Type.String(),
  description: Type.String(),
  attributes: DefinitionAttributesSchema,
};

export const SchemaSchema = Type.Object({
  ...schemaProperties,
  resourceType: Type.Union([Type.Literal('User'), Type.Literal('Group')]),
});
export type ExtensionView = Static<typeof SchemaSchema>;
export const SchemaListSchema = Type.Object({ schemas: Type.Array(SchemaSchema) });
export type SchemaList = Static<typeof SchemaListSchema>;

export const ResourceTypeSchema = Type.Object({
  name: Type.String(),
  endpoint: Type.String({ description: 'Below the Tenant URL: /Devices' }),
  description: Type.String(),
  schema: Type.Object(schemaProperties),
});
export type ResourceTypeView = Static<typeof ResourceTypeSchema>;
export const ResourceTypeListSchema = Type.Object({ resourceTypes: Type.Array(ResourceTypeSchema) });
export type ResourceTypeList = Static<typeof ResourceTypeListSchema>;

export const AuditEntrySchema = Type.Object({
  id: Type.String(),
  at: Type.String({ format: 'date-time', description: 'When it was done' }),
  actor: Type.String({ description: "The administrator's e-mail address, or what else acted" }),
  action: Type.String({ description: 'token.create, rules.change, …' }),
  targetId: Type.Union([Type.String(), Type.Null()]),
  targetName: Type.Union([Type.String(), Type.Null()]),
  detail: Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()], {
    description: 'What was asked for, without secrets',
  }),
});
export type AuditEntryView = Static<typeof AuditEntrySchema>;

export const AuditListSchema = Type.Object({
  entries: Type.Array(AuditEntrySchema),
  next: Type.Union([Type.String(), Type.Null()], { description: 'cursor of the next page' }),
});
export type AuditList = Static<typeof AuditListSchema>;
