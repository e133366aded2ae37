insert into schema_migrations (number) values (36);

-- How far an appliance has told a fleet of itself.
create table fleet_publisher (
  only_row boolean primary key default true check (only_row),
  -- Which database this is, made once. It goes into backups: who restores one goes on under the same.
  identity uuid not null default gen_random_uuid(),
  -- ms since 1970. After an older backup was restored numbers are given out a second time: in a later epoch.
  epoch bigint not null,
  -- The last event that the servers have, and the moment up to which they have numbers, ms since 1970.
  seq bigint not null,
  metrics_at_ms bigint not null
);
