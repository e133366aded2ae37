import { decodeDataCompression } from '../../src/scsi/log/data-compression.ts'
import { decodeDeviceStatistics } from '../../src/scsi/log/device-statistics.ts'
import { decodeErrorCounters } from '../../src/scsi/log/error-counters.ts'
import { decodeInformationalExceptions } from '../../src/scsi/log/informational-exceptions.ts'
import { decodeSequentialAccess } from '../../src/scsi/log/sequential-access.ts'
import { decodeTapeCapacity } from '../../src/scsi/log/tape-capacity.ts'
import { decodeTapeDiagnostics } from '../../src/scsi/log/tape-diagnostics.ts'
import { decodeTapeUsage } from '../../src/scsi/log/tape-usage.ts'
import { decodeTemperature } from '../../src/scsi/log/temperature.ts'
import { decodeVolumeStatistics } from '../../src/scsi/log/volume-statistics.ts'

/** What was decoded, by the words of sg_logs; null where it is not known. */
export type Told = readonly [label: string, value: number | string | null][]

/** Pages 02h and 03h. */
export function toldOfErrors(data: Uint8Array): Told {
  const page = decodeErrorCounters(data)
  return [
    ['Errors corrected without substantial delay', page.correctedWithoutDelay],
    ['Errors corrected with possible delays', page.correctedWithDelay],
    ['Total rewrites or rereads', page.retries],
    ['Total errors corrected', page.corrected],
    ['Total times correction algorithm processed', page.correctionRuns],
    ['Total bytes processed', page.processedBytes],
    ['Total uncorrected errors', page.uncorrected],
  ]
}

/** Page 0Ch. */
export function toldOfSequentialAccess(data: Uint8Array): Told {
  const page = decodeSequentialAccess(data)
  const bytes = (value: number | null) =>
    value === null ? null : `${Math.floor(value / 1e9)} GB [${value} bytes]`
  const megabytes = (value: number | null) => (value === null ? null : `${value} MB`)
  return [
    ['Data bytes received with WRITE commands', bytes(page.receivedBytes)],
    ['Data bytes written to media by WRITE commands', bytes(page.writtenBytes)],
    ['Data bytes read from media by READ commands', bytes(page.readBytes)],
    ['Data bytes transferred by READ commands', bytes(page.sentBytes)],
    ['Native capacity from BOP to EOD', megabytes(page.endOfDataMegabytes)],
    ['Native capacity from BOP to EW of current partition', megabytes(page.earlyWarningMegabytes)],
    [
      'Minimum native capacity from EW to EOP of current partition',
      megabytes(page.behindEarlyWarningMegabytes),
    ],
    ['Native capacity from BOP to current position', megabytes(page.positionMegabytes)],
    ['Maximum native capacity in device object buffer', megabytes(page.bufferMegabytes)],
  ]
}

/** Page 0Dh. */
export function toldOfTemperature(data: Uint8Array): Told {
  const { celsius } = decodeTemperature(data)
  return [['Current temperature', celsius === 0 ? '0 C (or less)' : `${celsius} C`]]
}

/** Page 14h of drives. */
export function toldOfDeviceStatistics(data: Uint8Array): Told {
  const page = decodeDeviceStatistics(data)
  return [
    ['Lifetime media loads', page.loads],
    ['Lifetime cleaning operations', page.cleanings],
    ['Lifetime power on hours', page.powerOnHours],
    ['Lifetime media motion (head) hours', page.motionHours],
    ['Lifetime metres of tape processed', page.tapeMeters],
    [
      'Lifetime media motion (head) hours when incompatible media last loaded',
      page.incompatibleMediumMotionHours,
    ],
    [
      'Lifetime power on hours when last temperature condition occurred',
      page.temperatureConditionPowerOnHours,
    ],
    [
      'Lifetime power on hours when last power consumption condition occurred',
      page.powerConditionPowerOnHours,
    ],
    [
      'Media motion (head) hours since last successful cleaning operation',
      page.motionHoursSinceCleaning,
    ],
    [
      'Media motion (head) hours since 2nd to last successful cleaning',
      page.motionHoursSinceSecondLastCleaning,
    ],
    [
      'Media motion (head) hours since 3rd to last successful cleaning',
      page.motionHoursSinceThirdLastCleaning,
    ],
    ['and/or emergency eject occurred', page.forcedResetPowerOnHours],
    ['Lifetime power cycles', page.powerCycles],
    ['Volume loads since last parameter reset', page.loadsSinceReset],
    ['Hard write errors', page.hardWriteErrors],
    ['Hard read errors', page.hardReadErrors],
    ['Duty cycle sample time (ms)', page.dutyCycleSampleMilliseconds],
    ['Read duty cycle', page.readPercent],
    ['Write duty cycle', page.writePercent],
    ['Activity duty cycle', page.activityPercent],
    ['Volume not present duty cycle', page.volumeNotPresentPercent],
    ['Ready duty cycle', page.readyPercent],
    ['MBs transferred from app client in duty cycle sample time', page.receivedMegabytes],
    ['MBs transferred to app client in duty cycle sample time', page.sentMegabytes],
    ['Manufacturing date (yyyymmdd)', page.manufacturingDate],
    ['Manufacturing date (yyyyww)', page.manufacturingWeek],
    ['Medium removal prevented', Number(page.removalPrevented)],
    ['Maximum recommended mechanism temperature exceeded', Number(page.temperatureExceeded)],
  ]
}

