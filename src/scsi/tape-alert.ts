import { CHANGER_FLAGS } from './tape-alerts/changer.ts'
import { DRIVE_FLAGS } from './tape-alerts/drive.ts'
import { MEDIUM_FLAGS } from './tape-alerts/medium.ts'

/** A TapeAlert flag as its standard explains it to the operator. */
export interface TapeAlertFlag {
  /** 1 to 64. */
  number: number
  name: string
  severity: TapeAlertSeverity
  /** What it means. */
  message: string
  /** What the operator is to do. */
  action: string
  concerns: TapeAlertConcern
  ends: TapeAlertEnd
}

/** Flags by their number. */
export type TapeAlertTable = Readonly<Record<number, Omit<TapeAlertFlag, 'number'>>>

/** As the standards class flags: information, warning, critical. */
export type TapeAlertSeverity = 'info' | 'warning' | 'critical'

/** What has to be looked at: the cartridge, the cleaning of the drive, the drive itself, or the library. */
export type TapeAlertConcern = 'medium' | 'cleaning' | 'drive' | 'library'

/**
 * What tells that the condition is over, as far as anything does, by the conditions under which the
 * standard deactivates the flag. That a flag is not set when the page is read again tells nothing,
 * because reading cleared it.
 */
export type TapeAlertEnd =
  /** The cartridge leaves the drive; a cartridge that is bad stays so all the same. */
  | 'medium-removed'
  /** The next cartridge is loaded: the flag is set while one is unloaded, or about the one before. */
  | 'next-load'
  /** The drive was cleaned: CRQRD of log page 11h, or CRQST, is not set any more. */
  | 'cleaned'
  /** What is measured is in its range again, or is switched back; nothing says when. */
  | 'subsides'
  /** The device is reset or switched off and on: it answers with unit attention 29h. */
  | 'power-cycle'
  /** Only somebody who repaired it knows. */
  | 'operator'

/**
 * The flag of a tape drive (SSC-5 annex A). Flags that the table does not know are not dropped: a
 * device that sets one wants to tell something.
 */
export function driveTapeAlert(number: number): TapeAlertFlag {
  return { number, ...(DRIVE_TABLE[number] ?? unknownFlag(number, 'drive')) }
}

/** The flag of a medium changer (SMC-3 annex A), whose table is another. */
export function changerTapeAlert(number: number): TapeAlertFlag {
  return { number, ...(CHANGER_FLAGS[number] ?? unknownFlag(number, 'library')) }
}

const DRIVE_TABLE: TapeAlertTable = { ...MEDIUM_FLAGS, ...DRIVE_FLAGS }

function unknownFlag(number: number, concerns: 'drive' | 'library'): Omit<TapeAlertFlag, 'number'> {
  return {
    name: `unknown flag ${number}`,
    severity: 'warning',
    message: `The ${concerns} set a TapeAlert flag that its standard does not define.`,
    action: `Look the flag up in the manual of the ${concerns}, or ask its supplier.`,
    concerns,
    ends: 'operator',
  }
}
