-- What administrators did, and what the operations of a bulk request became.

create table audit_entry (
  tenant_id uuid not null references tenant,
  -- UUIDv7, so that entries are ordered by their ids.
  id uuid not null,
  at timestamptz(3) not null,
  -- The administrator's e-mail address, or what else acted; stays when the administrator is gone.
  actor text not null,
  action text collate "C" not null,
  target_id text,
  target_name text,
  detail jsonb,
  primary key (tenant_id, id)
);

alter table request_log add column operations jsonb;
