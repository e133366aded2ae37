insert into schema_migrations (number) values (35);

-- When somebody was there who used the session: by that it is idle or not. A page that is open asks by itself, which is
-- a use, and no sign of anybody.
alter table sessions add column attended_at timestamptz not null default now();
update sessions set attended_at = last_used_at;
