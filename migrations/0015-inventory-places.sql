insert into schema_migrations (number) values (15);

-- What an object belongs to, e.g. the library of a drive, as it was last known.
alter table inventory add column part_of jsonb not null default '{}';
