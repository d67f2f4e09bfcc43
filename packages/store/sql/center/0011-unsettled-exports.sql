-- What was about to be sent of an object: written before, gone with the outcome. What is left tells the next run that the
-- target may hold more than the link knows, whatever became of the one who sent it.
create table provisioning_unsettled (
  job_key integer not null references provisioning_job on delete cascade,
  source_id uuid not null,
  kind text not null check (kind in ('user', 'group')),
  -- The matching values under which it may have been created: [{"attribute", "value"}].
  lookups jsonb not null default '[]',
  -- The values of each time: [{attribute: value}].
  exports jsonb not null default '[]',
  began_at timestamptz not null,
  primary key (job_key, source_id)
);

-- False: it may or may not be a member in the target.
alter table provisioning_member add column is_confirmed boolean not null default true;
