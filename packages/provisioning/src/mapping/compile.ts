import { ok, fail, type Problem, type Result } from '@joinery/base';
import type { TargetAttribute, TargetObjectType } from '@joinery/connector-kit/ports';
import {
  compileExpression,
  compileScopingFilter,
  fromMappingSource,
  type CompiledExpression,
  type ScopingFilter,
} from '@joinery/expressions';
import type {
  AttributeDefinition,
  AttributeMapping,
  FlowType,
  ObjectMapping,
  SynchronizationRule,
  SynchronizationSchema,
} from '../job/schema.ts';
import { scopeReads, type ScopeReads } from '../scope/related.ts';

export interface CompiledAttribute {
  readonly target: TargetAttribute;
  /** Undefined: a mapping of type None, which only has a default value. */
  readonly expression: CompiledExpression | undefined;
  readonly defaultValue: string | null;
  /** The target attribute's own default, tried for a required attribute without a value. */
  readonly attributeDefault: string | null;
  readonly flowType: FlowType;
  readonly flowAlways: boolean;
  /** The mapping's own word on empty source values: `clear` even what we never exported. Undefined: as the job says. */
  readonly clearing: 'clear' | 'keep' | undefined;
}

/** A reference attribute: its value is the target id of another linked object. */
export interface CompiledReference {
  readonly target: TargetAttribute;
  readonly source: 'manager' | 'members';
}

/** One object mapping, ready to be evaluated. */
export interface CompiledMapping {
  readonly kind: 'user' | 'group';
  readonly type: TargetObjectType;
  readonly allows: { readonly create: boolean; readonly update: boolean; readonly delete: boolean };
  readonly scope: ReturnType<typeof compileScopingFilter> | undefined;
  /** What the scoping filter reads of other objects; undefined: nothing. */
  readonly scopeReads: ScopeReads | undefined;
  readonly attributes: readonly CompiledAttribute[];
  /** By matching precedence, lowest first. */
  readonly matching: readonly CompiledAttribute[];
  readonly references: readonly CompiledReference[];
  /** Some mapping reads `IsSoftDeleted`: without one nothing is sent when an object is disabled or leaves scope. */
  readonly softDeletes: boolean;
  /** Some mapping reads `accountEnabled` itself. */
  readonly readsAccountEnabled: boolean;
}

export interface CompiledSchema {
  readonly user: CompiledMapping | undefined;
  readonly group: CompiledMapping | undefined;
}

const referenceSources: ReadonlyMap<string, CompiledReference['source']> = new Map([
  ['manager', 'manager'],
  ['members', 'members'],
]);

/** The reference that a mapping's source is, when it is a bare `[manager]` or `[members]`. */
export function referenceSourceOf(mapping: AttributeMapping): CompiledReference['source'] | undefined {
  return mapping.source?.type === 'Attribute' ? referenceSources.get(mapping.source.name) : undefined;
}

/** The rule that provisions users and groups: rules by priority, the first that maps the object type. */
export function findObjectMapping(
  schema: SynchronizationSchema,
  sourceObjectName: 'User' | 'Group',
): { readonly rule: SynchronizationRule; readonly mapping: ObjectMapping } | undefined {
  for (const rule of schema.synchronizationRules.toSorted((a, b) => a.priority - b.priority)) {
    const mapping = rule.objectMappings.find((one) => one.sourceObjectName === sourceObjectName);
    if (mapping !== undefined) return { rule, mapping };
  }
  return undefined;
}

/** The target directory's definitions of one object type's attributes, by name. */
export function targetDefinitions(
  schema: SynchronizationSchema,
  rule: SynchronizationRule,
  targetObjectName: string,
): ReadonlyMap<string, AttributeDefinition> {
  const directory = schema.directories.find((one) => one.name === rule.targetDirectoryName);
  const object = directory?.objects.find((one) => one.name === targetObjectName);
  return new Map((object?.attributes ?? []).map((attribute) => [attribute.name, attribute]));
}

function toTargetAttribute(name: string, definition: AttributeDefinition | undefined): TargetAttribute {
  return {
    name,
    type: definition?.type ?? 'String',
    multivalued: definition?.multivalued ?? false,
    caseExact: definition?.caseExact ?? false,
    required: definition?.required ?? false,
  };
}

