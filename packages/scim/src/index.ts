export { ScimError, type ScimType } from './errors.ts';
export type {
  AttributePath,
  CheckedFilter,
  CompareOperator,
  CompareValue,
  Filter,
  FilterNode,
  ResolvedPath,
} from './filter/ast.ts';
export type { MembersChange, MemberValue, PatchOperation, PatchTarget } from './patch/operation.ts';
export type { ResourceAttributes } from './resource.ts';
export type {
  Attribute,
  AttributeType,
  Mutability,
  ResourceType,
  Returned,
  Schema,
  Uniqueness,
} from './schema/characteristics.ts';

// To be exported from here, with these signatures (everything pure; expected failures of client input throw ScimError):
//   coreUserSchema, enterpriseUserSchema, coreGroupSchema: Schema;  userType, groupType: ResourceType (with EnterpriseUser)
//   urns: { coreUser, enterpriseUser, coreGroup, listResponse, patchOp, error, searchRequest, bulkRequest, bulkResponse, ... }
//   error factories: invalidFilter({detail, ...}), uniqueness({attribute, value}), invalidPath(…), noTarget(…), mutability(…),
//     invalidValue(…), invalidSyntax(…), notFound({resourceType,id}), methodNotAllowed, unauthorized, forbidden, preconditionFailed,
//     tooManyRequests, payloadTooLarge, unsupportedMediaType, notImplemented, internal;  toErrorBody(error: ScimError): JsonObject
//   parseFilter(text: string): Result<Filter>;  printFilter(filter: Filter | CheckedFilter): string
//   checkFilter(filter: Filter, type: ResourceType): Result<CheckedFilter>
//   evaluateFilter(filter: CheckedFilter, resource: JsonObject): boolean     (resource as presented: with id, meta, members, schemas)
//   parsePath(text: string): Result<…>;  resolvePath(path: AttributePath, type: ResourceType): ResolvedPath | undefined
//   readResource(type: ResourceType, body: unknown, mode: 'create' | 'replace'):
//       { attributes: ResourceAttributes; members: readonly MemberValue[] | undefined; tolerated: readonly string[] }
//   parsePatch(type: ResourceType, body: unknown): { operations: readonly PatchOperation[]; tolerated: readonly string[] }
//   splitMembers(operations): { members: readonly MembersChange[]; rest: readonly PatchOperation[] }
//   applyPatch(type, attributes: ResourceAttributes, operations): { attributes: ResourceAttributes; changed: boolean }
//   replaceResource(type, current: ResourceAttributes, read: …): ResourceAttributes      (PUT semantics of the facts §3.2)
//   validateResource(type, attributes): void
//   presentResource(type, stored, options: { baseUrl, projection }): JsonObject;  parseProjection(type, attributes?, excludedAttributes?)
//   listResponse({ resources, totalResults, startIndex, itemsPerPage? }): JsonObject
//   foldCase(text: string): string          (NFC + full case folding, the one function for uniqueness, filters and indexes)
//   etagOf(version: number): string;  matchesEtag(header: string, version: number): boolean
//   serviceProviderConfig(options), schemasOf(types), resourceTypesOf(types) — discovery bodies
