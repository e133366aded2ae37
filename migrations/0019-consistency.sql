insert into schema_migrations (number) values (19);

-- What is there, as it was when it was last seen, or as somebody has said that it is well: it is missed when it is gone.
create table consistency_known (
  -- vtl, scst, library
  check_name text not null,
  name text not null,
  -- medium, cartridge, device, target, lun …
  what text not null,
  -- Name of what it is part of.
  parent text,
  place jsonb not null,
  shown text,
  attributes jsonb not null,
  -- Who has said so; null when it was seen.
  adopted_by text,
  first_seen timestamptz not null,
  changed_at timestamptz not null,
  primary key (check_name, name)
);

-- Differences that somebody has said to leave alone, by what identifies them.
create table consistency_ignored (
  id text primary key,
  check_name text not null,
  sentence text not null,
  reason text not null,
  ignored_by text not null,
  ignored_at timestamptz not null,
  -- Null is for ever.
  until timestamptz,
  check (until > ignored_at)
);

-- The catalogue of the backup application, as it was last imported: at most one.
create table catalogue_import (
  only_one boolean primary key default true check (only_one),
  name text not null,
  imported_at timestamptz not null,
  imported_by text not null
);
create table catalogue_cartridges (
  barcode text primary key,
  pool text,
  status text,
  location text,
  size_bytes bigint
);

-- What checks found, in brief.
create table consistency_results (
  id bigint generated always as identity primary key,
  check_name text not null,
  checked_at timestamptz not null,
  duration_seconds double precision not null,
  status text not null check (status in ('up', 'degraded', 'down', 'unknown')),
  message text not null,
  missing integer not null,
  orphaned integer not null,
  pending integer not null,
  different integer not null,
  ignored integer not null
);
create index consistency_results_time on consistency_results (checked_at);
create index consistency_results_check on consistency_results (check_name, id);
