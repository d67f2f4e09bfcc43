-- The directory: users, groups, memberships, applications, assignments, its change feed, and what imports need.

-- A user; `attributes` holds everything without a column of its own, by Graph name. Deleted ones stay 30 days.
create table directory_user (
  id uuid primary key,
  user_principal_name text not null,
  user_principal_name_folded text collate "C" not null generated always as (lower(user_principal_name)) stored,
  account_enabled boolean not null,
  manager_id uuid references directory_user (id),
  created_at timestamptz not null,
  deleted_at timestamptz,
  attributes jsonb not null,
  display_name_folded text collate "C" not null
    generated always as (lower(coalesce(attributes ->> 'displayName', ''))) stored,
  mail_folded text collate "C" generated always as (lower(attributes ->> 'mail')) stored,
  -- Words of displayName, userPrincipalName and mail, for searches by the beginning of a word.
  search_words tsvector not null generated always as (
    array_to_tsvector(array_remove(regexp_split_to_array(
      lower(coalesce(attributes ->> 'displayName', '') || ' ' || user_principal_name || ' ' || coalesce(attributes ->> 'mail', '')),
      '[[:space:][:punct:]]+'), ''))
  ) stored
);
create unique index directory_user_name on directory_user (user_principal_name_folded) where deleted_at is null;
create index directory_user_display_name on directory_user (display_name_folded, id) where deleted_at is null;
create index directory_user_mail on directory_user (mail_folded) where deleted_at is null;
create index directory_user_created on directory_user (created_at, id) where deleted_at is null;
create index directory_user_search on directory_user using gin (search_words) where deleted_at is null;
create index directory_user_manager on directory_user (manager_id, id) where manager_id is not null;
create index directory_user_deleted on directory_user (deleted_at, id) where deleted_at is not null;

-- A group; members are rows of group_member. Deleted ones stay 30 days.
create table directory_group (
  id uuid primary key,
  display_name text not null,
  display_name_folded text collate "C" not null generated always as (lower(display_name)) stored,
  security_enabled boolean not null,
  created_at timestamptz not null,
  deleted_at timestamptz,
  attributes jsonb not null,
  mail_folded text collate "C" generated always as (lower(attributes ->> 'mail')) stored,
  search_words tsvector not null generated always as (
    array_to_tsvector(array_remove(regexp_split_to_array(
      lower(display_name || ' ' || coalesce(attributes ->> 'mail', '')),
      '[[:space:][:punct:]]+'), ''))
  ) stored
);
create index directory_group_display_name on directory_group (display_name_folded, id) where deleted_at is null;
create index directory_group_created on directory_group (created_at, id) where deleted_at is null;
create index directory_group_search on directory_group using gin (search_words) where deleted_at is null;
create index directory_group_deleted on directory_group (deleted_at, id) where deleted_at is not null;

-- A direct member of a group, a user or a nested group; stays while either end is in the recycle bin, but is not shown.
create table group_member (
  group_id uuid not null references directory_group (id),
  member_id uuid not null,
  member_kind text not null check (member_kind in ('user', 'group')),
  primary key (group_id, member_id)
);
create index group_member_member on group_member (member_id, group_id);
create index group_member_nested on group_member (group_id, member_id) where member_kind = 'group';

-- An enterprise application: the application object and its service principal in one row.
create table application (
  id uuid primary key,
  app_id uuid not null unique,
  service_principal_id uuid not null unique,
  display_name text not null,
  display_name_folded text collate "C" not null generated always as (lower(display_name)) stored,
  application_template_id text,
  account_enabled boolean not null,
  created_at timestamptz not null
);
create index application_display_name on application (display_name_folded, id);

-- A role that an application declares; `place` is its position in the manifest.
create table app_role (
  application_id uuid not null references application (id) on delete cascade,
  id uuid not null,
  display_name text not null,
  description text not null,
  value text,
  is_enabled boolean not null,
  allowed_member_types text[] not null,
  place integer not null,
  primary key (application_id, id)
);

