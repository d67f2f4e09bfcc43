export { compareInstants, parseDateTime, printInstant, type Instant } from './date-time.ts';
export { resourceTypesOf } from './discovery/resource-types.ts';
export { schemasOf } from './discovery/schemas.ts';
export {
  bearerToken,
  serviceProviderConfig,
  type AuthenticationScheme,
  type ServiceProviderOptions,
} from './discovery/service-provider-config.ts';
export {
  expiredCursor,
  forbidden,
  internal,
  invalidCount,
  invalidCursor,
  invalidFilter,
  invalidPath,
  invalidSyntax,
  invalidValue,
  invalidVersion,
  methodNotAllowed,
  mutability,
  noTarget,
  notFound,
  notImplemented,
  payloadTooLarge,
  preconditionFailed,
  ScimError,
  sensitive,
  toErrorBody,
  tooMany,
  tooManyRequests,
  unauthorized,
  unavailable,
  uniqueness,
  unknownMembers,
  unknownRoute,
  unsupportedMediaType,
  uriTooLong,
  type Refusal,
  type ScimType,
} from './errors.ts';
export { etagOf, matchesEtag } from './etag.ts';
export type {
  AttributePath,
  CheckedFilter,
  CompareOperator,
  CompareValue,
  Filter,
  FilterNode,
  ResolvedPath,
} from './filter/ast.ts';
export { readFilterAcross } from './filter/across-types.ts';
export { checkFilter, readFilter } from './filter/check.ts';
export { evaluateElement, evaluateFilter } from './filter/evaluate.ts';
export { filterLimits, parseFilter } from './filter/parse.ts';
export { printFilter } from './filter/print.ts';
export { compareText, foldCase } from './fold-case.ts';
export { listResponse } from './message/list-response.ts';
export { membersMax } from './read-members.ts';
export { applyPatch } from './patch/apply.ts';
export { splitMembers } from './patch/members.ts';
export { operationsMax, parsePatch } from './patch/parse.ts';
export type { MembersChange, MemberValue, ParsedPatch, PatchOperation, PatchTarget } from './patch/operation.ts';
export { parsePath, type PatchPath } from './path/parse.ts';
export { printAttributePath, printResolvedPath } from './path/print.ts';
export { resolvePath } from './path/resolve.ts';
export {
  presentForFilter,
  presentResource,
  type PresentableResource,
  type PresentOptions,
} from './present-resource.ts';
export { isProjected, parseProjection, type AttributeList, type Projection } from './projection.ts';
export { readResource } from './read-resource.ts';
export { replaceResource } from './replace-resource.ts';
export type { ReadResource, ResourceAttributes } from './resource.ts';
export type {
  Attribute,
  AttributeType,
  Mutability,
  ResourceType,
  Returned,
  Schema,
  Uniqueness,
} from './schema/characteristics.ts';
export { commonAttributes } from './schema/common.ts';
export { coreGroupSchema } from './schema/core-group.ts';
export { coreUserSchema } from './schema/core-user.ts';
export { enterpriseUserSchema } from './schema/enterprise-user.ts';
export { schemaLimits } from './schema/define-attribute.ts';
export { readResourceType, readSchemaExtension, removedAttributes } from './schema/define-schema.ts';
export {
  noTenantSchemas,
  resourceTypesWith,
  uniqueValue,
  uniqueValuesOf,
  type SchemaExtension,
  type TenantSchemas,
  type UniqueValue,
} from './schema/tenant-schemas.ts';
export { groupType, userType } from './schema/resource-types.ts';
export { validateResource } from './schema/validate.ts';
export { urns } from './schema/urns.ts';
