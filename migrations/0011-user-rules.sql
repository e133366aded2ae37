insert into schema_migrations (number) values (11);

-- Rules that users wrote.
create table rules (
  id uuid primary key,
  name text not null,
  description text not null,
  action text not null,
  -- In the language of rules, checked before it is stored.
  query text not null,
  threshold_value double precision,
  clear_threshold double precision,
  for_seconds double precision not null check (for_seconds >= 0),
  keep_firing_seconds double precision not null check (keep_firing_seconds >= 0),
  severity text not null check (severity in ('info', 'warning', 'critical')),
  source text not null,
  -- Added to those of the places that the query finds.
  labels jsonb not null,
  enabled boolean not null,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null
);
create unique index rules_name on rules (lower(name));
