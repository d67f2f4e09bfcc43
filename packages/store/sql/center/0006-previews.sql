-- Previews of whole cycles. A preview runs on a copy of its job: a row of provisioning_job of its own, with copies of
-- the job's links and of what hangs on them, on which the cycle only imagines its writes. What would be done is kept
-- here; the copy goes when the preview has ended.

create table provisioning_preview (
  id uuid primary key,
  job_key integer not null references provisioning_job on delete cascade,
  state text not null default 'notStarted' check (state in ('notStarted', 'running', 'succeeded', 'failed')),
  requested_by jsonb,
  created_at timestamptz not null,
  -- The instant that the mappings see as now, in the preview and when it is applied.
  began_at timestamptz,
  ended_at timestamptz,
  -- Known once the job was copied: what the plan is based on.
  epoch integer,
  watermark_from bigint,
  watermark_to bigint,
  -- Known when it has ended.
  kind text,
  pages_done integer not null default 0,
  pages_total integer not null default 0,
  requests bigint not null default 0,
  -- How many operations there are by kind, action, reason and outcome.
  summary jsonb,
  departures integer,
  linked integer,
  guard_trips boolean,
  error_code text,
  error_message text,
  -- Whoever asked that exactly this be done, and the cycle that did it.
  apply_requested_at timestamptz,
  apply_requested_by jsonb,
  apply_allows_deletes boolean not null default false,
  apply_cycle_id uuid,
  -- How many operations were done, failed, had changed, were left.
  apply_summary jsonb
);
create index provisioning_preview_job on provisioning_preview (job_key, created_at);

-- What would be done to one object: the object itself, its references and its memberships together.
create table provisioning_preview_operation (
  preview_id uuid not null references provisioning_preview on delete cascade,
  source_id uuid not null,
  kind text not null check (kind in ('user', 'group')),
  display_name text collate "C" not null,
  action text not null check (action in ('create', 'update', 'disable', 'delete', 'skip')),
  reason text not null,
  target_id text,
  changes jsonb not null,
  error jsonb,
  -- SHA-256 of the action and the changes of the object itself, its references apart.
  fingerprint text not null,
  -- When its page is worked on: managers before those who report to them.
  phase smallint not null,
  -- What became of it when the preview was applied.
  applied text check (applied in ('done', 'failed', 'changed', 'skipped')),
  applied_detail text,
  primary key (preview_id, source_id)
);
create index provisioning_preview_operation_name
  on provisioning_preview_operation (preview_id, display_name, source_id);
create index provisioning_preview_operation_action
  on provisioning_preview_operation (preview_id, action, display_name, source_id);

-- A membership that would be added or removed.
create table provisioning_preview_member (
  preview_id uuid not null references provisioning_preview on delete cascade,
  group_id uuid not null,
  member_id uuid not null,
  operation text not null check (operation in ('add', 'remove')),
  primary key (preview_id, group_id, member_id)
);

-- The copy of a job that a preview runs on.
alter table provisioning_job
  add column preview_id uuid unique references provisioning_preview on delete cascade;
-- The preview that a cycle applies: it sends what was planned and nothing else.
alter table provisioning_cycle add column preview_id uuid;

-- Settings that came with this version.
update provisioning_job set settings = '{"protectedAccounts": [], "upsertOnly": false}'::jsonb || settings;
