insert into schema_migrations (number) values (13);

-- Numbers over time: one series a name and set of labels.
create table metric_series (
  id integer generated always as identity primary key,
  name text not null,
  labels jsonb not null,
  type text not null check (type in ('counter', 'gauge')),
  unique (name, labels)
);

-- What was read lately, a row a value.
create table metric_samples (
  series_id integer not null references metric_series on delete cascade,
  at timestamptz not null,
  value double precision not null,
  primary key (series_id, at)
);

-- What is older, packed: the values of a series in a quarter of a day. Long arrays are compressed by the server.
create table metric_chunks (
  series_id integer not null references metric_series on delete cascade,
  begins_at timestamptz not null,
  -- Milliseconds since begins_at, ascending; as many as values.
  offsets integer[] not null,
  -- Not named "values", a word of SQL.
  numbers double precision[] not null,
  primary key (series_id, begins_at)
);
create index metric_chunks_age on metric_chunks (begins_at);
create index metric_samples_age on metric_samples (at);
