import { Type, type TSchema } from 'typebox'
import { valueOf, type Snapshot } from '../../snapshot.ts'
import { flag, integer, nullable, number, text, time } from '../schemas.ts'

// Fields and units are documented where they are collected: collectors/drive-health.ts.

const list = (schema: TSchema) => Type.Array(schema)

/** An object of which any member can be unknown. */
function unknowns(schema: TSchema, names: readonly string[]) {
  return Type.Object(Object.fromEntries(names.map((name) => [name, nullable(schema)])))
}

const errorCounters = nullable(
  unknowns(integer, [
    'corrected_without_delay',
    'corrected_with_delay',
    'retries',
    'corrected',
    'correction_runs',
    'processed_bytes',
    'uncorrected',
  ]),
)

/** Work of a cartridge in a drive. */
export const workProperties = {
  written_bytes: nullable(number),
  read_bytes: nullable(number),
  rewrites: nullable(integer),
  rereads: nullable(integer),
  corrected_write_errors: nullable(integer),
  corrected_read_errors: nullable(integer),
  unrecovered_write_errors: nullable(integer),
  unrecovered_read_errors: nullable(integer),
}

/** A cartridge by its memory and by what drives tell of it. */
export const cartridgeHealthSchema = {
  serial: nullable(text),
  barcode: nullable(text),
  manufacturer: nullable(text),
  loads: nullable(integer),
  capacity_bytes: nullable(number),
  remaining_bytes: nullable(number),
  life_remaining_percent: nullable(number),
  efficiency: nullable(integer),
  lifetime_written_bytes: nullable(number),
  lifetime_read_bytes: nullable(number),
  write_retries: nullable(integer),
  read_retries: nullable(integer),
  unrecovered_write_errors: nullable(integer),
  unrecovered_read_errors: nullable(integer),
  last_mount_unrecovered_write_errors: nullable(integer),
  last_mount_unrecovered_read_errors: nullable(integer),
  worm: nullable(flag),
  write_protected: nullable(flag),
  last_drives: list(Type.Object({ vendor: nullable(text), serial: nullable(text) })),
}

/** What a drive says of its own health; null until it was asked, and where it cannot be. */
export const healthSchema = nullable(
  Type.Object({
    taken_at: nullable(time),
    passed_over: nullable(text),
    error: nullable(text),
    refused: list(text),
    write: errorCounters,
    read: errorCounters,
    traffic: nullable(
      unknowns(number, ['received_bytes', 'written_bytes', 'read_bytes', 'sent_bytes']),
    ),
    write_compression_ratio: nullable(number),
    read_compression_ratio: nullable(number),
    temperature: Type.Object({
      celsius: nullable(number),
      limit_celsius: nullable(number),
      exceeded: nullable(flag),
    }),
    lifetime: unknowns(number, [
      'loads',
      'cleanings',
      'power_on_hours',
      'motion_hours',
      'motion_hours_since_cleaning',
      'bytes_since_cleaning',
      'tape_meters',
      'power_cycles',
      'hard_write_errors',
      'hard_read_errors',
      'duty_cycle_seconds',
      'read_percent',
      'write_percent',
      'activity_percent',
      'volume_not_present_percent',
      'ready_percent',
    ]),
    recovery: nullable(list(text)),
    exception: nullable(Type.Object({ failure_predicted: Type.Boolean(), text: nullable(text) })),
    automation: nullable(
      Type.Object({ serial: nullable(text), element_address: nullable(integer) }),
    ),
    cartridge: nullable(Type.Object(cartridgeHealthSchema)),
    mount: nullable(
      Type.Object({
        ...workProperties,
        since: time,
        rewrites_per_gigabyte: nullable(number),
        rereads_per_gigabyte: nullable(number),
      }),
    ),
    watched_since: nullable(time),
    recent_errors: list(
      Type.Object({
        at: time,
        write_errors: integer,
        read_errors: integer,
        cartridge: nullable(text),
      }),
    ),
  }),
)

/** The health of a drive, without what identifies it. */
export function healthOf(id: string, { readings }: Snapshot): object | null {
  const health = valueOf(readings.tape_health)?.find((one) => one.id === id)
  if (health === undefined) return null
  const { takenAt, passedOver, error, refused, write, read, traffic } = health
  const { writeCompressionRatio, readCompressionRatio, temperature, lifetime } = health
  const { recovery, exception, automation, cartridge, mount, watchedSince, recentErrors } = health
  return {
    ...{ takenAt, passedOver, error, refused, write, read, traffic },
    ...{ writeCompressionRatio, readCompressionRatio, temperature, lifetime },
    ...{ recovery, exception, automation, cartridge, mount, watchedSince, recentErrors },
  }
}