function clearingOf(
  mapping: AttributeMapping,
  definition: AttributeDefinition | undefined,
  asserts: boolean,
): CompiledAttribute['clearing'] {
  if (mapping.flowNullValues !== undefined) return mapping.flowNullValues ? 'clear' : 'keep';
  return asserts || definition?.flowNullValues === true ? 'clear' : undefined;
}

function compileAttribute(
  mapping: AttributeMapping,
  definition: AttributeDefinition | undefined,
): Result<CompiledAttribute> {
  const target = toTargetAttribute(mapping.targetAttributeName, definition);
  const parsed = mapping.source === null ? undefined : fromMappingSource(mapping.source);
  if (parsed !== undefined && !parsed.ok) return parsed;
  const outermost = parsed?.value.kind === 'function' ? parsed.value.name.toLowerCase() : undefined;
  // `AppRoleAssignmentsComplex` only ever adds roles; the assertive form removes those that are not assigned.
  const isAddOnly = outermost === 'approleassignmentscomplex';
  return ok({
    target,
    expression: parsed === undefined ? undefined : compileExpression(parsed.value),
    defaultValue: mapping.defaultValue,
    attributeDefault: definition?.defaultValue ?? null,
    flowType: isAddOnly && mapping.flowType === 'Always' ? 'MultiValueAddOnly' : mapping.flowType,
    flowAlways: mapping.flowBehavior === 'FlowAlways',
    clearing: clearingOf(mapping, definition, outermost === 'assertiveapproleassignmentscomplex'),
  });
}

function compileScope(scope: ScopingFilter | null): CompiledMapping['scope'] {
  return scope === null || scope.groups.length === 0 ? undefined : compileScopingFilter(scope);
}

function parseFlowTypes(text: string): CompiledMapping['allows'] {
  const names = new Set(text.split(',').map((name) => name.trim().toLowerCase()));
  return { create: names.has('add'), update: names.has('update'), delete: names.has('delete') };
}

function reads(attributes: readonly CompiledAttribute[], name: string): boolean {
  return attributes.some((one) => one.expression?.attributes.includes(name) ?? false);
}

function compileObjectMapping(
  schema: SynchronizationSchema,
  kind: 'user' | 'group',
): Result<CompiledMapping | undefined> {
  const found = findObjectMapping(schema, kind === 'user' ? 'User' : 'Group');
  // The users mapping can't be switched off, as in Entra.
  if (found === undefined || (kind === 'group' && !found.mapping.enabled)) return ok(undefined);
  const { rule, mapping } = found;
  const definitions = targetDefinitions(schema, rule, mapping.targetObjectName);
  const attributes: CompiledAttribute[] = [];
  const matching: { readonly priority: number; readonly attribute: CompiledAttribute }[] = [];
  const references: CompiledReference[] = [];
  const problems: Problem[] = [];
  for (const one of mapping.attributeMappings) {
    const definition = definitions.get(one.targetAttributeName);
    const source = referenceSourceOf(one);
    if (source !== undefined) {
      references.push({ target: toTargetAttribute(one.targetAttributeName, definition), source });
      continue;
    }
    const compiled = compileAttribute(one, definition);
    if (!compiled.ok) {
      problems.push(...compiled.problems);
      continue;
    }
    attributes.push(compiled.value);
    if (one.matchingPriority > 0) matching.push({ priority: one.matchingPriority, attribute: compiled.value });
  }
  if (problems.length > 0) return fail(...problems);
  const scope = compileScope(mapping.scope);
  return ok({
    kind,
    type: {
      name: mapping.targetObjectName,
      kind,
      attributes: [...attributes, ...references].map((one) => one.target),
    },
    allows: parseFlowTypes(mapping.flowTypes),
    scope,
    scopeReads: scopeReads(scope?.attributes ?? []),
    attributes,
    matching: matching.toSorted((a, b) => a.priority - b.priority).map((one) => one.attribute),
    references,
    softDeletes: reads(attributes, 'IsSoftDeleted'),
    readsAccountEnabled: reads(attributes, 'accountEnabled'),
  });
}

/** Compiles a job's schema, once per version. Fails with the problems of its expressions. */
export function compileSchema(schema: SynchronizationSchema): Result<CompiledSchema> {
  const user = compileObjectMapping(schema, 'user');
  const group = compileObjectMapping(schema, 'group');
  if (!user.ok) return user.ok === group.ok && !group.ok ? fail(...user.problems, ...group.problems) : user;
  if (!group.ok) return group;
  return ok({ user: user.value, group: group.value });
}
