-- The workspace: tenants, their administrators and credentials, users and groups, the change feed, the request log.
-- The tenant's id leads every key, foreign key and index; exceptions are what is looked up before the tenant is known
-- (hashes of secrets, e-mail addresses of administrators), and say so.

create table tenant (
  id uuid primary key,
  name text not null,
  name_folded text collate "C" not null unique,
  created timestamptz(3) not null
);

create table administrator (
  tenant_id uuid not null references tenant,
  id uuid not null,
  email text not null,
  -- Unique over all tenants: a sign-in names no tenant.
  email_folded text collate "C" not null unique,
  display_name text not null,
  password_hash text not null,
  created timestamptz(3) not null,
  primary key (tenant_id, id)
);

create table administrator_session (
  tenant_id uuid not null,
  -- SHA-256; unique over all tenants, since the tenant is read from the row.
  token_hash bytea not null unique,
  administrator_id uuid not null,
  csrf_token text not null,
  expires timestamptz(3) not null,
  primary key (tenant_id, token_hash),
  foreign key (tenant_id, administrator_id) references administrator (tenant_id, id) on delete cascade
);

create table setup_token (
  tenant_id uuid not null references tenant,
  -- SHA-256; unique over all tenants, since the tenant is read from the row.
  token_hash bytea not null unique,
  expires timestamptz(3) not null,
  primary key (tenant_id, token_hash)
);

-- Of the installation, not of a tenant.
create table setting (
  name text primary key,
  value text not null
);

create table credential (
  tenant_id uuid not null references tenant,
  id uuid not null,
  name text not null,
  name_folded text collate "C" not null,
  audience text not null,
  scopes text[] not null,
  created timestamptz(3) not null,
  expires timestamptz(3) not null,
  last_used timestamptz(3),
  revoked timestamptz(3),
  -- SHA-256 of the whole token; unique over all tenants, since the tenant is read from the row.
  token_hash bytea not null unique,
  -- False as soon as the credential is revoked or another takes the name of an expired one.
  holds_name boolean not null default true,
  primary key (tenant_id, id)
);
create unique index credential_name on credential (tenant_id, name_folded) where holds_name;

-- Users and groups. `folded` is `attributes` with every text folded by the program: what filters and sorting read where an
-- attribute is not caseExact. PostgreSQL never folds text itself.
create table resource (
  tenant_id uuid not null,
  id uuid not null,
  type text collate "C" not null check (type in ('User', 'Group')),
  user_name_folded text collate "C",
  display_name_folded text collate "C",
  external_id text collate "C",
  active boolean,
  version integer not null default 1,
  created timestamptz(3) not null,
  last_modified timestamptz(3) not null,
  attributes jsonb not null,
  folded jsonb not null,
  primary key (tenant_id, id)
);
create unique index resource_user_name on resource (tenant_id, user_name_folded) where type = 'User';
create unique index resource_group_name on resource (tenant_id, display_name_folded) where type = 'Group';
create index resource_user_display_name on resource (tenant_id, display_name_folded) where type = 'User';
create index resource_external_id on resource (tenant_id, external_id) where external_id is not null;
create index resource_order on resource (tenant_id, type, created, id);
create index resource_last_modified on resource (tenant_id, type, last_modified);

-- Equality search in further attributes (emails.value, employeeNumber, manager.value): the first 16 bytes of the SHA-256 of
-- path and folded value.
create table resource_term (
  tenant_id uuid not null,
  term bytea not null,
  resource_id uuid not null,
  primary key (tenant_id, term, resource_id),
  foreign key (tenant_id, resource_id) references resource (tenant_id, id)
);
create index resource_term_resource on resource_term (tenant_id, resource_id);

create table membership (
  tenant_id uuid not null,
  group_id uuid not null,
  member_id uuid not null,
  member_type text collate "C" not null,
  primary key (tenant_id, group_id, member_id),
  foreign key (tenant_id, group_id) references resource (tenant_id, id),
  foreign key (tenant_id, member_id) references resource (tenant_id, id)
);
create index membership_member on membership (tenant_id, member_id, group_id);