-- Who is assigned to an application, with which role; zeros are the default access role.
create table app_role_assignment (
  id uuid primary key,
  service_principal_id uuid not null references application (service_principal_id),
  principal_id uuid not null,
  principal_kind text not null check (principal_kind in ('user', 'group')),
  app_role_id uuid not null,
  created_at timestamptz not null,
  unique (service_principal_id, principal_id, app_role_id)
);
create index app_role_assignment_page on app_role_assignment (service_principal_id, id);
create index app_role_assignment_principal on app_role_assignment (principal_id, id);

-- The change feed, append-only; `sequence` grows in commit order. object_id is the group of a member change.
create table directory_change (
  sequence bigint generated always as identity primary key,
  at timestamptz not null,
  kind text not null check (kind in ('user', 'group', 'member', 'assignment')),
  change text not null check (change in ('created', 'updated', 'deleted', 'restored', 'purged', 'added', 'removed')),
  object_id uuid not null,
  member_id uuid,
  service_principal_id uuid
);

-- Appends one change per id and wakes the feed's readers; answers how many. The lock is held until the transaction
-- ends, so a sequence is given out only after every smaller one is visible: call it last in a transaction. With no
-- ids it does nothing.
create function append_directory_changes(
  changed_at timestamptz,
  of_kind text,
  as_change text,
  object_ids uuid[],
  member_ids uuid[] default null,
  service_principal_ids uuid[] default null
) returns bigint language plpgsql as $$
begin
  if coalesce(cardinality(object_ids), 0) = 0 then
    return 0;
  end if;
  perform pg_advisory_xact_lock(7305804402032405093);
  insert into directory_change (at, kind, change, object_id, member_id, service_principal_id)
    select changed_at, of_kind, as_change, changed.object_id, changed.member_id, changed.service_principal_id
    from unnest(object_ids, member_ids, service_principal_ids)
      with ordinality as changed (object_id, member_id, service_principal_id, place)
    order by place;
  perform pg_notify('directory_changed', '');
  return cardinality(object_ids);
end
$$;

-- Which directory object stands for which object of a source, so that an import finds it again.
create table source_object (
  source text not null,
  kind text not null check (kind in ('user', 'group')),
  source_id text collate "C" not null,
  object_id uuid not null unique,
  primary key (source, kind, source_id)
);

-- What a running import found to differ; emptied as it is applied, and at the next import of the source.
-- Unlogged: after a crash the next import finds it again.
create unlogged table import_stage (
  source text not null,
  kind text not null check (kind in ('user', 'group')),
  source_id text collate "C" not null,
  object_id uuid not null,
  -- adopt: the object is as it should be and is only noted as the source's; null: only references differ.
  action text check (action in ('create', 'update', 'restore', 'adopt')),
  -- userPrincipalName of a user, displayName of a group.
  name text not null,
  name_folded text collate "C" not null generated always as (lower(name)) stored,
  is_enabled boolean not null,
  attributes jsonb not null,
  manager_source_id text,
  member_source_ids text[],
  references_differ boolean not null,
  -- The user takes over a name that another staged user gives up, or gives it up.
  is_renamed boolean not null default false,
  primary key (source, kind, source_id)
);
create index import_stage_objects on import_stage (source, kind desc, source_id) where action is not null;
create index import_stage_renamed on import_stage (source) where is_renamed;
create index import_stage_references on import_stage (source, kind desc, source_id) where action is null;
create index import_stage_name on import_stage (source, name_folded) where kind = 'user';
create index import_stage_object on import_stage (object_id);

-- Groups that a running import will put into groups, once every membership that ends has ended.
create unlogged table import_nesting (
  source text not null,
  group_id uuid not null,
  member_id uuid not null,
  group_source_id text not null,
  primary key (source, group_id, member_id)
);
