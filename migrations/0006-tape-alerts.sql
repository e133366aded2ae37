insert into schema_migrations (number) values (6);

-- What is remembered of drives and libraries, so that page 2Eh is read once for each thing that is new.
create table tape_alert_devices (
  kind text not null check (kind in ('drive', 'library')),
  id text not null,
  -- Where it was last, in the words of snapshots.
  place jsonb not null,
  -- What of it was heeded last.
  signs jsonb,
  -- Set before the page is asked for: one that is still set after a restart tells of flags that may be lost.
  begun_at timestamptz,
  read_at timestamptz,
  clears boolean,
  reading_id uuid,
  failures integer not null,
  failed_at timestamptz,
  error text,
  primary key (kind, id)
);

-- Flags that were read, and those that are over.
create table tape_alert_flags (
  key uuid primary key,
  kind text not null,
  id text not null,
  flag smallint not null check (flag between 1 and 64),
  volume_tag text,
  first_read_at timestamptz not null,
  last_read_at timestamptz not null,
  count bigint not null,
  excerpt text not null,
  standing text check (standing in ('status', 'response')),
  left_at timestamptz,
  returned_at timestamptz,
  returned_to text,
  ended_at timestamptz,
  ending text check (ending in ('medium_gone', 'medium_good', 'cleaned', 'withdrawn', 'resolved')),
  check ((ended_at is null) = (ending is null)),
  foreign key (kind, id) references tape_alert_devices
);
create unique index tape_alert_flags_active
  on tape_alert_flags (kind, id, flag, coalesce(volume_tag, '')) where ended_at is null;
