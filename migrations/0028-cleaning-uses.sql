insert into schema_migrations (number) values (28);

-- A cleaning cartridge can be used so often: how often it was, by its barcode.
create table cleaning_uses (
  volume_tag text primary key,
  library text not null,
  uses integer not null check (uses > 0),
  last_used_at timestamptz not null
);
