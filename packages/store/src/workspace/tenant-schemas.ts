// Schemas and settings of tenants. A change is decided under the lock of the tenant's row, so that two of them never add what
// only one may, and writes of resources never wait for it: they go by the settings that they read up to a second before.
import { JoineryError, type Clock, type TenantId } from '@joinery/base';
import {
  readResourceType,
  readSchemaExtension,
  removedAttributes,
  type ResourceType,
  type Schema,
  type SchemaExtension,
  type TenantSchemas,
} from '@joinery/scim';
import type { Actor, TenantSettings, TenantSettingsStore } from '@joinery/service-provider/ports';
import type { Database, Session } from '../database.ts';

/** Ports of the management of schemas. `given` is a definition as it came from outside. */
export interface TenantSchemaStore extends TenantSettingsStore {
  set(tenantId: TenantId, settings: Pick<TenantSettings, 'isStrict' | 'acceptsUnknownMembers'>): Promise<void>;
  /** Throws `scim.invalid_value`, also for a URN that the tenant has. */
  addExtension(tenantId: TenantId, given: unknown): Promise<SchemaExtension>;
  /**
   * Replaces the definition of the same URN. With values stored only additions, removals of attributes without values, and
   * characteristics that stored values do not depend on; else `scim.invalid_value` or `workspace.schema_in_use`. Undefined without it.
   */
  changeExtension(tenantId: TenantId, urn: string, given: unknown): Promise<SchemaExtension | undefined>;
  /**
   * False without it. `removal.values` takes the values out of all resources, each a change of its own in the feed, in the same
   * transaction; otherwise `workspace.schema_in_use` while a resource has one.
   */
  removeExtension(tenantId: TenantId, urn: string, removal: Removal): Promise<boolean>;
  addResourceType(tenantId: TenantId, given: unknown): Promise<ResourceType>;
  /** As `changeExtension`; name, endpoint and URN stay while there are resources of the type. */
  changeResourceType(tenantId: TenantId, name: string, given: unknown): Promise<ResourceType | undefined>;
  /** The same for the resources of the type, which are deleted. */
  removeResourceType(tenantId: TenantId, name: string, removal: Removal): Promise<boolean>;
}

export interface Removal {
  /** Whether what is stored by the definition goes with it. */
  readonly values: boolean;
  readonly actor: Actor;
}

interface SettingsRow {
  readonly extensions: readonly SchemaExtension[] | null;
  readonly types: readonly ResourceType[] | null;
  readonly strict: boolean | null;
  readonly accept_unknown_members: boolean | null;
}

const settingsText = `select
    (select jsonb_agg(e.definition order by e.created, e.urn_folded) from schema_extension e where e.tenant_id = $1)
      as extensions,
    (select jsonb_agg(c.definition order by c.created, c.name_folded) from custom_resource_type c where c.tenant_id = $1)
      as types,
    s.strict, s.accept_unknown_members
  from (select $1::uuid as tenant_id) one left join tenant_settings s on s.tenant_id = one.tenant_id`;

async function readSettings(session: Session, tenantId: TenantId): Promise<TenantSettings> {
  const [row] = await session.query<SettingsRow>({
    name: 'workspace-tenant-settings',
    text: settingsText,
    values: [tenantId],
  });
  return {
    extensions: row?.extensions ?? [],
    resourceTypes: row?.types ?? [],
    isStrict: row?.strict ?? false,
    acceptsUnknownMembers: row?.accept_unknown_members ?? false,
  };
}

function inUse(what: string): JoineryError {
  return new JoineryError({
    code: 'workspace.schema_in_use',
    message: `${what} has values in resources of the tenant; remove them first.`,
    retry: 'after-change',
  });
}

