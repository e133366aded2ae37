insert into schema_migrations (number) values (24);

-- The request in whose name it was done, as the log and the answer name it; null where there was none, and before.
alter table audit add column request_id text;
