-- Administrators, clients, sessions and the audit log of the admin center.

create table center_settings (
  only_row boolean primary key default true check (only_row),
  tenant_id uuid not null,
  display_name text not null,
  default_domain text not null,
  created_at timestamptz not null default now()
);

create table administrator (
  id uuid primary key default gen_random_uuid(),
  email text not null,
  display_name text not null,
  role text not null check (role in ('Global Administrator', 'Cloud Application Administrator', 'Reports Reader')),
  password_hash text not null,
  created_at timestamptz not null default now()
);
create unique index administrator_email on administrator (lower(email));

create table administrator_session (
  token_hash bytea primary key,
  administrator_id uuid not null references administrator on delete cascade,
  csrf_token text not null,
  expires_at timestamptz not null
);
create index administrator_session_administrator on administrator_session (administrator_id);
create index administrator_session_expires on administrator_session (expires_at);

create table setup_token (
  only_row boolean primary key default true check (only_row),
  token_hash bytea not null,
  expires_at timestamptz not null
);

create table api_client (
  client_id uuid primary key,
  display_name text not null,
  role text not null check (role in ('Global Administrator', 'Cloud Application Administrator', 'Reports Reader')),
  created_at timestamptz not null default now()
);

create table api_client_secret (
  client_id uuid not null references api_client on delete cascade,
  secret_hash bytea not null,
  created_at timestamptz not null default now(),
  primary key (client_id, secret_hash)
);

create table access_token (
  token_hash bytea primary key,
  client_id uuid not null references api_client on delete cascade,
  expires_at timestamptz not null
);
create index access_token_client on access_token (client_id);
create index access_token_expires on access_token (expires_at);

-- Sign-in and token attempts per address and per account, shared by all processes.
create table sign_in_attempt (
  key text primary key,
  attempts integer not null,
  window_ends timestamptz not null
);

-- Graph directoryAudit. `sequence` is the order of the pages.
create table directory_audit (
  sequence bigint generated always as identity primary key,
  id uuid not null default gen_random_uuid() unique,
  at timestamptz(3) not null default now(),
  activity text not null,
  category text not null,
  outcome text not null check (outcome in ('success', 'failure')),
  reason text not null,
  initiated_by jsonb not null,
  targets jsonb not null,
  target_ids text[] not null
);
create index directory_audit_at on directory_audit (at);
create index directory_audit_targets on directory_audit using gin (target_ids);
