import { DecodeError } from '../scsi/bytes.ts'
import {
  DATA_COMPRESSION,
  DATA_COMPRESSION_LTO5,
  decodeDataCompression,
} from '../scsi/log/data-compression.ts'
import {
  decodeDeviceStatistics,
  DEVICE_STATISTICS,
  type DeviceStatistics,
} from '../scsi/log/device-statistics.ts'
import { decodeEnvironmentalLimits, ENVIRONMENTAL_LIMITS } from '../scsi/log/environment.ts'
import {
  decodeErrorCounters,
  READ_ERROR_COUNTERS,
  WRITE_ERROR_COUNTERS,
} from '../scsi/log/error-counters.ts'
import {
  decodeInformationalExceptions,
  INFORMATIONAL_EXCEPTIONS,
} from '../scsi/log/informational-exceptions.ts'
import { decodeRequestedRecovery, REQUESTED_RECOVERY } from '../scsi/log/requested-recovery.ts'
import {
  decodeLifetimeCounters,
  decodeSequentialAccess,
  SEQUENTIAL_ACCESS,
  type SequentialAccess,
} from '../scsi/log/sequential-access.ts'
import { decodeTemperature, TEMPERATURE } from '../scsi/log/temperature.ts'
import { senseCodeName } from '../scsi/sense.ts'
import {
  AUTOMATION_SERIAL,
  decodeAutomationSerial,
  decodeElementAddress,
  ELEMENT_ADDRESS,
} from '../scsi/vpd-tape.ts'
import { CARTRIDGE_PAGES, cartridgeIn } from './cartridge-reading.ts'
import type {
  DriveLifetime,
  DriveReading,
  DriveTemperature,
  ErrorCounters,
  InformationalException,
} from './drive-health.ts'
import { pageName, vpdName, type PagesTold } from './drive-pages.ts'
import { PageReader } from './page-reader.ts'
import type { Automation } from './place-drives.ts'
import { placeText } from './place-text.ts'
import type { ScsiPath } from './scsi-devices.ts'

/** The log pages that health is read from, in the order they are asked for. Never 2Eh, which reading would clear. */
export const HEALTH_PAGES: readonly number[] = [
  WRITE_ERROR_COUNTERS,
  READ_ERROR_COUNTERS,
  SEQUENTIAL_ACCESS,
  TEMPERATURE,
  DEVICE_STATISTICS,
  DATA_COMPRESSION,
  DATA_COMPRESSION_LTO5,
  INFORMATIONAL_EXCEPTIONS,
  ...CARTRIDGE_PAGES,
]

/** Where a drive is, and what its library says is in it, is told by others: see placed-readings.ts. */
const UNPLACED = { tapeNode: null, library: null, volumeTag: null }

const MEGABYTE = 1_000_000
const SECONDS_PER_HOUR = 3600

/** Whose drives count on page 0Ch what decodeLifetimeCounters reads; mhvtl's do too. */
const HP = ['HP', 'HPE']

/** What a drive's answers say, and what of them could not be understood. */
export function driveReading(
  unit: { id: string; virtual: boolean },
  path: ScsiPath,
  { pages, status }: Pick<PagesTold, 'pages' | 'status'>,
): { reading: DriveReading; errors: readonly string[] } {
  const reader = new PageReader(pages)
  const read = <T>(page: number, decode: (data: Uint8Array) => T) =>
    reader.read(pageName(page), decode)
  const access = read(SEQUENTIAL_ACCESS, decodeSequentialAccess)
  const statistics = read(DEVICE_STATISTICS, decodeDeviceStatistics)
  const reading: DriveReading = {
    id: unit.id,
    serial: path.serial,
    vendor: path.vendor,
    product: path.product,
    revision: path.revision,
    device: path.device,
    virtual: unit.virtual,
    ...UNPLACED,
    place: placeText({ ...path, ...UNPLACED, paths: [path.device], exportedAs: null }),
    write: errorCounters(reader, WRITE_ERROR_COUNTERS, 'write'),
    read: errorCounters(reader, READ_ERROR_COUNTERS, 'read'),
    traffic: access && {
      receivedBytes: access.receivedBytes,
      writtenBytes: access.writtenBytes,
      readBytes: access.readBytes,
      sentBytes: access.sentBytes,
    },
    ...compression(reader, access),
    temperature: temperature(reader, unit.virtual, statistics),
    lifetime: lifetime(statistics, access, unit.virtual || HP.includes(path.vendor)),
    recovery:
      read(REQUESTED_RECOVERY, decodeRequestedRecovery)?.map(
        ({ name, code }) => name ?? `code ${code.toString(16).padStart(2, '0')}h`,
      ) ?? (status?.recoveryRequested === false ? [] : null),
    exception: exceptionOf(reader),
    automation: automationOf(reader),
    cartridge: cartridgeIn(reader, unit.virtual, status),
  }
  return { reading, errors: reader.errors }
}

/** Additional sense code FAILURE PREDICTION THRESHOLD EXCEEDED, whatever its qualifier (SPC-5 annex F.2). */
const FAILURE_PREDICTED = 0x5d

