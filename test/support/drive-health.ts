import type { DriveHealth, DriveLifetime } from '../../src/collectors/drive-health.ts'

/** What a drive counts, in few words; what is not said is not counted. */
export interface DriveSaid {
  id?: string
  /** Serial number and barcode of the cartridge; null for an empty drive. */
  tape?: string | null
  writtenBytes?: number | undefined
  readBytes?: number | undefined
  rewrites?: number | undefined
  rereads?: number | undefined
  uncorrectedWrites?: number | undefined
  uncorrectedReads?: number | undefined
  hardWrites?: number | undefined
  hardReads?: number | undefined
  volumeWriteErrors?: number | undefined
  passedOver?: string
  error?: string
}

const lifetime: DriveLifetime = {
  loads: null,
  cleanings: null,
  powerOnHours: null,
  motionHours: null,
  motionHoursSinceCleaning: null,
  bytesSinceCleaning: null,
  tapeMeters: null,
  powerCycles: null,
  hardWriteErrors: null,
  hardReadErrors: null,
  dutyCycleSeconds: null,
  readPercent: null,
  writePercent: null,
  activityPercent: null,
  volumeNotPresentPercent: null,
  readyPercent: null,
}

/** A drive as its collector reads it. */
export function drive(said: DriveSaid, given: Partial<DriveHealth> = {}): DriveHealth {
  const { id = 'D1', tape = null } = said
  return {
    id,
    serial: id,
    vendor: 'IBM',
    product: 'ULT3580-TD8',
    revision: '2160',
    device: '/dev/sg13',
    virtual: false,
    tapeNode: null,
    library: null,
    volumeTag: null,
    place: `serial ${id} = /dev/sg13`,
    takenAt: null,
    passedOver: said.passedOver ?? null,
    error: said.error ?? null,
    refused: [],
    write: counters(said.rewrites, said.uncorrectedWrites),
    read: counters(said.rereads, said.uncorrectedReads),
    traffic: {
      receivedBytes: null,
      writtenBytes: said.writtenBytes ?? null,
      readBytes: said.readBytes ?? null,
      sentBytes: null,
    },
    writeCompressionRatio: null,
    readCompressionRatio: null,
    temperature: { celsius: null, limitCelsius: null, exceeded: null },
    lifetime: {
      ...lifetime,
      hardWriteErrors: said.hardWrites ?? null,
      hardReadErrors: said.hardReads ?? null,
    },
    recovery: [],
    exception: null,
    automation: null,
    cartridge: tape === null ? null : cartridge(tape, said.volumeWriteErrors),
    mount: null,
    watchedSince: null,
    recentErrors: [],
    ...given,
  }
}

function counters(retries: number | undefined, uncorrected: number | undefined) {
  return {
    correctedWithoutDelay: null,
    correctedWithDelay: null,
    retries: retries ?? null,
    corrected: null,
    correctionRuns: null,
    processedBytes: null,
    uncorrected: uncorrected ?? null,
  }
}

function cartridge(tape: string, errors: number | undefined): DriveHealth['cartridge'] {
  return {
    serial: tape,
    barcode: tape,
    manufacturer: null,
    loads: null,
    capacityBytes: null,
    remainingBytes: null,
    lifeRemainingPercent: null,
    efficiency: null,
    lifetimeWrittenBytes: null,
    lifetimeReadBytes: null,
    writeRetries: null,
    readRetries: null,
    unrecoveredWriteErrors: errors ?? null,
    unrecoveredReadErrors: null,
    lastMountUnrecoveredWriteErrors: null,
    lastMountUnrecoveredReadErrors: null,
    worm: null,
    writeProtected: null,
    lastDrives: [],
  }
}
