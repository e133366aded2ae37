insert into schema_migrations (number) values (16);

-- What was given up of late, by channel.
create index notifications_given_up on notifications (channel, given_up_at) where given_up_at is not null;
