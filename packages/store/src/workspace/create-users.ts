import { brandId, type ResourceId, type TenantId } from '@joinery/base';
import { uniqueness, type ResourceAttributes } from '@joinery/scim';
import type { Actor, Creation } from '@joinery/service-provider/ports';
import type { Database } from '../database.ts';
import { createResource } from './create-resource.ts';
import { translateWriteError } from './errors.ts';
import { extractColumns } from './row.ts';

/**
 * Several users by one statement: those whose userName is taken, also by an earlier one of the same statement, are left out and
 * not answered. $1 tenant, $2 time, $3 actor, $4 credential, then one array per column, and two of terms with their users.
 */
const createText = `with
  given as (
    select * from unnest($5::uuid[], $6::text[], $7::text[], $8::text[], $9::boolean[], $10::jsonb[], $11::jsonb[])
      with ordinality g (id, user_name, display_name, external_id, active, attributes, folded, position)),
  created as (
    insert into resource (tenant_id, id, type, user_name_folded, display_name_folded, external_id, active, created,
      last_modified, attributes, folded)
    select $1, g.id, 'User', g.user_name, g.display_name, g.external_id, g.active, $2, $2, g.attributes, g.folded
    from given g order by g.position
    on conflict (tenant_id, user_name_folded) where type = 'User' do nothing
    returning id),
  termed as (
    insert into resource_term (tenant_id, term, resource_id)
    select $1, t.term, t.resource_id from unnest($12::bytea[], $13::uuid[]) t (term, resource_id)
    join created c on c.id = t.resource_id),
  fed as (
    insert into change_feed (tenant_id, at, type, resource_id, kind, actor, credential_id)
    select $1, $2, 'User', c.id, 'created', $3, $4::uuid from created c)
  select c.id from created c`;

/**
 * Each is created or fails as by `createResource`, in the order given. When the one statement is refused because of one of
 * them (a text that cannot be stored), all are done one by one.
 */
export async function createUsers(
  database: Database,
  tenantId: TenantId,
  users: readonly ResourceAttributes[],
  options: { readonly actor: Actor; readonly newId: () => string; readonly at: Date },
): Promise<readonly Creation[]> {
  const { actor, at } = options;
  const given = users.map((attributes) => ({
    id: options.newId(),
    attributes,
    columns: extractColumns('User', attributes),
  }));
  const terms = given.flatMap(({ id, columns }) => columns.terms.map((term) => ({ id, term })));
  const column = <T>(pick: (columns: (typeof given)[number]['columns']) => T): readonly T[] =>
    given.map(({ columns }) => pick(columns));
  const statement = {
    name: 'workspace-create-users',
    text: createText,
    values: [
      tenantId,
      at,
      actor.display,
      actor.credentialId ?? null,
      given.map(({ id }) => id),
      column(({ userName }) => userName),
      column(({ displayName }) => displayName),
      column(({ externalId }) => externalId),
      column(({ active }) => active),
      column(({ attributes }) => attributes),
      column(({ folded }) => folded),
      terms.map(({ term }) => term),
      terms.map(({ id }) => id),
    ],
  };
  let made: ReadonlySet<string>;
  try {
    made = new Set((await database.query<{ id: string }>(statement)).map(({ id }) => id));
  } catch (error) {
    if (translateWriteError(error, undefined) === error) throw error;
    return createOneByOne(database, tenantId, users, options);
  }
  return given.map(({ id, attributes }): Creation => {
    if (!made.has(id)) {
      return { failure: uniqueness({ attribute: 'userName', value: String(attributes['userName'] ?? '') }) };
    }
    const resourceId = brandId<ResourceId>(id);
    return { created: { id: resourceId, type: 'User', version: 1, created: at, lastModified: at, attributes } };
  });
}

async function createOneByOne(
  database: Database,
  tenantId: TenantId,
  users: readonly ResourceAttributes[],
  { actor, newId, at }: { readonly actor: Actor; readonly newId: () => string; readonly at: Date },
): Promise<readonly Creation[]> {
  const creations: Creation[] = [];
  for (const attributes of users) {
    const resource = { id: newId(), at, type: 'User' as const, attributes, members: [], actor };
    try {
      creations.push({ created: await createResource(database, tenantId, resource) });
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      creations.push({ failure: error });
    }
  }
  return creations;
}
