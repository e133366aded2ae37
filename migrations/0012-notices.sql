insert into schema_migrations (number) values (12);

-- What a channel was told of a condition that it was not told the end of yet.
create table alert_notices (
  channel text not null,
  -- Of the condition and the place: while it flaps, one alert after the other.
  fingerprint text not null,
  -- The last of them.
  alert_id uuid not null,
  -- When it was first told, and when last.
  opened_at timestamptz not null,
  told_at timestamptz not null,
  -- The gravest severity it was told with.
  severity text not null check (severity in ('info', 'warning', 'critical')),
  -- It was told that it flaps: nothing more until it is calm.
  flapping boolean not null,
  primary key (channel, fingerprint)
);
create index alert_notices_alert on alert_notices (alert_id);

-- Notifications are the outbox and, once sent, the log of deliveries.
alter table notifications
  add column kind text not null default 'event' check (kind in ('alerts', 'event', 'test', 'digest')),
  -- Alerts that are told of together have the same one.
  add column group_key text,
  -- What the other side said to the last attempt.
  add column answer text;

-- Which alerts a notification tells of, and what of them.
create table notification_alerts (
  notification_id uuid not null,
  channel text not null,
  alert_id uuid not null,
  event text not null,
  primary key (notification_id, channel, alert_id, event),
  foreign key (channel, notification_id) references notifications (channel, id) on delete cascade
);
create index notification_alerts_alert on notification_alerts (alert_id);

create table notification_attempts (
  id bigint generated always as identity primary key,
  notification_id uuid not null,
  channel text not null,
  at timestamptz not null,
  duration_seconds double precision not null,
  delivered boolean not null,
  -- What the other side said, or why it could not be asked.
  answer text not null,
  foreign key (channel, notification_id) references notifications (channel, id) on delete cascade
);
create index notification_attempts_notification on notification_attempts (notification_id, channel, id);
