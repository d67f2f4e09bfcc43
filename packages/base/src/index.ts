export { assert, assertNever } from './assert.ts';
export type { Clock } from './clock.ts';
export { ConfigError, JoineryError, type JoineryErrorOptions, type Retry } from './errors.ts';
export { brandId } from './ids.ts';
export type { AppRoleId, ComparisonId, CredentialId, CycleId, JobId, ObjectId, ResourceId, TenantId } from './ids.ts';
export type { Json, JsonObject } from './json.ts';
export { product } from './product.ts';
export { fail, ok, type Problem, type Result } from './result.ts';
