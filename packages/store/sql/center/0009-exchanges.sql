-- The requests and answers behind an entry of the provisioning log, kept as long as the entry. Never read with a list.
alter table provisioning_log add column exchanges json;

update provisioning_job set settings = '{"rawExchanges": "all"}'::jsonb || settings;
