insert into schema_migrations (number) values (34);

-- What the memory of a cleaning cartridge said of itself, when it was in a drive last: how often it was loaded, and how
-- often it can clean. `uses` begins there anew.
alter table cleaning_uses
  add column memory_limit integer check (memory_limit > 0),
  add column memory_at timestamptz;
