insert into schema_migrations (number) values (26);

-- Reports are mailed, too.
alter table notifications
  drop constraint notifications_kind_check,
  add constraint notifications_kind_check
    check (kind in ('alerts', 'event', 'test', 'digest', 'report'));
