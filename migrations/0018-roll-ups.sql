insert into schema_migrations (number) values (18);

-- Others than the daemon can hand in numbers; what they observe one by one is a histogram.
alter table metric_series drop constraint metric_series_type_check;
alter table metric_series
  add constraint metric_series_type_check check (type in ('counter', 'gauge', 'histogram')),
  add column submitted boolean not null default false;
create index metric_series_submitted on metric_series (id) where submitted;

-- What is kept from when on: older partitions were dropped. Whoever packs, rolls up or drops locks it.
create table metric_edges (
  only_row boolean primary key default true check (only_row),
  chunks_since_ms bigint not null default 0,
  five_minutes_since_ms bigint not null default 0,
  hours_since_ms bigint not null default 0
);
insert into metric_edges default values;

-- Packed values, a partition a day of UTC, so that what is old goes by dropping it. Without a foreign key: a
-- partition that comes or goes would lock the series.
alter table metric_chunks rename to metric_chunks_before;
alter index metric_chunks_pkey rename to metric_chunks_before_pkey;
create table metric_chunks (
  series_id integer not null,
  times_id integer not null,
  begins_at_ms bigint not null,
  -- As many as there are offsets. Not named "values", a word of SQL.
  numbers double precision[] not null,
  primary key (series_id, begins_at_ms)
) partition by range (begins_at_ms);

do $$
declare
  day bigint;
begin
  for day in
    select distinct begins_at_ms / 86400000 * 86400000 from metric_chunks_before order by 1
  loop
    execute format(
      'create table %I partition of metric_chunks for values from (%s) to (%s)',
      'metric_chunks_' || to_char(to_timestamp(day / 1000) at time zone 'UTC', 'YYYYMMDD'),
      day, day + 86400000
    );
  end loop;
end $$;

insert into metric_chunks (series_id, times_id, begins_at_ms, numbers)
select series_id, times_id, begins_at_ms, numbers from metric_chunks_before
order by begins_at_ms, series_id;
drop table metric_chunks_before;

-- Roll-ups: of each 5 min of a day, of each hour of 16 days, what the values in it came to; null where there
-- are none. Each can be made again from the chunks alone, and is, when a value comes late.
create table metric_five_minutes (
  series_id integer not null,
  begins_at_ms bigint not null,
  mins double precision[] not null,
  maxs double precision[] not null,
  sums double precision[] not null,
  counts integer[] not null,
  -- Null where all are the same as maxs.
  lasts double precision[],
  -- Of counters: null where all are the same as mins.
  firsts double precision[],
  -- Of counters: the sum of the values before a counter began anew; null where none did.
  drops double precision[],
  primary key (series_id, begins_at_ms)
) partition by range (begins_at_ms);

create table metric_hours (like metric_five_minutes including all) partition by range (begins_at_ms);

-- Quarters of a day that were packed before there were roll-ups: until theirs are made they are read from chunks.
create table metric_rollups_due (begins_at_ms bigint primary key);
insert into metric_rollups_due select distinct begins_at_ms from metric_chunks;
