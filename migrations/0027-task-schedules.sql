insert into schema_migrations (number) values (27);

alter table tasks
  -- All that it has to itself while it runs; resource is the first of them.
  add column resources text[] not null default '{}',
  -- Not begun before, because somebody wants it so; whether a daemon was there to see that the time had come.
  add column run_at timestamptz,
  add column due_seen boolean not null default false,
  -- Not begun before, because it failed and is tried again then; how often that was.
  add column not_before timestamptz,
  add column retries integer not null default 0 check (retries >= 0),
  -- The plan that was looked at and confirmed: any other is not carried out.
  add column confirmed_plan text,
  -- What to do now that it has failed.
  add column advice text,
  -- What asked for it; it may be gone.
  add column schedule_id uuid;

update tasks set resources = array[resource] where resource is not null;

-- Whatever daemons do at the same time, a resource has one task at a time. A task that is tried again after some of its
-- steps keeps what it holds meanwhile.
create table task_holds (
  resource text primary key,
  task_id uuid not null references tasks on delete cascade
);
insert into task_holds (resource, task_id)
select resource, id from tasks where state = 'running' and resource is not null;
drop index tasks_one_per_resource;

create index tasks_timed on tasks (run_at)
  where state = 'pending' and run_at is not null and not due_seen;
create index tasks_of_schedule on tasks (schedule_id, created_at desc) where schedule_id is not null;

-- That somebody has looked at a plan and may have it carried out once. token_hash is the sha256 of what he was given.
create table task_confirmations (
  token_hash bytea primary key,
  kind text not null,
  params jsonb not null,
  plan_hash text not null,
  created_by text not null,
  expires_at timestamptz not null
);

create table task_schedules (
  id uuid primary key,
  name text not null,
  kind text not null,
  params jsonb not null,
  priority integer not null,
  cron text not null,
  time_zone text not null,
  -- Whether what was missed is made up for, once.
  catch_up boolean not null,
  enabled boolean not null,
  owner text not null,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  changed_by text not null,
  -- Null when there is no next time, or it is switched off.
  next_at timestamptz,
  last_at timestamptz,
  last_task_id uuid,
  -- How often it was not asked for when it was due, and why the last time.
  missed integer not null default 0,
  last_missed_at timestamptz,
  last_missed_because text
);
create unique index task_schedules_name on task_schedules (lower(name));
create index task_schedules_due on task_schedules (next_at) where enabled;
