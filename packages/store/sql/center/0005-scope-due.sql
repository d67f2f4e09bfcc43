-- When a job's scoping filter answers differently for an object although the object stays as it is: a clause is relative
-- to now. Such an object is a candidate of the first cycle after that time.
create table provisioning_scope_turn (
  job_key integer not null references provisioning_job on delete cascade,
  source_id uuid not null,
  kind text not null check (kind in ('user', 'group')),
  turns_at timestamptz not null,
  primary key (job_key, source_id)
);
create index provisioning_scope_turn_due on provisioning_scope_turn (job_key, turns_at);