-- Every group that a resource is in, itself or through groups; once each.
create function groups_of(of_tenant uuid, of_member uuid) returns table (group_id uuid, direct boolean)
language sql stable as $$
  with recursive above (group_id) as (
    select m.group_id from membership m where m.tenant_id = of_tenant and m.member_id = of_member
    union
    select m.group_id from above a join membership m on m.tenant_id = of_tenant and m.member_id = a.group_id
  )
  select a.group_id,
    exists (
      select from membership m
      where m.tenant_id = of_tenant and m.group_id = a.group_id and m.member_id = of_member
    )
  from above a
$$;

-- Every resource that is in a group, itself or through groups.
create function members_below(of_tenant uuid, of_group uuid) returns table (member_id uuid)
language sql stable as $$
  with recursive below (member_id) as (
    select m.member_id from membership m where m.tenant_id = of_tenant and m.group_id = of_group
    union
    select m.member_id from below b join membership m on m.tenant_id = of_tenant and m.group_id = b.member_id
  )
  select b.member_id from below b
$$;

-- Counting and finding the n-th resource without walking the table. The order (created, id) is cut into segments, each
-- with the number of its resources; what was created and deleted since is in resource_count_change, one row each, so that
-- writers never wait for each other. A background step folds the changes into the segments and cuts large ones.
create table resource_segment (
  tenant_id uuid not null,
  type text collate "C" not null,
  low_created timestamptz(3) not null,
  low_id uuid not null,
  size bigint not null,
  primary key (tenant_id, type, low_created, low_id)
);

create table resource_count_change (
  tenant_id uuid not null,
  type text collate "C" not null,
  created timestamptz(3) not null,
  id uuid not null,
  change smallint not null
);
create index resource_count_change_order on resource_count_change (tenant_id, type);

create function count_created() returns trigger language plpgsql as $$
begin
  insert into resource_count_change (tenant_id, type, created, id, change)
  select tenant_id, type, created, id, 1 from changed;
  return null;
end
$$;
create trigger resource_created after insert on resource
  referencing new table as changed for each statement execute function count_created();

create function count_deleted() returns trigger language plpgsql as $$
begin
  insert into resource_count_change (tenant_id, type, created, id, change)
  select tenant_id, type, created, id, -1 from changed;
  return null;
end
$$;
create trigger resource_deleted after delete on resource
  referencing old table as changed for each statement execute function count_deleted();

-- The change feed. A reader must never pass a sequence whose transaction commits later, so each writing transaction holds
-- a shared advisory lock whose key is the last sequence given out before its own; `settled_change` answers the
-- sequence up to which every transaction has ended.
create sequence change_sequence;

create function next_change_sequence() returns bigint language plpgsql as $$
declare
  before_own bigint;
begin
  if coalesce(current_setting('joinery.change_lock', true), '') = '' then
    select case when is_called then last_value else 0 end into before_own from change_sequence;
    perform pg_advisory_xact_lock_shared(1246715716, (before_own % 2147483648)::integer);
    perform set_config('joinery.change_lock', 'held', true);
  end if;
  return nextval('change_sequence');
end
$$;

-- The sequence is read before the locks: a transaction whose lock is not seen takes its sequences later. Keys are the low
-- 31 bits, made whole again by the distance to the sequence.
create function settled_change() returns bigint language plpgsql as $$
declare
  given bigint;
  held bigint;
begin
  select case when is_called then last_value else 0 end into given from change_sequence;
  select min(given - ((given - l.objid::bigint) % 2147483648 + 2147483648) % 2147483648) into held
  from pg_locks l
  where l.locktype = 'advisory' and l.classid = 1246715716 and l.objsubid = 2
    and l.database = (select oid from pg_database where datname = current_database());
  return least(given, coalesce(held, given));
end
$$;

create table change_feed (
  tenant_id uuid not null,
  sequence bigint not null default next_change_sequence(),
  at timestamptz(3) not null,
  type text collate "C" not null,
  resource_id uuid not null,
  kind text collate "C" not null,
  actor text not null,
  credential_id uuid,
  primary key (tenant_id, sequence)
);

create table request_log (
  tenant_id uuid not null,
  at timestamptz(3) not null,
  id bigint generated always as identity,
  request_id text not null,
  method text not null,
  path text not null,
  status smallint not null,
  duration_ms real not null,
  credential_id uuid,
  error_code text,
  error_detail text,
  tolerated text[] not null,
  primary key (tenant_id, at, id)
) partition by range (at);
create index request_log_failed on request_log (tenant_id, at, id) where status >= 400;
