insert into schema_migrations (number) values (4);

create table tasks (
  id uuid primary key default gen_random_uuid(),
  kind text not null,
  params jsonb not null default '{}',
  state text not null default 'pending'
    check (state in ('pending', 'running', 'completed', 'failed', 'cancelled')),
  progress double precision not null default 0 check (progress between 0 and 1),
  -- What the task has to itself while it runs, e.g. a library; null when it needs nothing.
  resource text,
  error text,
  idempotency_key text unique,
  created_by text,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  check ((finished_at is not null) = (state in ('completed', 'failed', 'cancelled')))
);

create index tasks_newest on tasks (created_at desc, id desc);
create index tasks_by_state on tasks (state, finished_at desc);
