insert into schema_migrations (number) values (22);

alter table tasks
  -- The higher the sooner, among those that wait.
  add column priority integer not null default 0,
  -- What is done one after the other, as it was planned when the task began: [{name, description, data}].
  add column steps jsonb,
  -- How many of them are over, and whether the next has begun: of that one nobody knows after a crash.
  add column steps_done integer not null default 0 check (steps_done >= 0),
  add column step_begun boolean not null default false,
  -- How often it was begun or taken up again.
  add column attempts integer not null default 0,
  -- Who carries it out, and until when that is certain. Who has lost the run writes nothing any more.
  add column run_id uuid,
  add column owner text,
  add column leased_until timestamptz,
  add column cancel_requested_at timestamptz,
  add column cancel_requested_by text;

-- Whatever daemons do at the same time, a resource has one task at a time.
create unique index tasks_one_per_resource on tasks (resource) where state = 'running';
create index tasks_waiting on tasks (priority desc, created_at, id) where state = 'pending';
create index tasks_running on tasks (leased_until) where state = 'running';

create table task_log (
  id bigint generated always as identity primary key,
  task_id uuid not null references tasks on delete cascade,
  at timestamptz not null,
  level text not null check (level in ('info', 'warning', 'error')),
  message text not null
);
create index task_log_of on task_log (task_id, id);

-- How many tasks have ended so that are not kept any more: what counts them must not go backwards.
create table tasks_forgotten (
  state text primary key,
  count bigint not null
);
