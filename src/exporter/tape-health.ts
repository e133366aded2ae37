import type { DriveHealth, DriveLifetime } from '../collectors/drive-health.ts'
import { familiesOf, type Column, type Family } from './family.ts'

type Value = number | null | undefined

function gauge(help: string, of: (health: DriveHealth) => Value): Column<DriveHealth> {
  return ['gauge', help, of]
}

function counter(help: string, of: (health: DriveHealth) => Value): Column<DriveHealth> {
  return ['counter', help, of]
}

/** A family of what a drive counts over its life. */
function lifetime(help: string, of: (lifetime: DriveLifetime) => Value): Column<DriveHealth> {
  return counter(help, (health) => of(health.lifetime))
}

const SECONDS_PER_HOUR = 3600

function scaled(value: Value, factor: number): Value {
  return value === null || value === undefined ? null : value * factor
}

/** What drives say of their health, with the age of it: a drive at work can be left alone for long. */
export const tapeHealthFamilies: Family[] = familiesOf(
  {
    subject: 'tape_health',
    prefix: 'storwarden_tape_drive',
    items: (drives) => drives,
    labels: ({ id, tapeNode, library, virtual }) => ({
      serial: id,
      device: tapeNode ?? '',
      library: library?.serial ?? '',
      virtual: String(virtual),
    }),
  },
  {
    health_read_timestamp_seconds: gauge('When the drive last told its health.', ({ takenAt }) =>
      takenAt === null ? null : takenAt.getTime() / 1000,
    ),
    failure_predicted: [
      'gauge',
      'Whether the drive expects to fail (log page 2Fh); no sample where it does not tell.',
      ({ exception }) => exception?.failurePredicted,
    ],
    rewrites_total: counter(
      'Blocks that were written again, since the drive began to count.',
      ({ write }) => write?.retries,
    ),
    rereads_total: counter(
      'Blocks that were read again, since the drive began to count.',
      ({ read }) => read?.retries,
    ),
    corrected_write_errors_total: counter(
      'Write errors that were corrected.',
      ({ write }) => write?.corrected,
    ),
    corrected_read_errors_total: counter(
      'Read errors that were corrected.',
      ({ read }) => read?.corrected,
    ),
    uncorrected_write_errors_total: counter(
      'Write errors that were not corrected, since the drive began to count.',
      ({ write }) => write?.uncorrected,
    ),
    uncorrected_read_errors_total: counter(
      'Read errors that were not corrected, since the drive began to count.',
      ({ read }) => read?.uncorrected,
    ),
    hard_write_errors_total: lifetime(
      'Write errors that were not recovered in the life of the drive.',
      ({ hardWriteErrors }) => hardWriteErrors,
    ),
    hard_read_errors_total: lifetime(
      'Read errors that were not recovered in the life of the drive.',
      ({ hardReadErrors }) => hardReadErrors,
    ),
    host_written_bytes_total: counter(
      'Bytes that initiators sent to be written, before compression.',
      ({ traffic }) => traffic?.receivedBytes,
    ),
    medium_written_bytes_total: counter(
      'Bytes written to the medium, after compression.',
      ({ traffic }) => traffic?.writtenBytes,
    ),
    medium_read_bytes_total: counter(
      'Bytes read from the medium, before decompression.',
      ({ traffic }) => traffic?.readBytes,
    ),
    host_read_bytes_total: counter(
      'Bytes sent to initiators, after decompression.',
      ({ traffic }) => traffic?.sentBytes,
    ),
    write_compression_ratio: gauge(
      'What was sent to be written for each byte on the medium.',
      ({ writeCompressionRatio }) => writeCompressionRatio,
    ),
    read_compression_ratio: gauge(
      'What was sent to initiators for each byte on the medium.',
      ({ readCompressionRatio }) => readCompressionRatio,
    ),
    temperature_celsius: gauge(
      'Temperature of the drive.',
      ({ temperature }) => temperature.celsius,
    ),
    temperature_limit_celsius: gauge(
      'Temperature above which the drive says that it is too warm.',
      ({ temperature }) => temperature.limitCelsius,
    ),
    loads_total: lifetime('Cartridges that were loaded in its life.', ({ loads }) => loads),
    cleanings_total: lifetime('Cleanings in its life.', ({ cleanings }) => cleanings),
    power_cycles_total: lifetime('Power cycles in its life.', ({ powerCycles }) => powerCycles),
    power_on_seconds_total: lifetime('Time under power in its life.', ({ powerOnHours }) =>
      scaled(powerOnHours, SECONDS_PER_HOUR),
    ),
    motion_seconds_total: lifetime('Time that the medium moved in its life.', ({ motionHours }) =>
      scaled(motionHours, SECONDS_PER_HOUR),
    ),
    tape_meters_total: lifetime(
      'Tape that passed the head in its life.',
      ({ tapeMeters }) => tapeMeters,
    ),
    motion_since_cleaning_seconds: gauge(
      'Time that the medium moved since the last cleaning.',
      (health) => scaled(health.lifetime.motionHoursSinceCleaning, SECONDS_PER_HOUR),
    ),
    moved_since_cleaning_bytes: gauge(
      'Bytes to and from the medium since the last cleaning.',
      (health) => health.lifetime.bytesSinceCleaning,
    ),
    duty_reading_ratio: gauge(
      'Share of its last sample of time in which the drive read.',
      (health) => scaled(health.lifetime.readPercent, 0.01),
    ),
    duty_writing_ratio: gauge(
      'Share of its last sample of time in which the drive wrote.',
      (health) => scaled(health.lifetime.writePercent, 0.01),
    ),
    duty_active_ratio: gauge(
      'Share of its last sample of time in which the drive worked.',
      (health) => scaled(health.lifetime.activityPercent, 0.01),
    ),
  },
)
