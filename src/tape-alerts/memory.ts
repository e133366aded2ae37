import type { NewEvent } from '../events/event.ts'
import type { AlertingKind, AlertingPlace } from './tape-alert.ts'

/** What shows that there may be a flag to read, as a device showed it at one time. */
export type Signs =
  | {
      /** DT device status, log page 11h: TAFC, and the bits that a flag comes with. */
      by: 'status'
      tapeAlertChanged: boolean
      cleaningRequired: boolean
      cleaningRequested: boolean
      recoveryRequested: boolean
      /** Digest of what is loaded; null, or missing, where that is not known. */
      contents?: string | null
    }
  | {
      /** Without that page: what a flag could explain. */
      by: 'contents'
      /** Whether it answers that it is ready. */
      ready: boolean
      /** Digest of the cartridges and exceptions it shows; that of the time before while it is not ready. */
      digest: string | null
    }

/** What is remembered of a drive or library. */
export interface DeviceMemory {
  kind: AlertingKind
  id: string
  place: AlertingPlace
  /** What was heeded last; null before anything was. */
  signs: Signs | null
  /** Noted before the page is asked for; null once its outcome is noted. */
  begunAt: Date | null
  /** When the page was read last. */
  readAt: Date | null
  /** Whether TAFC went out by reading; null when that is not known. */
  clears: boolean | null
  /** Of the last reading that is stored, so that it is stored once. */
  readingId: string | null
  /** Failures since the page was read last, the latest and why; 0 and null without any. */
  failures: number
  failedAt: Date | null
  error: string | null
}

/** How a flag came to its end. */
export type Ending =
  /** The cartridge it was about has left the drive. */
  | 'medium_gone'
  /** The cartridge was loaded again, and unloaded without the flag. */
  | 'medium_good'
  /** The drive does not ask to be cleaned any more, or was cleaned. */
  | 'cleaned'
  /** The device itself does not say so any more. */
  | 'withdrawn'
  /** An operator resolved its alert. */
  | 'resolved'

/** A flag of a device, about one cartridge if it is about the medium. */
export interface KeptFlag {
  /** UUID. */
  key: string
  kind: AlertingKind
  /** Of the device. */
  id: string
  flag: number
  /** Loaded when it was read last. */
  volumeTag: string | null
  firstReadAt: Date
  lastReadAt: Date
  count: number
  excerpt: string
  /** Where the device goes on saying so without being cleared by reading: page 11h or 12h; null where nowhere. */
  standing: 'status' | 'response' | null
  /** When the cartridge it is about was seen to have left the drive; null while it has not. */
  leftAt: Date | null
  /** When it was seen loaded again after that, and the drive it is in. */
  returnedAt: Date | null
  returnedTo: string | null
  endedAt: Date | null
  ending: Ending | null
}

/** Everything that is remembered: of flags only those that are not over. */
export interface Memory {
  devices: readonly DeviceMemory[]
  flags: readonly KeptFlag[]
}

/** What is to be written, all of it or nothing. */
export interface Decision<T> {
  result: T
  devices?: readonly DeviceMemory[]
  flags?: readonly KeptFlag[]
  events?: readonly NewEvent[]
}

/** Keeps the memory. */
export interface TapeAlertStore {
  /**
   * Hands out what is remembered and writes what is decided in its light, one after the other. It may be decided twice,
   * in the light of what is remembered then; what counts is the last time.
   * Rejects with DatabaseUnavailableError, and nothing is written then.
   */
  change<T>(decide: (memory: Memory) => Decision<T>): Promise<T>
}

/** The memory of a device that nothing is known of yet. */
export function blankMemory(device: Pick<DeviceMemory, 'kind' | 'id' | 'place'>): DeviceMemory {
  const { kind, id, place } = device
  return {
    ...{ kind, id, place },
    ...{ signs: null, begunAt: null, readAt: null, clears: null, readingId: null },
    ...{ failures: 0, failedAt: null, error: null },
  }
}

/** What is remembered of a device; blank when that is nothing. */
export function memoryOf(
  { devices }: Memory,
  device: Pick<DeviceMemory, 'kind' | 'id' | 'place'>,
): DeviceMemory {
  const { kind, id, place } = device
  const known = devices.find((one) => one.kind === kind && one.id === id)
  return known ? { ...known, place } : blankMemory(device)
}
