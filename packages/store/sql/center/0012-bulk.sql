-- Writes by /Bulk are switched on per job.
update provisioning_job set settings = '{"bulk": false}'::jsonb || settings;