function exceptionOf(reader: PageReader): InformationalException | null {
  const told = reader.read(pageName(INFORMATIONAL_EXCEPTIONS), decodeInformationalExceptions)
  const { additionalSenseCode: asc = null, additionalSenseCodeQualifier: ascq = null } = told ?? {}
  if (asc === null || ascq === null) return null
  const hex = (byte: number) => `${byte.toString(16).padStart(2, '0')}h`
  const text = senseCodeName(asc, ascq) ?? `additional sense code ${hex(asc)} ${hex(ascq)}`
  return { failurePredicted: asc === FAILURE_PREDICTED, text: asc + ascq === 0 ? null : text }
}

function automationOf(reader: PageReader): Automation | null {
  const serial = reader.read(vpdName(AUTOMATION_SERIAL), decodeAutomationSerial)
  const elementAddress = reader.read(vpdName(ELEMENT_ADDRESS), decodeElementAddress)
  return serial === null && elementAddress === null ? null : { serial, elementAddress }
}

/** Both pages are decoded alike, so that one could be taken for the other. */
function errorCounters(
  reader: PageReader,
  page: number,
  direction: 'write' | 'read',
): ErrorCounters | null {
  const counters = reader.read(pageName(page), (data) => {
    const told = decodeErrorCounters(data)
    if (told.direction === direction) return told
    throw new DecodeError(
      `log page ${pageName(page)}h`,
      `the answer counts errors of ${told.direction}s`,
    )
  })
  if (counters === null) return null
  const { correctedWithoutDelay, correctedWithDelay, retries, corrected } = counters
  const { correctionRuns, processedBytes, uncorrected } = counters
  return {
    ...{ correctedWithoutDelay, correctedWithDelay, retries, corrected },
    ...{ correctionRuns, processedBytes, uncorrected },
  }
}

/** Of the bytes of the mount where both sides of them are counted, else as the drive reckons it. */
function compression(reader: PageReader, access: SequentialAccess | null) {
  const told =
    reader.read(pageName(DATA_COMPRESSION), decodeDataCompression) ??
    reader.read(pageName(DATA_COMPRESSION_LTO5), decodeDataCompression)
  return {
    writeCompressionRatio:
      ratio(access?.receivedBytes, access?.writtenBytes) ?? told?.writeRatio ?? null,
    readCompressionRatio: ratio(access?.sentBytes, access?.readBytes) ?? told?.readRatio ?? null,
  }
}

function ratio(outside: number | null | undefined, onMedium: number | null | undefined) {
  if (!outside || !onMedium) return null
  return outside / onMedium
}

/** A drive made of software has no temperature: what it tells is a constant. */
function temperature(
  reader: PageReader,
  virtual: boolean,
  statistics: DeviceStatistics | null,
): DriveTemperature {
  if (virtual) return { celsius: null, limitCelsius: null, exceeded: null }
  const told = reader.read(pageName(TEMPERATURE), decodeTemperature)
  const limits = reader.read(pageName(TEMPERATURE, ENVIRONMENTAL_LIMITS), decodeEnvironmentalLimits)
  const limit = limits?.find(({ kind, sensor }) => kind === 'temperature' && sensor === 0)
  return {
    celsius: told?.celsius ?? null,
    limitCelsius:
      limit?.highOperatingTrigger ?? limit?.highCriticalTrigger ?? told?.referenceCelsius ?? null,
    exceeded: statistics?.temperatureExceeded ?? null,
  }
}

function lifetime(
  told: DeviceStatistics | null,
  access: SequentialAccess | null,
  likeHp: boolean,
): DriveLifetime {
  const besides = access !== null && likeHp ? decodeLifetimeCounters(access) : null
  const hours = (seconds: number | null | undefined) =>
    seconds === null || seconds === undefined ? null : seconds / SECONDS_PER_HOUR
  const sinceCleaning = besides?.megabytesSinceCleaning ?? null
  const sample = told?.dutyCycleSampleMilliseconds ?? null
  return {
    loads: told?.loads ?? besides?.loads ?? null,
    cleanings: told?.cleanings ?? besides?.cleanings ?? null,
    powerOnHours: told?.powerOnHours ?? hours(besides?.powerOnSeconds),
    motionHours: told?.motionHours ?? null,
    motionHoursSinceCleaning: told?.motionHoursSinceCleaning ?? null,
    bytesSinceCleaning: sinceCleaning === null ? null : sinceCleaning * MEGABYTE,
    tapeMeters: told?.tapeMeters ?? null,
    powerCycles: told?.powerCycles ?? null,
    hardWriteErrors: told?.hardWriteErrors ?? null,
    hardReadErrors: told?.hardReadErrors ?? null,
    dutyCycleSeconds: sample === null ? null : sample / 1000,
    readPercent: told?.readPercent ?? null,
    writePercent: told?.writePercent ?? null,
    activityPercent: told?.activityPercent ?? null,
    volumeNotPresentPercent: told?.volumeNotPresentPercent ?? null,
    readyPercent: told?.readyPercent ?? null,
  }
}
