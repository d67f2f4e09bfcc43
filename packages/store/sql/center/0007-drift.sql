-- Comparisons of targets with what their jobs provision: what is in a target that is not ours, and what was changed there.

-- At most one running comparison of a job, beside the results of the last one that came to its end.
create table provisioning_comparison (
  id uuid primary key,
  number bigint generated always as identity unique,
  job_key integer not null references provisioning_job on delete cascade,
  state text not null default 'running' check (state in ('running', 'succeeded', 'failed', 'canceled')),
  stage text not null default 'sources' check (stage in ('sources', 'users', 'groups', 'unseen')),
  -- Where the stage goes on: after this id, or from this page of the target's listing. Null: at its beginning.
  position text collate "C",
  -- Id, display name and type (user, app) of who asked for it; null: the schedule.
  requested_by jsonb,
  began_at timestamptz not null,
  ended_at timestamptz,
  users_total bigint,
  groups_total bigint,
  listed bigint not null default 0,
  requests bigint not null default 0,
  error_code text,
  error_message text,
  lease_owner text,
  lease_until timestamptz
);
create unique index provisioning_comparison_running on provisioning_comparison (job_key) where state = 'running';
create index provisioning_comparison_job on provisioning_comparison (job_key, number desc);

-- Objects of the directory by folded matching value, so that accounts nobody linked find the people they belong to.
create table provisioning_source_key (
  comparison_id uuid not null references provisioning_comparison on delete cascade,
  kind text not null,
  attribute text collate "C" not null,
  key text collate "C" not null,
  source_id uuid not null,
  primary key (comparison_id, kind, attribute, key, source_id)
);

-- An account (or group) of the target, or one that is linked and no longer there.
create table provisioning_compared_account (
  id bigint generated always as identity primary key,
  comparison_id uuid not null references provisioning_comparison on delete cascade,
  kind text not null check (kind in ('user', 'group')),
  target_id text collate "C" not null,
  class text not null check (class in ('local', 'unassigned', 'assigned', 'changed', 'missing')),
  display_name text not null,
  sort_name text collate "C" not null,
  source_id uuid,
  source_name text,
  is_linked boolean not null,
  is_in_scope boolean not null,
  -- Why it can't be adopted: DuplicateSourceEntries, DuplicateTargetEntries.
  problem text,
  attribute_values jsonb not null,
  -- Attribute, and what was exported, is there now, and is to be there.
  differences jsonb not null,
  -- Null: the members were not compared.
  members_missing integer,
  members_added integer,
  action text check (action in ('repair', 'adopt')),
  action_state text check (action_state in ('queued', 'succeeded', 'failed')),
  action_error_code text,
  action_error_message text,
  unique (comparison_id, kind, target_id)
);
create index provisioning_compared_account_class
  on provisioning_compared_account (comparison_id, class, sort_name, id);
create index provisioning_compared_account_queued
  on provisioning_compared_account (comparison_id, id) where action_state = 'queued';
create index provisioning_compared_account_source on provisioning_compared_account (comparison_id, source_id)
  where source_id is not null;

-- What an administrator has seen and wants to hear no more of, in later comparisons too.
create table provisioning_ignored_account (
  job_key integer not null references provisioning_job on delete cascade,
  kind text not null,
  target_id text collate "C" not null,
  class text not null,
  primary key (job_key, kind, target_id, class)
);

update provisioning_job
set settings = '{"comparison": {"enabled": false, "intervalHours": 24}}'::jsonb || settings;
