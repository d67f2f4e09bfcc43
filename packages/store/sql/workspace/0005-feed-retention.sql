-- The change feed is kept for some time. A reader who comes back later than that must be told that it has missed some.
create table change_feed_floor (
  tenant_id uuid primary key,
  -- The newest sequence of the tenant that was forgotten.
  sequence bigint not null
);
create index change_feed_at on change_feed using brin (at);
