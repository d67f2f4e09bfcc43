-- Which processes work on a job at the moment: each takes its part of the job's limits. Unlogged: after a crash of the
-- server nobody is at work.
create sequence provisioning_worker_joined;
create unlogged table provisioning_worker (
  job_key integer not null,
  worker_id text not null,
  -- Grows with each that joins, whatever the clocks of the processes say.
  joined bigint not null default nextval('provisioning_worker_joined'),
  seen_at timestamptz not null,
  -- The target asked this process to send nothing before the time.
  paused_until timestamptz,
  primary key (job_key, worker_id)
);

-- Failures that an overloaded target (429, 503) caused: they count as failed, and toward no error threshold.
alter table provisioning_cycle
  add column overloaded bigint not null default 0,
  add column references_overloaded bigint not null default 0;

-- Set when the alarm about a job without a sign of life was given; cleared by the next sign.
alter table provisioning_job add column alarm_at timestamptz;
