insert into schema_migrations (number) values (17);

-- What a text can be searched by: its words in lower case, of letters and digits of any script. Words are cut
-- to a length that an index holds. Without an extension: a server of ours may have none.
create function words_of(given text) returns text[]
language sql immutable strict parallel safe
return array_remove(
  regexp_split_to_array(
    regexp_replace(
      lower(given),
      '([^\u0001-\u002f\u003a-\u0060\u007b-\u00bf\u2000-\u206f\u3000]{64})[^\u0001-\u002f\u003a-\u0060\u007b-\u00bf\u2000-\u206f\u3000]+',
      '\1',
      'g'
    ),
    '[\u0001-\u002f\u003a-\u0060\u007b-\u00bf\u2000-\u206f\u3000]+'
  ),
  ''
);

create function event_words(source text, message text, tags jsonb) returns tsvector
language sql immutable strict parallel safe
return array_to_tsvector(words_of(source || ' ' || message || ' ' || tags::text));

-- Every word of the text has to begin one of the event's; null when there is no word in it.
create function event_search(given text) returns tsquery
language sql immutable strict parallel safe
return (select string_agg('''' || word || ''':*', ' & ') from unnest(words_of(given)) as word)::tsquery;

alter table events rename to events_until_17;
alter table events_until_17 rename constraint events_pkey to events_until_17_pkey;
alter table events_until_17 rename constraint events_seq_key to events_until_17_seq_key;
alter index events_newest rename to events_until_17_newest;

-- A partition a day, in UTC, so that old days are dropped whole. The daemon makes them ahead.
create table events (
  id uuid not null default gen_random_uuid(),
  -- Position on the event stream; none for what was only handed in to be kept. It cannot be unique across
  -- partitions: that it is follows from the row of event_sequence, which is locked until the commit.
  seq bigint,
  stream text check (
    stream in ('alert', 'task', 'system', 'storage', 'scst', 'tape', 'vtl', 'metrics')
  ),
  event_type text not null check (event_type in ('log', 'metric', 'trace', 'alert')),
  source text not null,
  message text not null,
  level text not null check (level in ('debug', 'info', 'warning', 'error', 'critical')),
  tags jsonb not null default '{}',
  payload jsonb not null default '{}',
  -- To the millisecond, which is what a cursor holds.
  "timestamp" timestamptz(3) not null,
  created_at timestamptz not null default now(),
  -- Who handed it in; null for what the daemon writes itself, and when the user is no more.
  created_by uuid references users on delete set null,
  words tsvector not null generated always as (event_words(source, message, tags)) stored,
  primary key ("timestamp", id),
  check ((seq is null) = (stream is null))
) partition by range ("timestamp");

create index events_seq on events (seq) where seq is not null;
create index events_source on events (source, "timestamp");
create index events_level on events (level, "timestamp");
create index events_type on events (event_type, "timestamp");
create index events_creator on events (created_by) where created_by is not null;
create index events_words on events using gin (words);
create index events_tags on events using gin (tags jsonb_path_ops);

-- For days that nobody has made a partition for, whose rows are moved when one is made: a clock that jumps
-- must not make events fail.
create table events_default partition of events default;

-- How many events there are of each day, so that nobody has to count them or to look where there are none.
create table event_days (
  day date primary key,
  events bigint not null,
  -- The numbers of the stream among them.
  first_seq bigint,
  last_seq bigint
);

-- Rows of the parent alone: what is moved from one partition to another is not counted again. In the order
-- of days, so that two that append cannot wait for each other.
create function count_event_days() returns trigger
language plpgsql as $$
begin
  insert into event_days as known (day, events, first_seq, last_seq)
  select ("timestamp" at time zone 'UTC')::date, count(*), min(seq), max(seq)
  from appended
  group by 1
  order by 1
  on conflict (day) do update set
    events = known.events + excluded.events,
    first_seq = least(known.first_seq, excluded.first_seq),
    last_seq = greatest(known.last_seq, excluded.last_seq);
  return null;
end
$$;
create trigger event_days_counted after insert on events
referencing new table as appended
for each statement execute function count_event_days();

create function forget_event_days() returns trigger
language plpgsql as $$
begin
  delete from event_days;
  return null;
end
$$;
create trigger event_days_forgotten after truncate on events
for each statement execute function forget_event_days();

do $$
declare
  of_day date;
begin
  for of_day in
    select distinct ("timestamp" at time zone 'UTC')::date as day from events_until_17
    order by day desc limit 400
  loop
    execute format(
      'create table %I partition of events for values from (%L) to (%L)',
      'events_' || to_char(of_day, 'YYYYMMDD'),
      to_char(of_day, 'YYYY-MM-DD') || ' 00:00:00+00',
      to_char(of_day + 1, 'YYYY-MM-DD') || ' 00:00:00+00'
    );
  end loop;
end
$$;

insert into events (
  id, seq, stream, event_type, source, message, level, tags, payload, "timestamp", created_at
)
select id, seq, stream, event_type, source, message, level, tags, payload, "timestamp", created_at
from events_until_17;

drop table events_until_17;
