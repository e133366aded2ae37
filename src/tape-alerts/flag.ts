import { changerTapeAlert, driveTapeAlert } from '../scsi/tape-alert.ts'
import type { AlertingKind } from './tape-alert.ts'

/** What a flag says, and what becomes of it. */
export interface Flag {
  name: string
  severity: 'info' | 'warning' | 'critical'
  /** What it means. */
  meaning: string
  /** What to do. */
  action: string
  /** Whether it is a cartridge that is bad, so that there may be one flag for each. */
  aboutMedium: boolean
  /** Whether it ends when the medium leaves the drive, as the standard has it. */
  endsWithMedium: boolean
  /** Whether whoever comes later has to be told which cartridge it was: then it does not end like that. */
  staysWithCartridge: boolean
  /** The bit of page 11h that asks for the same; null when there is none. */
  cleaning: 'cleaningRequired' | 'cleaningRequested' | null
}

const CLEAN_NOW = 20
const CLEAN_PERIODIC = 21

/** A flag by the table of its kind of device: 3 is about the cartridge in a drive, and a reset of a library. */
export function flagOf(kind: AlertingKind, number: number): Flag {
  const table = kind === 'drive' ? driveTapeAlert : changerTapeAlert
  const { name, severity, message: meaning, action, concerns, ends } = table(number)
  const isDrive = kind === 'drive'
  // Worn out or wrong cleaning cartridges are cartridges too.
  const isMedium = concerns === 'medium' || (concerns === 'cleaning' && ends !== 'cleaned')
  const aboutMedium = isDrive && isMedium
  return {
    ...{ name, severity, meaning, action, aboutMedium },
    endsWithMedium: isDrive && (ends === 'medium-removed' || ends === 'next-load'),
    staysWithCartridge: aboutMedium && severity !== 'info',
    cleaning: isDrive ? cleaningOf(number) : null,
  }
}

function cleaningOf(number: number): Flag['cleaning'] {
  if (number === CLEAN_NOW) return 'cleaningRequired'
  return number === CLEAN_PERIODIC ? 'cleaningRequested' : null
}
