insert into schema_migrations (number) values (21);

-- Written through: what waits in a list until it is merged is read by every search meanwhile, and makes the
-- planner read whole tables instead. An appliance has few events a second.
drop index events_words;
drop index events_tags;
create index events_words on events using gin (words) with (fastupdate = off);
create index events_tags on events using gin (tags jsonb_path_ops) with (fastupdate = off);
