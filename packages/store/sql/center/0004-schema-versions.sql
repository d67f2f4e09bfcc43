-- Every saved version of a job's schema is kept, with who saved it and when.
alter table provisioning_schema
  add column saved_at timestamptz not null default now(),
  -- Id, display name and type (user, app) of the caller; null: the service itself.
  add column saved_by jsonb,
  -- The version that this one brought back.
  add column restored_from integer;
