insert into schema_migrations (number) values (29);

-- What the daemon did by itself about an alert. It is here, so that a daemon that is started anew does nothing twice.
create table healing_actions (
  id uuid primary key,
  remedy text not null,
  -- Of the condition and the place: the alert may end and begin anew meanwhile.
  fingerprint text not null,
  alert_id uuid not null,
  at timestamptz not null,
  -- Null where it is only told that nothing more is done today.
  task_id uuid,
  -- When it was told in the alert how the task ended.
  told_at timestamptz
);
create index healing_actions_place on healing_actions (remedy, fingerprint, at);
