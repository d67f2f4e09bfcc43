-- The provisioning engine: jobs, cycles and their pages, links and what hangs on them, the provisioning log, mails.
-- `key` stands for a job in the big tables, where the job's long text id would be most of a row.

-- One configured provisioning of one enterprise application.
create table provisioning_job (
  key integer generated always as identity primary key,
  id text collate "C" not null unique,
  service_principal_id uuid not null references application (service_principal_id) on delete cascade,
  template_id text not null,
  schedule_state text not null default 'Disabled' check (schedule_state in ('Active', 'Disabled', 'Paused')),
  settings jsonb not null,
  schema_version integer not null default 1,
  -- Grows whenever the next cycle has to be initial; a cycle that ends in an older epoch leaves the watermark alone.
  epoch integer not null default 1,
  watermark bigint,
  force_deletes boolean not null default false,
  next_run_at timestamptz,
  heartbeat_at timestamptz,
  quarantine_reason text,
  quarantine_current_began timestamptz,
  quarantine_series_began timestamptz,
  quarantine_series_count integer not null default 0,
  quarantine_next_attempt timestamptz,
  quarantine_error_code text,
  quarantine_error_message text,
  escrows_pruned boolean not null default false,
  successive_failures integer not null default 0,
  steady_state_first timestamptz,
  steady_state_last timestamptz,
  created_at timestamptz not null
);
create index provisioning_job_service_principal on provisioning_job (service_principal_id, id);

-- Every version of a job's schema that a cycle may still use.
create table provisioning_schema (
  job_key integer not null references provisioning_job on delete cascade,
  version integer not null,
  schema jsonb not null,
  primary key (job_key, version)
);

-- Secrets of a service principal: one AES-256-GCM record over all its name-value pairs.
create table provisioning_secret (
  service_principal_id uuid primary key references application (service_principal_id) on delete cascade,
  key_id text not null,
  nonce bytea not null,
  ciphertext bytea not null,
  saved_at timestamptz not null
);

create table provisioning_cycle (
  id uuid primary key,
  number bigint generated always as identity unique,
  job_key integer not null references provisioning_job on delete cascade,
  kind text not null check (kind in ('initial', 'incremental')),
  state text not null default 'running' check (state in ('running', 'succeeded', 'entry-level-errors', 'failed')),
  stage text not null default 'objects' check (stage in ('objects', 'references', 'departures')),
  epoch integer not null,
  schema_version integer not null,
  watermark_to bigint not null,
  -- Runs whatever the job's schedule state is.
  is_forced boolean not null,
  force_deletes boolean not null,
  retries_all boolean not null,
  escrows_pruned boolean not null default false,
  users_listed boolean not null default false,
  groups_listed boolean not null default false,
  began_at timestamptz not null,
  ended_at timestamptz,
  pages_done integer not null default 0,
  pages_total integer not null default 0,
  users bigint not null default 0,
  groups bigint not null default 0,
  created bigint not null default 0,
  updated bigint not null default 0,
  disabled bigint not null default 0,
  deleted bigint not null default 0,
  skipped bigint not null default 0,
  failed bigint not null default 0,
  requests bigint not null default 0,
  reference_failures bigint not null default 0,
  error_code text,
  error_message text
);
-- Cycles of one job never overlap.
create unique index provisioning_cycle_running on provisioning_cycle (job_key) where state = 'running';
create index provisioning_cycle_job on provisioning_cycle (job_key, number desc);

-- A piece of a running cycle. A phase starts when no page of an earlier one is left.
create table provisioning_page (
  id bigint generated always as identity primary key,
  cycle_id uuid not null references provisioning_cycle on delete cascade,
  phase smallint not null,
  kind text not null check (kind in ('listing', 'objects', 'references', 'members', 'departures')),
  object_kind text not null check (object_kind in ('user', 'group')),
  object_ids uuid[] not null,
  is_done boolean not null default false,
  attempt integer not null default 0,
  not_before timestamptz,
  lease_owner text,
  lease_until timestamptz
);
create index provisioning_page_open on provisioning_page (cycle_id, phase, id) where not is_done;
create index provisioning_page_cycle on provisioning_page (cycle_id);

-- Source object and target object, unique both ways; `snapshot` is what was exported last, by attribute path.
create table provisioning_link (
  job_key integer not null references provisioning_job on delete cascade,
  source_id uuid not null,
  kind text not null check (kind in ('user', 'group')),
  target_id text collate "C" not null,
  display_name text not null,
  state text not null check (state in ('active', 'disabled')),
  snapshot jsonb,
  -- Group: its members are to be compared in full.
  members_due boolean not null default false,
  -- The cycle that evaluated the object last, and what it did.
  cycle_id uuid,
  cycle_outcome text,
  primary key (job_key, source_id)
);
create unique index provisioning_link_target on provisioning_link (job_key, kind, target_id);
create index provisioning_link_members_due on provisioning_link (job_key, source_id) where members_due;

-- A membership that the target has by our doing.
create table provisioning_member (
  job_key integer not null references provisioning_job on delete cascade,
  group_id uuid not null,
  member_id uuid not null,
  primary key (job_key, group_id, member_id)
);
create index provisioning_member_member on provisioning_member (job_key, member_id);

