insert into schema_migrations (number) values (20);

-- Trouble that people look after. Never deleted: what was closed long ago is archived, and that is only not listed.
create table incidents (
  id uuid primary key,
  title text not null,
  description text not null,
  severity text not null check (severity in ('low', 'medium', 'high', 'critical')),
  status text not null check (status in ('open', 'investigating', 'resolved', 'closed')),
  root_cause text,
  -- Whose it is: by id, as names can be given again, and by name. No reference to users: incidents outlive them.
  created_by text not null,
  created_by_id uuid,
  assigned_to text,
  assigned_to_id uuid,
  -- The place whose alerts opened it, e.g. library=L1; null when a user did.
  place text,
  -- When the trouble began.
  started_at timestamptz not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  resolved_at timestamptz,
  closed_at timestamptz,
  -- Since when none of its alerts is active; null while one is, and without any.
  calm_since timestamptz,
  -- Grows with each change.
  version integer not null,
  check (assigned_to is not null or assigned_to_id is null),
  check ((resolved_at is not null) = (status in ('resolved', 'closed'))),
  check ((closed_at is not null) = (status = 'closed'))
);
create index incidents_newest on incidents (created_at desc, id desc);
create index incidents_active on incidents (created_at, id) where status in ('open', 'investigating');
create index incidents_created_by on incidents (created_by_id, created_at desc, id desc);
create index incidents_assigned_to on incidents (assigned_to_id, created_at desc, id desc);
-- How many an appliance has opened by itself of late.
create index incidents_of_places on incidents (created_at) where place is not null;

-- Alerts that belong to incidents: only what has fired, which is not forgotten.
create table incident_alerts (
  incident_id uuid not null references incidents on delete cascade,
  alert_id uuid not null,
  attached_at timestamptz not null,
  -- The user; null when the daemon did it by itself.
  attached_by text,
  -- A user took it away: it is not attached by itself again.
  detached_at timestamptz,
  primary key (incident_id, alert_id)
);
create index incident_alerts_alert on incident_alerts (alert_id);

-- What became of an incident, and what people wrote about it.
create table incident_entries (
  id bigint generated always as identity primary key,
  incident_id uuid not null references incidents on delete cascade,
  at timestamptz not null,
  kind text not null check (
    kind in ('opened', 'changed', 'note', 'alerts_attached', 'alert_detached', 'alerts_over')
  ),
  -- The user; null when the daemon did it by itself.
  actor text,
  -- The note, or a sentence.
  text text not null,
  details jsonb not null
);
create index incident_entries_order on incident_entries (incident_id, at, id);

-- What a timeline is read by.
create index alert_transitions_at on alert_transitions (at, id);
create index tasks_started on tasks (started_at, id) where started_at is not null;
create index tasks_finished on tasks (finished_at, id) where finished_at is not null;
create index cartridge_loads_unloaded_at on cartridge_loads (unloaded_at);

-- How many events were forgotten: what counts all of them must not go backwards.
create table events_forgotten (
  only_row boolean primary key default true check (only_row),
  events bigint not null
);
insert into events_forgotten (events) values (0);
create function count_events_forgotten() returns trigger
language plpgsql as $$
begin
  update events_forgotten set events = events + old.events;
  return null;
end
$$;
create trigger event_days_counted_when_forgotten after delete on event_days
for each row execute function count_events_forgotten();
