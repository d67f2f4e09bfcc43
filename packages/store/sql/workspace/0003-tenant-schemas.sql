-- Schemas that a tenant adds, how its requests are read, and values that must be unique by such a schema.

-- A type is a built-in one or one of custom_resource_type; which names there are is checked where a request is routed.
alter table resource drop constraint resource_type_check;

create table tenant_settings (
  tenant_id uuid primary key references tenant,
  strict boolean not null default false,
  accept_unknown_members boolean not null default false,
  changed timestamptz(3) not null
);

-- definition: the extended type and the schema, with every characteristic of its attributes.
create table schema_extension (
  tenant_id uuid not null references tenant,
  urn_folded text collate "C" not null,
  definition jsonb not null,
  created timestamptz(3) not null,
  changed timestamptz(3) not null,
  primary key (tenant_id, urn_folded)
);

create table custom_resource_type (
  tenant_id uuid not null references tenant,
  name_folded text collate "C" not null,
  definition jsonb not null,
  created timestamptz(3) not null,
  changed timestamptz(3) not null,
  primary key (tenant_id, name_folded)
);

-- The first 16 bytes of the SHA-256 of type, attribute and value, folded unless caseExact.
create table unique_value (
  tenant_id uuid not null,
  term bytea not null,
  resource_id uuid not null,
  -- Path of the attribute, so that the values of a schema go with it.
  attribute text collate "C" not null,
  primary key (tenant_id, term),
  foreign key (tenant_id, resource_id) references resource (tenant_id, id) on delete cascade
);
create index unique_value_resource on unique_value (tenant_id, resource_id);

-- What changed since a time is put in the order of lists, whose keys are read from here.
drop index resource_last_modified;
create index resource_last_modified on resource (tenant_id, type, last_modified) include (created, id);
