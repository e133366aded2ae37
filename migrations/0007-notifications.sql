insert into schema_migrations (number) values (7);

-- What is to be sent, and what became of it: written with what it tells of, sent after that.
create table notifications (
  id uuid not null,
  channel text not null,
  payload jsonb not null,
  at timestamptz not null,
  attempts integer not null default 0 check (attempts >= 0),
  -- Null when it is not tried any more: it was delivered or given up.
  next_attempt_at timestamptz,
  delivered_at timestamptz,
  given_up_at timestamptz,
  last_error text,
  check ((next_attempt_at is null) = (delivered_at is not null or given_up_at is not null)),
  check (delivered_at is null or given_up_at is null),
  primary key (channel, id)
);
create index notifications_due on notifications (channel, at, id) where next_attempt_at is not null;
create index notifications_newest on notifications (at desc, id desc);
