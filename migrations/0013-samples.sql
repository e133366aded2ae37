insert into schema_migrations (number) values (13);

-- Numbers over time: one series a name and set of labels. Times are milliseconds since 1970.
create table metric_series (
  id integer generated always as identity primary key,
  name text not null,
  labels jsonb not null,
  type text not null check (type in ('counter', 'gauge'))
);
-- Labels can be longer than what an index holds.
create unique index metric_series_place on metric_series (name, md5(labels::text));

-- What was read lately, a row a value. By time first, as rows only come at the end: by series first each
-- beat would change a page of the index a series, and write all of it to the log. Without a foreign key,
-- which would lock the row of the series for each value: a series is deleted when it has none.
create table metric_samples (
  at_ms bigint not null,
  value double precision not null,
  series_id integer not null,
  primary key (at_ms, series_id)
);

-- When the values of a chunk were read: series that are read together share it.
create table metric_times (
  id integer generated always as identity primary key,
  begins_at_ms bigint not null,
  -- Since begins_at_ms, ascending.
  offsets_ms integer[] not null
);
create index metric_times_age on metric_times (begins_at_ms);

-- What is older, packed: the values of a series in a quarter of a day. Long arrays are compressed by the server.
create table metric_chunks (
  series_id integer not null references metric_series on delete cascade,
  times_id integer not null references metric_times,
  begins_at_ms bigint not null,
  -- As many as there are offsets. Not named "values", a word of SQL.
  numbers double precision[] not null,
  primary key (series_id, begins_at_ms)
);
create index metric_chunks_age on metric_chunks (begins_at_ms);

-- How many values were stored when, so that nobody has to count them.
create table metric_beats (
  at_ms bigint primary key,
  samples integer not null
);
