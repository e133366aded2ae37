insert into schema_migrations (number) values (32);

-- Backups that were restored to see that they can be, into a database that is gone afterwards, and what came of it.
create table restore_drills (
  id uuid primary key,
  path text not null,
  -- Who asked for it: a user, `storwardend`, or an account of the machine.
  created_by text not null,
  started_at timestamptz not null,
  seconds double precision not null,
  -- Of the backup, as its manifest says; null where that could not be read.
  backup_created_at timestamptz,
  host text,
  schema integer,
  version text,
  -- What was restored and was the same; null where it was not.
  table_count integer,
  row_count bigint,
  error text,
  check ((error is null) = (table_count is not null)),
  check ((error is null) = (row_count is not null))
);
create index restore_drills_newest on restore_drills (started_at desc, id desc);
