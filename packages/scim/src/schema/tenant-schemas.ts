import type { Json } from '@joinery/base';
import { foldCase } from '../fold-case.ts';
import { isJsonArray, isJsonObject } from '../json-shape.ts';
import type { ResourceAttributes } from '../resource.ts';
import type { Attribute, ResourceType, Schema } from './characteristics.ts';
import { groupType, userType } from './resource-types.ts';

/** An extension of a built-in resource type. */
export interface SchemaExtension {
  readonly resourceType: 'User' | 'Group';
  readonly schema: Schema;
}

/** What a tenant has added to the built-in schemas; see `readSchemaExtension` and `readResourceType`. */
export interface TenantSchemas {
  readonly extensions: readonly SchemaExtension[];
  readonly resourceTypes: readonly ResourceType[];
}

export const noTenantSchemas: TenantSchemas = { extensions: [], resourceTypes: [] };

function extended(type: ResourceType, extensions: readonly SchemaExtension[]): ResourceType {
  const own = extensions.filter(({ resourceType }) => resourceType === type.name);
  if (own.length === 0) return type;
  return { ...type, extensions: [...type.extensions, ...own.map(({ schema }) => ({ schema, required: false }))] };
}

/** Every resource type of a tenant: User and Group with its extensions, then its own types. */
export function resourceTypesWith({ extensions, resourceTypes }: TenantSchemas): readonly ResourceType[] {
  return [extended(userType, extensions), extended(groupType, extensions), ...resourceTypes];
}

/** One value that no other resource of the type may have. */
export interface UniqueValue {
  /** The attribute's path as printed: `urn:…:badge`. */
  readonly attribute: string;
  /** Folded unless the attribute is caseExact. */
  readonly value: string;
}

interface UniquePath {
  readonly extension: string | undefined;
  readonly attribute: Attribute;
}

const uniquePaths = new WeakMap<ResourceType, readonly UniquePath[]>();

function uniqueIn(schema: Schema, extension: string | undefined): readonly UniquePath[] {
  return schema.attributes
    .filter(({ uniqueness, mutability }) => uniqueness !== 'none' && mutability !== 'writeOnly')
    .map((attribute) => ({ extension, attribute }));
}

/** `userName` and a group's `displayName` are the store's own business. */
function uniquePathsOf(type: ResourceType): readonly UniquePath[] {
  let paths = uniquePaths.get(type);
  if (paths === undefined) {
    const isBuiltIn = type.schema === userType.schema || type.schema === groupType.schema;
    const own = isBuiltIn ? [] : uniqueIn(type.schema, undefined);
    paths = [...own, ...type.extensions.flatMap(({ schema }) => uniqueIn(schema, schema.id))];
    uniquePaths.set(type, paths);
  }
  return paths;
}

/** The value as uniqueness compares it, and as a filter of one equality looks for it. */
export function uniqueValue(extension: string | undefined, attribute: Attribute, value: Json): UniqueValue {
  const text = String(value);
  return {
    attribute: extension === undefined ? attribute.name : `${extension}:${attribute.name}`,
    value: attribute.caseExact ? text : foldCase(text),
  };
}

/**
 * The values of a resource that must be unique among those of its type by a schema that a tenant added, each once; undefined
 * when the type has no such attribute.
 */
export function uniqueValuesOf(type: ResourceType, attributes: ResourceAttributes): readonly UniqueValue[] | undefined {
  const paths = uniquePathsOf(type);
  if (paths.length === 0) return undefined;
  const found = new Map<string, UniqueValue>();
  for (const { extension, attribute } of paths) {
    const container = extension === undefined ? attributes : attributes[extension];
    const held = isJsonObject(container) ? container[attribute.name] : undefined;
    for (const value of isJsonArray(held) ? held : [held]) {
      if (value === undefined || value === null || value === '') continue;
      const unique = uniqueValue(extension, attribute, value);
      found.set(`${unique.attribute}\n${unique.value}`, unique);
    }
  }
  return [...found.values()];
}
