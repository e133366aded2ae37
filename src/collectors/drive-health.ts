import type { Automation } from './place-drives.ts'
import type { TapeDrive } from './tape-drives.ts'

/** What a tape drive says of its own health and of the cartridge in it. Null is what it does not tell. */
export interface DriveHealth extends Pick<
  TapeDrive,
  'id' | 'serial' | 'vendor' | 'product' | 'revision' | 'device' | 'virtual'
> {
  /** As the drive of the same id has them; null, and without the place in a library, until they are known. */
  tapeNode: TapeDrive['tapeNode']
  library: TapeDrive['library']
  volumeTag: TapeDrive['volumeTag']
  place: TapeDrive['place']
  /** When it told all this; null when it never did. Null in what `collect` returns, which has no clock. */
  takenAt: Date | null
  /** Why it was left alone the last time, which is no failure, e.g. `locating`; null when it was asked. */
  passedOver: string | null
  /** Why it could not be asked everything; null when it could. What is told is then older. */
  error: string | null
  /** Questions that it refuses with this firmware: log pages in hex, `memory`; they are not asked again. */
  refused: readonly string[]
  write: ErrorCounters | null
  read: ErrorCounters | null
  traffic: Traffic | null
  /** Bytes of initiators for a byte on the medium; null also where nothing was written or read. */
  writeCompressionRatio: number | null
  readCompressionRatio: number | null
  temperature: DriveTemperature
  lifetime: DriveLifetime
  /** Procedures that it asks for, in its order of preference; null when it was not asked for them. */
  recovery: readonly string[] | null
  /** What it foresees or warns of by itself (log page 2Fh); null where it has no such page or did not tell. */
  exception: InformationalException | null
  /** What it says of where it sits; null when it does not. */
  automation: Automation | null
  /** Null when there is none in it, and when that is not known. */
  cartridge: CartridgeHealth | null
  /** What went on since the cartridge was first seen in the drive; null without one. */
  mount: Mount | null
  /** When this daemon read it first: of what went on before nothing is known. Null before that. */
  watchedSince: Date | null
  /** Unrecovered errors of the last day, the oldest first, while this daemon watched. */
  recentErrors: readonly RecentErrors[]
}

/** Log page 02h or 03h: since the load, the reset or for ever, as the drive chooses, so only differences count. */
export interface ErrorCounters {
  correctedWithoutDelay: number | null
  correctedWithDelay: number | null
  /** Rewrites or rereads. */
  retries: number | null
  corrected: number | null
  correctionRuns: number | null
  processedBytes: number | null
  uncorrected: number | null
}

/** Log page 0Ch: bytes between initiators and drive, and between drive and medium; counted like the errors. */
export interface Traffic {
  receivedBytes: number | null
  writtenBytes: number | null
  readBytes: number | null
  sentBytes: number | null
}

/** Log pages 0Dh and 14h. */
export interface DriveTemperature {
  celsius: number | null
  /** Above which the drive says that it is too warm to go on working. */
  limitCelsius: number | null
  /** It was warmer than recommended; null where the drive does not say. */
  exceeded: boolean | null
}

/** Log page 2Fh: an additional sense code without a command that failed. */
export interface InformationalException {
  /** Whether the drive expects to fail (5Dh, FAILURE PREDICTION THRESHOLD EXCEEDED). */
  failurePredicted: boolean
  /** The code in words, or in hex where it belongs to the maker; null where there is nothing. */
  text: string | null
}

/** Log page 14h, and what HP's drives tell on 0Ch: over the life of the drive. */
export interface DriveLifetime {
  loads: number | null
  cleanings: number | null
  powerOnHours: number | null
  /** Hours in which the medium moved. */
  motionHours: number | null
  /** The same since the last cleaning. */
  motionHoursSinceCleaning: number | null
  bytesSinceCleaning: number | null
  tapeMeters: number | null
  powerCycles: number | null
  /** Write and read errors that were not recovered. */
  hardWriteErrors: number | null
  hardReadErrors: number | null
  /** Shares of the sample of `dutyCycleSeconds`. */
  dutyCycleSeconds: number | null
  readPercent: number | null
  writePercent: number | null
  activityPercent: number | null
  volumeNotPresentPercent: number | null
  readyPercent: number | null
}

/** The cartridge in a drive, by its memory (MAM) and by log pages 17h, 30h, 31h and 37h. */
export interface CartridgeHealth {
  /** Of the medium, from its manufacturer. */
  serial: string | null
  barcode: string | null
  manufacturer: string | null
  /** Times that it was loaded in its life. */
  loads: number | null
  /** Native, of all partitions. */
  capacityBytes: number | null
  remainingBytes: number | null
  /** 100 for a new one. */
  lifeRemainingPercent: number | null
  /** How well drive and medium get along, from 1, the best, to 255 (IBM). */
  efficiency: number | null
  lifetimeWrittenBytes: number | null
  lifetimeReadBytes: number | null
  writeRetries: number | null
  readRetries: number | null
  unrecoveredWriteErrors: number | null
  unrecoveredReadErrors: number | null
  lastMountUnrecoveredWriteErrors: number | null
  lastMountUnrecoveredReadErrors: number | null
  /** It can be written once only. */
  worm: boolean | null
  writeProtected: boolean | null
  /** Which drives had it last, this one first. */
  lastDrives: readonly { vendor: string | null; serial: string | null }[]
}

/** What was done and what went wrong between two readings; null is what nobody counts. */
export interface Work {
  /** To and from the medium. */
  writtenBytes: number | null
  readBytes: number | null
  rewrites: number | null
  rereads: number | null
  correctedWriteErrors: number | null
  correctedReadErrors: number | null
  unrecoveredWriteErrors: number | null
  unrecoveredReadErrors: number | null
}

/** The work of a cartridge in a drive, as far as this daemon saw it. */
export interface Mount extends Work {
  since: Date
  /** Null while less than a gigabyte was written, or read. */
  rewritesPerGigabyte: number | null
  rereadsPerGigabyte: number | null
}

/** Unrecovered errors that came between two readings. */
export interface RecentErrors {
  /** When they were noticed. */
  at: Date
  writeErrors: number
  readErrors: number
  /** Barcode or serial number of the cartridge; null when it was not the same in both readings. */
  cartridge: string | null
}

/** What a drive tells at one time: what of DriveHealth is not drawn from several readings. */
export type DriveReading = Omit<
  DriveHealth,
  'takenAt' | 'passedOver' | 'error' | 'refused' | 'mount' | 'watchedSince' | 'recentErrors'
>