/** Page 16h of drives; sg_logs prints the revision as a number and texts as dumps. */
export function toldOfTapeDiagnostics(data: Uint8Array): Told {
  return decodeTapeDiagnostics(data).flatMap((entry): [string, number | string | null][] => [
    ['Parameter code', entry.entry],
    ['Density code', hex(entry.densityCode)],
    ['Medium type', hex(entry.mediumType)],
    ['Lifetime media motion hours', entry.motionHours],
    ['Repeat', Number(entry.repeated)],
    ['Sense key', hex(entry.senseKey)],
    ['Additional sense code', hex(entry.additionalSenseCode)],
    ['Additional sense code qualifier', hex(entry.additionalSenseCodeQualifier)],
    ['Vendor specific code qualifier', hex(entry.vendorCode)],
    ['Hours since last clean', entry.hoursSinceCleaning],
    ['Operation code', hex(entry.operationCode)],
    ['Service action', hex(entry.serviceAction)],
    ['Timestamp origin', hex(entry.timestampOrigin)],
  ])
}

/** Page 17h without its lists. */
export function toldOfVolume(data: Uint8Array): Told {
  const page = decodeVolumeStatistics(data)
  const hundredths = (ratio: number | null) => Math.round((ratio ?? 0) * 100)
  return [
    ['Page valid', Number(page.valid)],
    ['Thread count', page.threads],
    ['Total data sets written', page.dataSetsWritten],
    ['Total write retries', page.writeRetries],
    ['Total unrecovered write errors', page.unrecoveredWriteErrors],
    ['Total suspended writes', page.suspendedWrites],
    ['Total fatal suspended writes', page.fatalSuspendedWrites],
    ['Total data sets read', page.dataSetsRead],
    ['Total read retries', page.readRetries],
    ['Total unrecovered read errors', page.unrecoveredReadErrors],
    ['Total suspended reads', page.suspendedReads],
    ['Total fatal suspended reads', page.fatalSuspendedReads],
    ['Last mount unrecovered write errors', page.lastMountUnrecoveredWriteErrors],
    ['Last mount unrecovered read errors', page.lastMountUnrecoveredReadErrors],
    ['Last mount megabytes written', page.lastMountMegabytesWritten],
    ['Last mount megabytes read', page.lastMountMegabytesRead],
    ['Lifetime megabytes written', page.megabytesWritten],
    ['Lifetime megabytes read', page.megabytesRead],
    ['Last load write compression ratio', hundredths(page.lastLoadWriteRatio)],
    ['Last load read compression ratio', hundredths(page.lastLoadReadRatio)],
    ['Medium mount time', page.mountMilliseconds],
    ['Medium ready time', page.readyMilliseconds],
    ['Total native capacity [MB]', page.nativeCapacityMegabytes],
    ['Total used native capacity [MB]', page.usedNativeCapacityMegabytes],
    ['Volume serial number', page.serial ?? ''],
    ['Tape lot identifier', page.tapeLot ?? ''],
    ['Volume barcode', page.barcode ?? ''],
    ['Volume manufacturer', page.manufacturer ?? ''],
    ['Volume license code', page.licenseCode ?? ''],
    ['Volume personality', page.personality ?? ''],
    ['Write protect', Number(page.writeProtected)],
    ['WORM', Number(page.worm)],
    ['Maximum recommended tape path temperature exceeded', Number(page.temperatureExceeded)],
    ['Beginning of medium passes', page.beginningPasses],
    ['Middle of medium passes', page.middlePasses],
  ]
}

