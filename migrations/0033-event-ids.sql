insert into schema_migrations (number) values (33);

-- One event is found by its id alone: a link to it needs no time.
create index events_id on events (id);
