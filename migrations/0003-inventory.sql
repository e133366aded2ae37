insert into schema_migrations (number) values (3);

-- What was there once; a place that is gone stays until somebody forgets it.
create table inventory (
  kind text not null check (kind in ('library', 'drive', 'target', 'array', 'session')),
  id text not null,
  name text not null,
  labels jsonb not null,
  virtual boolean not null,
  first_seen timestamptz not null,
  last_seen timestamptz not null,
  -- Since when it has been missing; null while it is there.
  gone_since timestamptz,
  primary key (kind, id)
);