/** The lists of page 17h. */
export function toldOfPartitions(data: Uint8Array): Told {
  const page = decodeVolumeStatistics(data)
  const COUNTER = 'partition record data counter'
  const positions = [...page.firstEncryptedObjects, ...page.firstUnencryptedObjects]
  const capacities = [
    ...page.partitionCapacities,
    ...page.partitionUsedCapacities,
    ...page.partitionRemainingCapacities,
  ]
  return [
    ...positions.map(({ partition, position }): [string, string | null] => [
      'partition number',
      position === null ? null : `${partition}, ${COUNTER}: ${hex(position)}`,
    ]),
    ...capacities.map(({ partition, megabytes }): [string, string | null] => [
      'partition number',
      megabytes === null ? null : `${partition}, ${COUNTER}: ${megabytes}`,
    ]),
    ...page.mountHistory.map(({ index, vendor, serial }): [string, string] => [
      'index',
      `${index}, vendor: ${(vendor ?? '').padEnd(8)}, unit serial number: ${serial}`,
    ]),
  ]
}

/** Pages 1Bh and 32h. */
export function toldOfCompression(data: Uint8Array): Told {
  const page = decodeDataCompression(data)
  const hundredths = (ratio: number | null) => Math.round((ratio ?? 0) * 100)
  return [
    ['Read compression ratio x100', hundredths(page.readRatio)],
    ['Write compression ratio x100', hundredths(page.writeRatio)],
    ['Megabytes transferred to server', page.sentToServer.megabytes],
    ['Bytes transferred to server', page.sentToServer.bytes],
    ['Megabytes read from tape', page.readFromTape.megabytes],
    ['Bytes read from tape', page.readFromTape.bytes],
    ['Megabytes transferred from server', page.receivedFromServer.megabytes],
    ['Bytes transferred from server', page.receivedFromServer.bytes],
    ['Megabytes written to tape', page.writtenToTape.megabytes],
    ['Bytes written to tape', page.writtenToTape.bytes],
    ['Data compression enabled', page.enabled === null ? null : hex(Number(page.enabled))],
  ]
}

/** Page 2Fh. */
export function toldOfExceptions(data: Uint8Array): Told {
  const page = decodeInformationalExceptions(data)
  const qualifier = hex(page.additionalSenseCodeQualifier)
  return [
    ['IE asc', `${hex(page.additionalSenseCode)}, ascq = ${qualifier}`],
    ['Current temperature', `${page.celsius} C`],
  ]
}

/** Page 30h. */
export function toldOfUsage(data: Uint8Array): Told {
  const page = decodeTapeUsage(data)
  return [
    ['Thread count', page.threads],
    ['Total data sets written', page.dataSetsWritten],
    ['Total write retries', page.writeRetries],
    ['Total unrecovered write errors', page.unrecoveredWriteErrors],
    ['Total suspended writes', page.suspendedWrites],
    ['Total fatal suspended writes', page.fatalSuspendedWrites],
    ['Total data sets read', page.dataSetsRead],
    ['Total read retries', page.readRetries],
    ['Total unrecovered read errors', page.unrecoveredReadErrors],
    ['Total suspended reads', page.suspendedReads],
    ['Total fatal suspended reads', page.fatalSuspendedReads],
  ]
}

/** Page 31h with two partitions. */
export function toldOfCapacity(data: Uint8Array): Told {
  const [main, alternate] = decodeTapeCapacity(data)
  return [
    ['Main partition remaining capacity (in MiB)', main?.remainingMegabytes ?? null],
    ['Alternate partition remaining capacity (in MiB)', alternate?.remainingMegabytes ?? null],
    ['Main partition maximum capacity (in MiB)', main?.maximumMegabytes ?? null],
    ['Alternate partition maximum capacity (in MiB)', alternate?.maximumMegabytes ?? null],
  ]
}

/** As sg_logs writes numbers that are codes. */
export function hex(value: number | null): string | null {
  return value === null ? null : `0x${value.toString(16)}`
}
