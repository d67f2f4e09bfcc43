-- OAuth clients and the tokens they were given, the rules of a tenant, and its webhooks.

create table oauth_client (
  tenant_id uuid not null references tenant,
  -- Unique over all tenants: a token request names no tenant.
  id uuid not null unique,
  name text not null,
  name_folded text collate "C" not null,
  scopes text[] not null,
  access_token_seconds integer not null,
  created timestamptz(3) not null,
  last_used timestamptz(3),
  revoked timestamptz(3),
  primary key (tenant_id, id)
);
create unique index oauth_client_name on oauth_client (tenant_id, name_folded) where revoked is null;

create table oauth_secret (
  tenant_id uuid not null,
  client_id uuid not null,
  id uuid not null,
  -- SHA-256 of the whole secret.
  secret_hash bytea not null,
  created timestamptz(3) not null,
  expires timestamptz(3) not null,
  revoked timestamptz(3),
  primary key (tenant_id, client_id, id),
  foreign key (tenant_id, client_id) references oauth_client (tenant_id, id)
);

create table oauth_federation (
  tenant_id uuid not null,
  client_id uuid not null,
  id uuid not null,
  issuer text not null,
  jwks_url text not null,
  subject text not null,
  audiences text[] not null,
  created timestamptz(3) not null,
  revoked timestamptz(3),
  primary key (tenant_id, client_id, id),
  foreign key (tenant_id, client_id) references oauth_client (tenant_id, id)
);

-- Ends with its client and with the secret or federation that it was given for.
create table access_token (
  tenant_id uuid not null,
  -- SHA-256; unique over all tenants, since the tenant is read from the row.
  token_hash bytea not null unique,
  client_id uuid not null,
  grant_id uuid not null,
  scopes text[] not null,
  audience text not null,
  created timestamptz(3) not null,
  expires timestamptz(3) not null,
  primary key (tenant_id, token_hash),
  foreign key (tenant_id, client_id) references oauth_client (tenant_id, id)
);
create index access_token_client on access_token (tenant_id, client_id, expires);

-- `jti` of assertions that were taken, until they expire.
create table used_assertion (
  tenant_id uuid not null,
  client_id uuid not null,
  -- SHA-256 of issuer and jti.
  assertion_hash bytea not null,
  expires timestamptz(3) not null,
  primary key (tenant_id, client_id, assertion_hash)
);

create table tenant_rules (
  tenant_id uuid primary key references tenant,
  rules jsonb not null,
  changed timestamptz(3) not null
);

-- Accounts that SCIM did not make. `adopted`: when a provisioning client wrote to one first.
create table local_account (
  tenant_id uuid not null,
  resource_id uuid not null,
  adopted timestamptz(3),
  primary key (tenant_id, resource_id),
  foreign key (tenant_id, resource_id) references resource (tenant_id, id) on delete cascade
);

create table webhook (
  tenant_id uuid not null references tenant,
  id uuid not null,
  url text not null,
  event_types text[] not null,
  -- Names the signing secret together with the id; the secret itself is nowhere in the database.
  secret_generation integer not null default 1,
  created timestamptz(3) not null,
  -- Sequence of the change feed up to which deliveries exist.
  position bigint not null,
  failures integer not null default 0,
  disabled timestamptz(3),
  disabled_reason text,
  primary key (tenant_id, id)
);

create table webhook_delivery (
  tenant_id uuid not null,
  webhook_id uuid not null,
  id uuid not null,
  event text not null,
  body text not null,
  created timestamptz(3) not null,
  state text collate "C" not null default 'waiting' check (state in ('waiting', 'delivered')),
  attempts integer not null default 0,
  -- Attempts go on for a day from here.
  since timestamptz(3) not null,
  -- Also the lease of who sends it: moved ahead when it is taken.
  next_attempt timestamptz(3) not null,
  last_status smallint,
  last_error text,
  ended timestamptz(3),
  primary key (tenant_id, webhook_id, id),
  foreign key (tenant_id, webhook_id) references webhook (tenant_id, id) on delete cascade
);
create index webhook_delivery_due on webhook_delivery (next_attempt, tenant_id) where state = 'waiting';
create index webhook_delivery_ended on webhook_delivery (tenant_id, ended) where ended is not null;
