insert into schema_migrations (number) values (14);

alter table alert_notices
  -- It is known there that somebody looks after it.
  add column acknowledged boolean not null default false;

alter table notifications
  -- In the order in which they were put up, and are sent.
  add column position bigint generated always as identity,
  -- Until then whoever has it may be sending it.
  add column leased_until timestamptz;
drop index notifications_due;
drop index notifications_newest;
create index notifications_due on notifications (channel, position) where next_attempt_at is not null;
create unique index notifications_position on notifications (position);
create index notifications_group on notifications (channel, group_key, position) where group_key is not null;

alter table notification_alerts
  -- What is told of one condition is sent in its order.
  add column fingerprint text not null default '';
create index notification_alerts_fingerprint on notification_alerts (channel, fingerprint);

-- How a channel has been doing.
create index notification_attempts_channel on notification_attempts (channel, id);
