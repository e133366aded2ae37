insert into schema_migrations (number) values (9);

alter table alerts
  -- What to do, in words.
  add column action text not null default '',
  -- What the place belongs to, e.g. the library of a drive.
  add column part_of jsonb not null default '{}',
  -- Since when the condition is gone of an alert that its rule keeps firing.
  add column gone_since timestamptz,
  -- When an acknowledgement of it last ran out.
  add column acknowledgement_lapsed_at timestamptz,
  -- It has fired so often of late that each time is no news.
  add column flapping boolean not null default false,
  -- The silences that mute it now.
  add column silenced_by uuid[] not null default '{}';

-- How often a condition fired of late.
create index alerts_by_firing on alerts (fired_at) where fired_at is not null;
