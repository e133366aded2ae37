insert into schema_migrations (number) values (2);

create table alerts (
  id uuid primary key,
  -- Hash of the rule and the labels: the condition and the place.
  fingerprint text not null,
  rule text not null,
  title text not null,
  severity text not null check (severity in ('info', 'warning', 'critical')),
  source text not null,
  resource text not null,
  labels jsonb not null,
  message text not null,
  description text not null,
  evidence jsonb not null,
  state text not null check (state in ('pending', 'firing', 'resolved')),
  count bigint not null check (count > 0),
  started_at timestamptz not null,
  fired_at timestamptz,
  last_seen_at timestamptz not null,
  resolved_at timestamptz,
  resolved_by text,
  resolution text check (resolution in ('auto', 'manual', 'absent')),
  resolve_comment text,
  acknowledged_at timestamptz,
  acknowledged_by text,
  acknowledge_comment text,
  acknowledge_expires_at timestamptz,
  inhibited_by uuid,
  check ((state = 'resolved') = (resolved_at is not null)),
  check ((resolved_at is null) = (resolution is null)),
  check (state <> 'firing' or fired_at is not null),
  check ((acknowledged_at is null) = (acknowledged_by is null))
);

-- While it lasts a condition has one row at each place, whoever writes.
create unique index alerts_active on alerts (fingerprint) where state in ('pending', 'firing');

create index alerts_newest on alerts (started_at desc, id desc);
create index alerts_by_state on alerts (state, started_at desc, id desc);
create index alerts_by_severity on alerts (severity, started_at desc, id desc);
create index alerts_by_source on alerts (source, started_at desc, id desc);
create index alerts_by_rule on alerts (rule, started_at desc, id desc);
create index alerts_by_title on alerts (title, started_at desc, id desc);
create index alerts_by_resource on alerts (resource, started_at desc, id desc);

create table alert_transitions (
  id bigint generated always as identity primary key,
  alert_id uuid not null references alerts on delete cascade,
  at timestamptz not null,
  from_state text check (from_state in ('pending', 'firing', 'acknowledged')),
  to_state text not null check (to_state in ('pending', 'firing', 'acknowledged', 'resolved')),
  -- The user; null when the daemon did it by itself.
  actor text,
  comment text
);

create index alert_transitions_of_alert on alert_transitions (alert_id, id);
