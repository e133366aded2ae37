insert into schema_migrations (number) values (37);

-- Of a fleet: whose event it is, and its number there; null for what happened here. `seq` is given out here, so that
-- the stream, resuming and paging are the same for all of them.
alter table events
  add column appliance text,
  add column appliance_seq bigint,
  add constraint events_appliance_check check ((appliance is null) = (appliance_seq is null));
create index events_appliance on events (appliance, "timestamp") where appliance is not null;

-- Whose numbers they are, null for the daemon's own. The label `appliance` of a series does not tell: what the
-- daemon counts of an appliance has it too.
alter table metric_series add column appliance text;
drop index metric_series_place;
create unique index metric_series_place
  on metric_series (name, md5(labels::text), coalesce(appliance, ''));

-- The appliances that a fleet has heard of.
create table fleet_appliances (
  name text primary key,
  -- Which database it counts in, as it says; another under the same name is refused.
  identity text not null,
  -- The last event of it that is stored. (epoch, seq) only grows; 0 before the first.
  epoch bigint not null default 0,
  seq bigint not null default 0,
  -- The beat of which the last numbers are stored, ms since 1970 on its clock.
  metrics_at_ms bigint not null default 0,
  -- Events that are stored; that it numbered and that never came; messages that could not be read.
  stored bigint not null default 0,
  missing bigint not null default 0,
  unreadable bigint not null default 0,
  first_heard_at timestamptz not null,
  -- When it last told of itself.
  last_heard_at timestamptz not null,
  -- Since when it counts as silent; null while it does not.
  silent_since timestamptz,
  -- What it last told of itself: AboutMessage.
  about jsonb,
  -- Another that used the name, and when it was last heard.
  other_identity text,
  other_heard_at timestamptz,
  check ((other_identity is null) = (other_heard_at is null))
);

-- How far each stream of the servers is read, written with what was stored of it. A stream that was made anew begins
-- at 1 again.
create table fleet_streams (
  name text primary key,
  made_at timestamptz not null,
  seq bigint not null
);

-- Alerts of appliances, in a table of their own: whatever counts, mutes, notifies, reports or forgets the daemon's
-- own alerts asks the table it always did, and cannot take those of others for its own. Only what lists them asks
-- both. Without the checks of `alerts`: another version may say what they refuse, and must not hold up the others.
create table fleet_alerts (
  like alerts including defaults,
  appliance text not null references fleet_appliances on delete cascade,
  -- What said so last: (epoch, seq) of the event, or of the last event before it.
  epoch bigint not null,
  appliance_seq bigint not null,
  -- The same id twice: machines that are copies of one.
  primary key (appliance, id)
);
create index fleet_alerts_id on fleet_alerts (id);
create index fleet_alerts_newest on fleet_alerts (started_at desc, id desc);
create index fleet_alerts_by_state on fleet_alerts (state, started_at desc, id desc);
create index fleet_alerts_of_appliance on fleet_alerts (appliance, started_at desc, id desc);
