insert into schema_migrations (number) values (38);

-- What was read lately: the values that a block of series (their ids by 240) had at one time, a row for all of them.
-- By block first, as series are read: a beat changes a page of the index a block. metric_samples, a row a value, keeps
-- what comes for a block and a time that has a row already; what is in it now is packed from there.
create table metric_blocks (
  block integer not null,
  -- The series of the first of the numbers; those that follow are of the ids that follow.
  first_id integer not null,
  at_ms bigint not null,
  -- NaN where a series has none: with nulls the server could not tell where an element is. Not named "values", a word of SQL.
  numbers double precision[] not null,
  primary key (block, at_ms)
);
create index metric_blocks_age on metric_blocks (at_ms);
-- Rows are small enough for a page, and are gone in a quarter of a day: compressing them would cost more than it saves.
alter table metric_blocks alter column numbers set storage plain;
