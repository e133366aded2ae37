insert into schema_migrations (number) values (30);

alter table task_schedules
  -- For whom it is done. A name can become another's, an id cannot; nobody's tasks are done for one that is gone. Null
  -- where it is not known who made it, which gives no right either.
  add column owner_id uuid;

-- Who has the name now made it only if he was there then.
update task_schedules set owner_id = users.id
from users
where lower(users.username) = lower(task_schedules.owner)
  and users.created_at <= task_schedules.created_at;