-- Memberships that changed since they were compared last.
create table provisioning_pending_member (
  job_key integer not null references provisioning_job on delete cascade,
  group_id uuid not null,
  member_id uuid not null,
  primary key (job_key, group_id, member_id)
);

-- A reference (manager) that could not be exported yet.
create table provisioning_waiting_reference (
  job_key integer not null references provisioning_job on delete cascade,
  source_id uuid not null,
  attribute text collate "C" not null,
  referenced_id uuid not null,
  primary key (job_key, source_id, attribute)
);
create index provisioning_waiting_reference_to on provisioning_waiting_reference (job_key, referenced_id);

-- A failure kept for retry; `attribute` is empty for the object itself.
create table provisioning_escrow (
  job_key integer not null references provisioning_job on delete cascade,
  source_id uuid not null,
  attribute text collate "C" not null,
  kind text not null check (kind in ('user', 'group')),
  display_name text not null,
  error_code text not null,
  error_message text not null,
  attempts integer not null,
  first_failed_at timestamptz not null,
  next_attempt_at timestamptz not null,
  -- The cycle in which it failed for the first time.
  cycle_id uuid,
  primary key (job_key, source_id, attribute)
);
create index provisioning_escrow_due on provisioning_escrow (job_key, next_attempt_at);
create index provisioning_escrow_cycle on provisioning_escrow (cycle_id);

-- An object due to be disabled or deleted, held until the deletion guard has spoken.
create table provisioning_departure (
  job_key integer not null references provisioning_job on delete cascade,
  source_id uuid not null,
  kind text not null check (kind in ('user', 'group')),
  display_name text not null,
  target_id text not null,
  action text not null check (action in ('disable', 'delete')),
  reason text not null,
  cycle_id uuid not null,
  primary key (job_key, source_id)
);

-- Groups whose members were in scope through them when the last cycle was planned.
create table provisioning_entitling_group (
  job_key integer not null references provisioning_job on delete cascade,
  group_id uuid not null,
  primary key (job_key, group_id)
);

-- The target as an initial cycle listed it, and its objects by folded matching value.
create table provisioning_listed_object (
  job_key integer not null references provisioning_job on delete cascade,
  kind text not null,
  target_id text collate "C" not null,
  attribute_values jsonb not null,
  primary key (job_key, kind, target_id)
);
create table provisioning_listed_key (
  job_key integer not null references provisioning_job on delete cascade,
  kind text not null,
  attribute text collate "C" not null,
  key text collate "C" not null,
  target_id text collate "C" not null,
  primary key (job_key, kind, attribute, key, target_id)
);

-- Matching values of objects that a cycle creates: the second source object with the same value is refused.
create table provisioning_value_claim (
  cycle_id uuid not null references provisioning_cycle on delete cascade,
  kind text not null,
  attribute text collate "C" not null,
  key text collate "C" not null,
  source_id uuid not null,
  primary key (cycle_id, kind, attribute, key)
);

-- One object for one worker at a time. Unlogged: it need not survive a crash of the server, which ends all work anyway.
create unlogged table provisioning_object_lock (
  job_key integer not null,
  source_id uuid not null,
  owner text not null,
  until timestamptz not null,
  primary key (job_key, source_id)
);
create index provisioning_object_lock_owner on provisioning_object_lock (owner);

-- The provisioning log, partitioned by day (UTC) and kept 30 days.
create table provisioning_log (
  at timestamptz not null,
  id uuid not null,
  job_id text collate "C" not null,
  cycle_id uuid,
  change_id uuid not null,
  service_principal_id uuid not null,
  action text not null,
  outcome text not null,
  duration_ms integer not null,
  source_id text collate "C" not null,
  source_name text not null,
  source_type text not null,
  target_id text collate "C" not null,
  target_name text not null,
  target_type text not null,
  reason text not null,
  error jsonb,
  steps jsonb not null,
  modified_properties jsonb not null,
  primary key (at, id)
) partition by range (at);
create index provisioning_log_id on provisioning_log (id);
create index provisioning_log_source on provisioning_log (source_id, at);
create index provisioning_log_job on provisioning_log (job_id, at, id);

-- Makes the partition of the day that holds the time, if it is not there yet.
create function ensure_provisioning_log_day(of_time timestamptz) returns void language plpgsql as $$
declare
  day date := (of_time at time zone 'UTC')::date;
  name text := 'provisioning_log_' || to_char(day, 'YYYYMMDD');
begin
  if to_regclass(name) is not null then
    return;
  end if;
  -- Conflicts with itself only; and only the lock of a relation makes another process's new partition seen.
  lock table provisioning_log in share update exclusive mode;
  if to_regclass(name) is not null then
    return;
  end if;
  -- Made apart and attached, which blocks nobody who reads or writes the other days.
  execute format('create table %I (like provisioning_log including defaults including constraints)', name);
  execute format(
    'alter table provisioning_log attach partition %I for values from (%L) to (%L)',
    name, day::text || ' 00:00:00+00', (day + 1)::text || ' 00:00:00+00');
end
$$;

-- Notifications, written in the transaction that caused them.
create table mail (
  id uuid primary key,
  to_addresses text[] not null,
  subject text not null,
  body text not null,
  created_at timestamptz not null,
  sent_at timestamptz,
  attempts integer not null default 0,
  error text
);
create index mail_unsent on mail (created_at, id) where sent_at is null;
create index mail_created on mail (created_at, id);
