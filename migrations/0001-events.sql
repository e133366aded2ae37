insert into schema_migrations (number) values (1);

create table events (
  id uuid primary key default gen_random_uuid(),
  -- Position on the event stream; none for what was only handed in to be kept.
  seq bigint unique,
  stream text check (
    stream in ('alert', 'task', 'system', 'storage', 'scst', 'tape', 'vtl', 'metrics')
  ),
  event_type text not null check (event_type in ('log', 'metric', 'trace', 'alert')),
  source text not null,
  message text not null,
  level text not null check (level in ('debug', 'info', 'warning', 'error', 'critical')),
  tags jsonb not null default '{}',
  payload jsonb not null default '{}',
  "timestamp" timestamptz not null,
  created_at timestamptz not null default now(),
  check ((seq is null) = (stream is null))
);

create index events_newest on events ("timestamp" desc, id desc);

-- One row, locked by whoever appends until the commit: numbers have no gap and grow in the order of
-- commits, which a sequence object promises neither of.
create table event_sequence (
  only_row boolean primary key default true check (only_row),
  last bigint not null
);

insert into event_sequence (last) values (0);
