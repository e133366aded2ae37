insert into schema_migrations (number) values (31);

-- What was asked for about an alert by itself, of a step that tells of it. The task may not be kept any more.
alter table alert_transitions add column task_id uuid;
