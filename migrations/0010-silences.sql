insert into schema_migrations (number) values (10);

-- What is not notified for a time, though it is raised and shown.
create table silences (
  id uuid primary key,
  -- [{name, value, is_regex, is_equal}], all of which have to match.
  matchers jsonb not null,
  -- Mutes whatever is not critical, because somebody works at the appliance.
  maintenance boolean not null,
  starts_at timestamptz not null,
  -- Null lasts until it is cancelled.
  ends_at timestamptz,
  -- {cron, duration_seconds, time_zone}: it mutes only in the windows that begin then.
  schedule jsonb,
  comment text not null,
  author text not null,
  created_at timestamptz not null,
  cancelled_at timestamptz,
  cancelled_by text,
  check (ends_at > starts_at),
  check ((cancelled_at is null) = (cancelled_by is null))
);
create index silences_open on silences (starts_at) where cancelled_at is null;
