insert into schema_migrations (number) values (25);

-- Backups that were made, or were not: what became of them, and whether what they hold could be restored.
create table backups (
  id uuid primary key,
  state text not null check (state in ('completed', 'failed')),
  -- Who asked for it: a user, `storwardend`, or an account of the machine.
  created_by text not null,
  started_at timestamptz not null,
  finished_at timestamptz not null,
  -- Where it is; null where there is none.
  path text,
  -- Of the file.
  size_bytes bigint,
  -- Of its manifest, which holds the checksums of all else.
  sha256 text,
  schema integer,
  version text,
  table_count integer,
  row_count bigint,
  error text,
  -- When all of it was restored into a database of its own, and was the same.
  verified_at timestamptz,
  verify_seconds double precision,
  verify_error text,
  -- When the file was deleted, as there were enough newer ones.
  deleted_at timestamptz,
  check ((state = 'completed') = (path is not null and error is null))
);
create index backups_newest on backups (started_at desc, id desc);