function isSame(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

/** Whether a resource of the type has a value there: any of the extension, or the one attribute. */
async function hasValues(
  session: Session,
  tenantId: TenantId,
  at: { readonly type: string; readonly extension: string | undefined; readonly attribute: string | undefined },
): Promise<boolean> {
  const { type, extension, attribute } = at;
  const rows = await session.query({
    text: `select from resource r
      where r.tenant_id = $1 and r.type = $2
        and ($3::text is null or r.attributes ? $3)
        and ($4::text is null or (case when $3::text is null then r.attributes else r.attributes -> $3 end) ? $4)
      limit 1`,
    values: [tenantId, type, extension ?? null, attribute ?? null],
  });
  return rows.length > 0;
}

/** Throws unless every stored value is still what the schema says after the change. */
async function checkChange(
  session: Session,
  tenantId: TenantId,
  place: { readonly type: string; readonly extension: string | undefined },
  before: Schema,
  after: Schema,
): Promise<void> {
  if (!(await hasValues(session, tenantId, { ...place, attribute: undefined }))) return;
  for (const attribute of removedAttributes(before, after)) {
    if (await hasValues(session, tenantId, { ...place, attribute })) throw inUse(`${before.id}:${attribute}`);
  }
}

/** $1 tenant, $2 type, $3 URN, $4 time, $5 actor, $6 credential. */
const takeValuesText = `with
  changed as (
    update resource r set attributes = r.attributes - $3, folded = r.folded - $3, version = r.version + 1,
      last_modified = greatest($4, r.last_modified)
    where r.tenant_id = $1 and r.type = $2 and r.attributes ? $3
    returning r.id, r.last_modified),
  freed as (
    delete from unique_value u using changed c
    where u.tenant_id = $1 and u.resource_id = c.id and starts_with(u.attribute, $3 || ':'))
  insert into change_feed (tenant_id, at, type, resource_id, kind, actor, credential_id)
  select $1, c.last_modified, $2, c.id, 'updated', $5, $6::uuid from changed c`;

/** $1 tenant, $2 type, $3 time, $4 actor, $5 credential. Resources of a tenant's types are in no group and have no terms. */
const deleteAllText = `with gone as (delete from resource r where r.tenant_id = $1 and r.type = $2 returning r.id)
  insert into change_feed (tenant_id, at, type, resource_id, kind, actor, credential_id)
  select $1, $3, $2, g.id, 'deleted', $4, $5::uuid from gone g`;

function withoutExtension(settings: TenantSchemas, urn: string): TenantSchemas {
  return { ...settings, extensions: settings.extensions.filter(({ schema }) => !isSame(schema.id, urn)) };
}

function withoutType(settings: TenantSchemas, name: string): TenantSchemas {
  return { ...settings, resourceTypes: settings.resourceTypes.filter((type) => !isSame(type.name, name)) };
}

export function createTenantSchemaStore(database: Database, clock: Pick<Clock, 'now'>): TenantSchemaStore {
  const now = (): Date => new Date(clock.now());

  /** With the tenant's settings as they are, and no other change of them until it ends. */
  function deciding<T>(
    tenantId: TenantId,
    work: (session: Session, settings: TenantSettings) => Promise<T>,
  ): Promise<T> {
    return database.transaction(async (session) => {
      await session.query({
        text: 'select t.id from tenant t where t.id = $1 for no key update /* tenant_id */',
        values: [tenantId],
      });
      return work(session, await readSettings(session, tenantId));
    });
  }

  async function saveExtension(session: Session, tenantId: TenantId, extension: SchemaExtension): Promise<void> {
    await session.query({
      text: `insert into schema_extension (tenant_id, urn_folded, definition, created, changed) values ($1, $2, $3, $4, $4)
        on conflict (tenant_id, urn_folded) do update set definition = excluded.definition, changed = excluded.changed`,
      values: [tenantId, extension.schema.id.toLowerCase(), JSON.stringify(extension), now()],
    });
  }

  async function saveType(session: Session, tenantId: TenantId, type: ResourceType): Promise<void> {
    await session.query({
      text: `insert into custom_resource_type (tenant_id, name_folded, definition, created, changed) values ($1, $2, $3, $4, $4)
        on conflict (tenant_id, name_folded) do update set definition = excluded.definition, changed = excluded.changed`,
      values: [tenantId, type.name.toLowerCase(), JSON.stringify(type), now()],
    });
  }

  return {
    get: (tenantId) => readSettings(database, tenantId),
    async set(tenantId, { isStrict, acceptsUnknownMembers }) {
      await database.query({
        text: `insert into tenant_settings (tenant_id, strict, accept_unknown_members, changed) values ($1, $2, $3, $4)
          on conflict (tenant_id) do update set strict = excluded.strict,
            accept_unknown_members = excluded.accept_unknown_members, changed = excluded.changed`,
        values: [tenantId, isStrict, acceptsUnknownMembers, now()],
      });
    },
    addExtension: (tenantId, given) =>
      deciding(tenantId, async (session, settings) => {
        const extension = readSchemaExtension(given, settings);
        await saveExtension(session, tenantId, extension);
        return extension;
      }),
    changeExtension: (tenantId, urn, given) =>
      deciding(tenantId, async (session, settings) => {
        const before = settings.extensions.find(({ schema }) => isSame(schema.id, urn));
        if (before === undefined) return undefined;
        const { id } = before.schema;
        // The URN is the path's, and the type that it extends stays.
        const fixed = { ...asObject(given), id, resourceType: before.resourceType };
        const extension = readSchemaExtension(fixed, withoutExtension(settings, urn));
        const place = { type: before.resourceType, extension: id };
        await checkChange(session, tenantId, place, before.schema, extension.schema);
        await saveExtension(session, tenantId, extension);
        return extension;
      }),
    removeExtension: (tenantId, urn, { values, actor }) =>
      deciding(tenantId, async (session, settings) => {
        const before = settings.extensions.find(({ schema }) => isSame(schema.id, urn));
        if (before === undefined) return false;
        const place = { type: before.resourceType, extension: before.schema.id, attribute: undefined };
        const who = [now(), actor.display, actor.credentialId ?? null];
        if (values) {
          await session.query({ text: takeValuesText, values: [tenantId, place.type, place.extension, ...who] });
        } else if (await hasValues(session, tenantId, place)) throw inUse(before.schema.id);
        await session.query({
          text: 'delete from schema_extension e where e.tenant_id = $1 and e.urn_folded = $2',
          values: [tenantId, before.schema.id.toLowerCase()],
        });
        return true;
      }),
    addResourceType: (tenantId, given) =>
      deciding(tenantId, async (session, settings) => {
        const type = readResourceType(given, settings);
        await saveType(session, tenantId, type);
        return type;
      }),
    changeResourceType: (tenantId, name, given) =>
      deciding(tenantId, async (session, settings) => {
        const before = settings.resourceTypes.find((type) => isSame(type.name, name));
        if (before === undefined) return undefined;
        const { endpoint, schema } = before;
        const fixed = { ...asObject(given), name: before.name, endpoint };
        const wanted = { ...fixed, schema: { ...asObject(fixed.schema), id: schema.id } };
        const type = readResourceType(wanted, withoutType(settings, name));
        await checkChange(session, tenantId, { type: before.name, extension: undefined }, schema, type.schema);
        await saveType(session, tenantId, type);
        return type;
      }),
    removeResourceType: (tenantId, name, { values, actor }) =>
      deciding(tenantId, async (session, settings) => {
        const before = settings.resourceTypes.find((type) => isSame(type.name, name));
        if (before === undefined) return false;
        const place = { type: before.name, extension: undefined, attribute: undefined };
        const who = [now(), actor.display, actor.credentialId ?? null];
        if (values) await session.query({ text: deleteAllText, values: [tenantId, before.name, ...who] });
        else if (await hasValues(session, tenantId, place)) throw inUse(`The resource type ${before.name}`);
        await session.query({
          text: 'delete from custom_resource_type c where c.tenant_id = $1 and c.name_folded = $2',
          values: [tenantId, before.name.toLowerCase()],
        });
        return true;
      }),
  };
}

function asObject(given: unknown): { readonly [name: string]: unknown; readonly schema?: unknown } {
  return typeof given === 'object' && given !== null && !Array.isArray(given) ? { ...given } : {};
}
