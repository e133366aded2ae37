insert into schema_migrations (number) values (8);

-- Which cartridge was in which drive, and how that went.
create table cartridge_loads (
  id uuid primary key,
  drive text not null,
  -- Of the medium; null where nothing told it.
  serial text,
  volume_tag text,
  library text,
  virtual boolean not null,
  loaded_at timestamptz not null,
  -- Null while it is there.
  unloaded_at timestamptz,
  -- Null is what the drive does not count.
  written_bytes bigint,
  read_bytes bigint,
  rewrites bigint,
  rereads bigint,
  corrected_write_errors bigint,
  corrected_read_errors bigint,
  unrecovered_write_errors bigint,
  unrecovered_read_errors bigint,
  tape_alerts smallint[] not null,
  -- Counters of the drive when it was read last, and when that was in this load.
  counted jsonb,
  counted_at timestamptz,
  check (unloaded_at >= loaded_at)
);
create index cartridge_loads_drive on cartridge_loads (drive, loaded_at desc);
create index cartridge_loads_serial on cartridge_loads (serial, loaded_at desc);
create index cartridge_loads_volume_tag on cartridge_loads (volume_tag, loaded_at desc);
create index cartridge_loads_loaded_at on cartridge_loads (loaded_at);

-- What each cartridge was like when a drive told of it last.
create table cartridges (
  -- Serial number of the medium, else library/barcode.
  key text primary key,
  serial text,
  volume_tag text,
  library text,
  virtual boolean not null,
  drive text not null,
  read_at timestamptz not null,
  health jsonb not null
);
