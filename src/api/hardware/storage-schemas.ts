import { Type, type TSchema } from 'typebox'
import { flag, integer, nullable, number, oneOf, text } from '../schemas.ts'

// The objects as they go out; the types and units behind them are documented where they are collected.

const list = (schema: TSchema) => Type.Array(schema)
const numbers = Type.Record(text, number)

const smart = Type.Object({
  id: text,
  device: text,
  type: text,
  model: nullable(text),
  serial: nullable(text),
  state: oneOf(['passed', 'failing', 'unsupported', 'asleep', 'unknown']),
  temperature_celsius: nullable(number),
  power_on_hours: nullable(number),
  reallocated: nullable(integer),
  pending: nullable(integer),
  uncorrectable: nullable(integer),
  life_used_percent: nullable(number),
  remarks: list(text),
})

/** Disks, with what they say of their own health. */
export const disks = Type.Object({
  id: text,
  name: text,
  vendor: nullable(text),
  model: nullable(text),
  serial: nullable(text),
  wwn: nullable(text),
  size_bytes: integer,
  rotational: flag,
  read_only: flag,
  state: nullable(text),
  hctl: nullable(text),
  io: nullable(
    Type.Object({
      reads: integer,
      read_bytes: integer,
      read_seconds: number,
      writes: integer,
      written_bytes: integer,
      write_seconds: number,
      in_flight: integer,
      io_seconds: number,
      busy_percent: nullable(number),
    }),
  ),
  smart: nullable(smart),
})

/** Linux software RAID. */
export const arrays = Type.Object({
  id: text,
  name: text,
  level: text,
  state: text,
  size_bytes: integer,
  raid_disks: integer,
  degraded: nullable(integer),
  members: list(
    Type.Object({
      device: text,
      states: list(text),
      slot: nullable(integer),
      errors: nullable(integer),
    }),
  ),
  sync_action: nullable(text),
  sync_progress: nullable(number),
  sync_bytes_per_second: nullable(number),
  mismatch_sectors: nullable(integer),
})

/** Volume groups with their volumes. */
export const volumeGroups = Type.Object({
  id: text,
  name: text,
  size_bytes: integer,
  free_bytes: integer,
  physical_volumes: integer,
  logical_volumes: integer,
  missing_physical_volumes: integer,
  attributes: nullable(text),
  extent_bytes: nullable(integer),
  free_extents: nullable(integer),
  logical_volume_list: list(
    Type.Object({
      id: text,
      name: text,
      group: text,
      size_bytes: integer,
      attributes: text,
      segment_type: text,
      pool: nullable(text),
      data_percent: nullable(number),
      metadata_percent: nullable(number),
      health: nullable(text),
    }),
  ),
  physical_volume_list: list(
    Type.Object({
      device: text,
      group: nullable(text),
      size_bytes: integer,
      free_bytes: integer,
      missing: flag,
    }),
  ),
})

/** A mounted file system. */
export const filesystems = Type.Object({
  id: text,
  mount_point: text,
  device: text,
  type: text,
  read_only: flag,
  remounted_read_only: flag,
  usage: nullable(
    Type.Object({
      total_bytes: integer,
      used_bytes: integer,
      available_bytes: integer,
      used_percent: number,
      files: nullable(integer),
      files_free: nullable(integer),
    }),
  ),
})

/** A disk enclosure with its slots. */
export const enclosures = Type.Object({
  id: text,
  hctl: text,
  vendor: nullable(text),
  model: nullable(text),
  slots: list(
    Type.Object({
      name: text,
      slot: nullable(integer),
      status: text,
      fault: flag,
      locate: flag,
      disk: nullable(text),
    }),
  ),
})

const fcPort = {
  port_name: text,
  node_name: nullable(text),
  port_type: nullable(text),
  fabric_name: nullable(text),
  statistics: numbers,
}

const networkPort = {
  mac_address: nullable(text),
  mtu_bytes: integer,
  physical: flag,
  carrier_changes: nullable(integer),
  received_bytes: integer,
  received_packets: integer,
  receive_errors: integer,
  receive_dropped: integer,
  transmitted_bytes: integer,
  transmitted_packets: integer,
  transmit_errors: integer,
  transmit_dropped: integer,
  bond: nullable(text),
  bond_mode: nullable(text),
  bond_members_down: list(text),
}

/** A port, Fibre Channel or network: it has the members of its transport, those of the other are not there. */
export const ports = Type.Object({
  id: text,
  name: text,
  transport: oneOf(['fc', 'network']),
  state: text,
  speed_bits_per_second: nullable(number),
  ...optional(fcPort),
  ...optional(networkPort),
})

function optional(properties: Readonly<Record<string, TSchema>>): Record<string, TSchema> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, Type.Optional(schema)]),
  )
}

/** Sensors of the machine; `value` is in `unit`. */
export const sensors = Type.Object({
  id: text,
  chip: text,
  label: text,
  kind: oneOf(['temperature', 'fan', 'voltage', 'current', 'power']),
  unit: oneOf(['celsius', 'rpm', 'volts', 'amperes', 'watts']),
  value: nullable(number),
  max: nullable(number),
  critical: nullable(number),
  alarm: flag,
})
