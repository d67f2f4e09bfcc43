import type { Json, JsonObject } from '@joinery/base';
import { etagOf } from './etag.ts';
import { defaultProjection, projectedSubs, type Projection } from './projection.ts';
import type { ResourceAttributes } from './resource.ts';
import type { Attribute, ResourceType } from './schema/characteristics.ts';
import { commonAttributes } from './schema/common.ts';
import { groupType, userType } from './schema/resource-types.ts';

/** A resource as storage gives it. */
export interface PresentableResource {
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly created: Date;
  readonly lastModified: Date;
  readonly attributes: ResourceAttributes;
  readonly members?: readonly { readonly id: string; readonly type: string; readonly display: string }[];
  readonly groups?: readonly { readonly id: string; readonly display: string; readonly direct: boolean }[];
}

export interface PresentOptions {
  /** With scheme and path, without trailing slash: `https://host/scim/v2`. */
  readonly baseUrl: string;
  readonly projection?: Projection;
}

const builtIn = new Map([userType, groupType].map((type) => [type.name, type.endpoint]));

/**
 * The resource as a client sees it, attributes in the order of the schema. `schemas` names an extension only when one of
 * its attributes is in the answer; `meta.version` equals the ETag and does not depend on the projection (RFC 7644 §3.14).
 */
export function presentResource(type: ResourceType, stored: PresentableResource, options: PresentOptions): JsonObject {
  const projection = options.projection ?? defaultProjection;
  const core = { ...stored.attributes, ...presentReferences(stored, options.baseUrl) };
  const extensions: Record<string, JsonObject> = {};
  for (const { schema } of type.extensions) {
    const kept = stored.attributes[schema.id];
    if (!isObject(kept)) continue;
    const shown = project(kept, schema.attributes, schema.id, projection);
    if (Object.keys(shown).length > 0) extensions[schema.id] = shown;
  }
  const meta = project({ meta: presentMeta(type, stored, options.baseUrl) }, commonAttributes, undefined, projection);
  return {
    schemas: [type.schema.id, ...Object.keys(extensions)],
    id: stored.id,
    ...project({ externalId: core['externalId'] ?? null }, commonAttributes, undefined, projection),
    ...project(core, type.schema.attributes, undefined, projection),
    ...extensions,
    ...meta,
  };
}

/**
 * The resource as filters see it: also what is returned on request only, without what is never returned, since comparing would
 * tell it.
 */
export function presentForFilter(type: ResourceType, stored: PresentableResource): JsonObject {
  const extensions: [string, JsonObject][] = [];
  for (const { schema } of type.extensions) {
    const kept = stored.attributes[schema.id];
    if (isObject(kept)) extensions.push([schema.id, comparable(kept, schema.attributes)]);
  }
  return {
    ...presentResource(type, stored, { baseUrl: '' }),
    ...comparable(stored.attributes, type.schema.attributes),
    ...Object.fromEntries(extensions),
  };
}

function comparable(values: JsonObject, attributes: readonly Attribute[]): JsonObject {
  const kept: [string, Json][] = [];
  for (const { name, returned } of attributes) {
    const value = values[name];
    if (value !== undefined && value !== null && returned !== 'never') kept.push([name, value]);
  }
  return Object.fromEntries(kept);
}

function presentMeta(type: ResourceType, stored: PresentableResource, baseUrl: string): JsonObject {
  return {
    resourceType: type.name,
    created: stored.created.toISOString(),
    lastModified: stored.lastModified.toISOString(),
    location: `${baseUrl}${type.endpoint}/${stored.id}`,
    version: etagOf(stored.version),
  };
}

/** `members` and `groups` come from membership rows. An empty list is left out, which is the same state (RFC 7643 §2.5). */
function presentReferences(stored: PresentableResource, baseUrl: string): JsonObject {
  return {
    ...(stored.members === undefined || stored.members.length === 0
      ? {}
      : {
          members: stored.members.map((member) => ({
            value: member.id,
            $ref: `${baseUrl}${builtIn.get(member.type) ?? `/${member.type}s`}/${member.id}`,
            type: member.type,
            display: member.display,
          })),
        }),
    ...(stored.groups === undefined || stored.groups.length === 0
      ? {}
      : {
          groups: stored.groups.map((group) => ({
            value: group.id,
            $ref: `${baseUrl}${groupType.endpoint}/${group.id}`,
            display: group.display,
            type: group.direct ? 'direct' : 'indirect',
          })),
        }),
  };
}

function project(
  values: JsonObject,
  attributes: readonly Attribute[],
  extension: string | undefined,
  projection: Projection,
): JsonObject {
  const shown: Record<string, Json> = {};
  for (const attribute of attributes) {
    const value = values[attribute.name];
    if (value === undefined || value === null) continue;
    const subs = projectedSubs(projection, extension, attribute);
    if (subs === 'none') continue;
    const part = subs === 'all' ? value : projectSubs(value, attribute, subs);
    if (part !== undefined) shown[attribute.name] = part;
  }
  return shown;
}

function projectSubs(value: Json, attribute: Attribute, isShown: (sub: Attribute) => boolean): Json | undefined {
  if (Array.isArray(value)) {
    const elements = (value as readonly Json[]).map((element) => projectSubs(element, attribute, isShown));
    const kept = elements.filter((element) => element !== undefined);
    return kept.length === 0 ? undefined : kept;
  }
  if (!isObject(value)) return value;
  const shown: Record<string, Json> = {};
  for (const sub of attribute.subAttributes ?? []) {
    const part = value[sub.name];
    if (part !== undefined && part !== null && isShown(sub)) shown[sub.name] = part;
  }
  return Object.keys(shown).length === 0 ? undefined : shown;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
