import { createHash } from 'node:crypto';
import { brandId, type Json, type JsonObject, type ResourceId } from '@joinery/base';
import { foldCase, urns, type ResourceAttributes, type UniqueValue } from '@joinery/scim';
import type {
  Include,
  ResourceTypeName,
  StoredMember,
  StoredMembership,
  StoredResource,
} from '@joinery/service-provider/ports';

/** A row of `resource` as the statements of this folder select it. */
export interface ResourceRow {
  readonly id: string;
  readonly type: ResourceTypeName;
  readonly version: number;
  readonly created: Date;
  readonly last_modified: Date;
  readonly attributes: ResourceAttributes;
  readonly members?: readonly { id: string; type: StoredMember['type']; display: string }[] | null;
  readonly groups?: readonly { id: string; display: string; direct: boolean }[] | null;
}

/** By primary key, whatever the planner thinks of the size of the table: as a join it may read the whole tenant. */
const displayOfMember = `(
    select coalesce(mr.attributes ->> 'displayName', mr.attributes ->> 'userName')
    from resource mr where mr.tenant_id = m.tenant_id and mr.id = m.member_id)`;

const membersColumn = `(
  select coalesce(json_agg(json_build_object('id', m.member_id, 'type', m.member_type, 'display', ${displayOfMember})
    order by m.member_id), '[]')
  from membership m where m.tenant_id = r.tenant_id and m.group_id = r.id) as members`;

/** The first members by id. A whole number, since it stands in the text of the statement. */
const firstMembersColumn = (count: number): string => `(
  select coalesce(json_agg(json_build_object('id', m.member_id, 'type', m.member_type, 'display', ${displayOfMember})
    order by m.member_id), '[]')
  from (
    select f.tenant_id, f.member_id, f.member_type from membership f
    where f.tenant_id = r.tenant_id and f.group_id = r.id
    order by f.member_id limit ${Math.trunc(count)}) m) as members`;

const groupsColumn = `(
  select coalesce(json_agg(json_build_object('id', g.group_id, 'direct', g.direct, 'display', (
      select gr.attributes ->> 'displayName' from resource gr where gr.tenant_id = r.tenant_id and gr.id = g.group_id))
    order by g.group_id), '[]')
  from groups_of(r.tenant_id, r.id) g) as groups`;

export const noInclude: Include = { members: false, groups: false };

/** What of `include` a type has: groups have members, users have groups. */
export function effectiveInclude(type: ResourceTypeName, include: Include): Include {
  const members = include.members && type === 'Group';
  return {
    members,
    groups: include.groups && type === 'User',
    ...(members && include.membersMax !== undefined ? { membersMax: include.membersMax } : {}),
  };
}

/** The select list over `resource r`. Member rows are not touched unless asked for. */
export function resourceColumns(include: Include): string {
  return [
    'r.id, r.type, r.version, r.created, r.last_modified, r.attributes',
    ...(include.members
      ? [include.membersMax === undefined ? membersColumn : firstMembersColumn(include.membersMax)]
      : []),
    ...(include.groups ? [groupsColumn] : []),
  ].join(', ');
}

/** Suffix of a statement's name for its select list. */
export function includeName(include: Include): string {
  return `${include.members ? `-members${include.membersMax ?? ''}` : ''}${include.groups ? '-groups' : ''}`;
}

export function toStoredResource(row: ResourceRow): StoredResource {
  return {
    id: brandId<ResourceId>(row.id),
    type: row.type,
    version: row.version,
    created: row.created,
    lastModified: row.last_modified,
    attributes: row.attributes,
    ...(row.members === undefined || row.members === null
      ? {}
      : { members: row.members.map((member): StoredMember => ({ ...member, id: brandId<ResourceId>(member.id) })) }),
    ...(row.groups === undefined || row.groups === null
      ? {}
      : { groups: row.groups.map((group): StoredMembership => ({ ...group, id: brandId<ResourceId>(group.id) })) }),
  };
}

const canonicalUuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Ids are caseExact, so only the form in which they are printed names a resource. */
export function isResourceId(text: string): boolean {
  return canonicalUuid.test(text);
}

/** Every text of the value folded, nothing else changed. */
export function foldJson(value: Json): Json {
  if (typeof value === 'string') return foldCase(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return (value as readonly Json[]).map(foldJson);
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, foldJson(part)]));
}

/** Whether `displayName` is what the core schemas say, and has its column. */
export function isBuiltIn(type: ResourceTypeName): boolean {
  return type === 'User' || type === 'Group';
}

export interface IndexedPath {
  readonly extension: string | undefined;
  readonly attribute: string;
  readonly sub: string | undefined;
  readonly caseExact: boolean;
}

/** What can be found by equality through `resource_term`, beside the columns of `resource`. */
export const indexedPaths: readonly IndexedPath[] = [
  { extension: undefined, attribute: 'emails', sub: 'value', caseExact: false },
  { extension: urns.enterpriseUser, attribute: 'employeeNumber', sub: undefined, caseExact: false },
  { extension: urns.enterpriseUser, attribute: 'manager', sub: 'value', caseExact: true },
];

/** The key of `resource_term`: 128 bits, so that two values never share one in practice. */
export function termOf(path: IndexedPath, value: string): Buffer {
  const text = `${path.attribute}.${path.sub ?? ''}\n${path.caseExact ? value : foldCase(value)}`;
  return createHash('sha256').update(text).digest().subarray(0, 16);
}

/** The key of `unique_value`. */
export function uniqueTermOf(type: ResourceTypeName, { attribute, value }: UniqueValue): Buffer {
  return createHash('sha256').update(`${type}\n${attribute}\n${value}`).digest().subarray(0, 16);
}

function valuesAt(attributes: ResourceAttributes, path: IndexedPath): readonly string[] {
  const owner = path.extension === undefined ? attributes : attributes[path.extension];
  const value = isObject(owner) ? owner[path.attribute] : undefined;
  const elements = Array.isArray(value) ? (value as readonly Json[]) : [value ?? null];
  return elements
    .map((element) => (path.sub === undefined ? element : isObject(element) ? element[path.sub] : undefined))
    .filter((text) => typeof text === 'string');
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The extracted columns of a resource, in the order of `columnNames`. */
export interface ExtractedColumns {
  readonly userName: string | null;
  readonly displayName: string | null;
  readonly externalId: string | null;
  readonly active: boolean | null;
  readonly attributes: string;
  readonly folded: string;
  readonly terms: readonly Buffer[];
}

export function extractColumns(type: ResourceTypeName, attributes: ResourceAttributes): ExtractedColumns {
  const text = (name: string): string | null => {
    const value = attributes[name];
    return typeof value === 'string' ? value : null;
  };
  const folded = (name: string): string | null => {
    const value = text(name);
    return value === null ? null : foldCase(value);
  };
  const terms = new Map<string, Buffer>();
  if (type === 'User') {
    for (const path of indexedPaths) {
      for (const value of valuesAt(attributes, path)) {
        const term = termOf(path, value);
        terms.set(term.toString('hex'), term);
      }
    }
  }
  const { active } = attributes;
  return {
    userName: type === 'User' ? folded('userName') : null,
    displayName: isBuiltIn(type) ? folded('displayName') : null,
    externalId: text('externalId'),
    active: typeof active === 'boolean' ? active : null,
    attributes: JSON.stringify(attributes),
    folded: JSON.stringify(foldJson(attributes)),
    terms: [...terms.values()],
  };
}
