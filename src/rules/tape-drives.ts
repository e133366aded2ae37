import type { DriveStatus, TapeDrive } from '../collectors/tape-drives.ts'
import { partOfLibrary, sourceOf } from './changers.ts'
import type { Finding, Rule } from './rule.ts'
import { driveText } from './words.ts'

/**
 * A rewind or a locate over the whole length of an LTO tape takes up to two minutes, and a drive that takes one
 * command at a time answers nothing else meanwhile: what misses a beat or three is at work, what misses six hangs.
 */
const NO_ANSWER_SECONDS = 180

/** `false` only: where a drive could not be asked nothing is known of it. */
export const tapeDriveUnreachable: Rule<'tape_drives'> = {
  alert: 'TapeDriveUnreachable',
  name: 'Tape drive does not answer',
  subject: 'tape_drives',
  severity: 'critical',
  source: 'tape',
  forSeconds: NO_ANSWER_SECONDS,
  description: 'The drive does not answer SCSI commands: backups to it fail or hang.',
  action:
    'See what its library shows of it and whether a job uses it, and check its power and cabling, or the daemon of a ' +
    'virtual one. Power-cycling it ends the job that runs on it.',

  check(drives) {
    return drives
      .filter(({ reachable }) => reachable === false)
      .map((drive) =>
        finding(
          drive,
          `${driveText(drive)} does not answer${drive.error === null ? '' : `: ${drive.error}`}.`,
          { error: drive.error, source: `LOG SENSE to ${drive.device}` },
        ),
      )
  },

  // A drive that answers with an error has answered. One without a serial number may be any of those that are known.
  undecided(drives) {
    return drives
      .filter(({ reachable, serial, error }) => reachable === null || (serial === null && error))
      .map(({ id, serial }) => (serial === null ? {} : { serial: id }))
  },
}

/** CRQRD of log page 11h: the drive will not write reliably before it is cleaned. */
export const tapeDriveCleaningRequired: Rule<'tape_drives'> = {
  alert: 'TapeDriveCleaningRequired',
  name: 'Tape drive must be cleaned now',
  subject: 'tape_drives',
  severity: 'critical',
  source: 'tape',
  forSeconds: 0,
  description:
    'The drive does not write reliably before it is cleaned; writing on risks the medium.',
  action: 'Let the job that runs on it end, then load a cleaning cartridge before the next backup.',
  inhibits: 'TapeDriveCleaningRequested',

  check: flagged(
    'cleaningRequired',
    (drive) => `${driveText(drive)} must be cleaned now (CRQRD of log page 11h).`,
  ),
}

/** CRQST of log page 11h: cleaning is due, and can wait for the end of the backup. */
export const tapeDriveCleaningRequested: Rule<'tape_drives'> = {
  alert: 'TapeDriveCleaningRequested',
  name: 'Tape drive asks for cleaning',
  subject: 'tape_drives',
  severity: 'warning',
  source: 'tape',
  forSeconds: 0,
  description: 'Cleaning is due, and can wait for the end of the backup; later it cannot.',
  action: 'Load a cleaning cartridge when the drive is next idle.',

  check: flagged(
    'cleaningRequested',
    (drive) => `${driveText(drive)} asks to be cleaned (CRQST of log page 11h).`,
  ),
}

/** RRQST of log page 11h: the drive has stopped and waits for the initiator to recover it. */
export const tapeDriveRecoveryRequested: Rule<'tape_drives'> = {
  alert: 'TapeDriveRecoveryRequested',
  name: 'Tape drive asks for recovery',
  subject: 'tape_drives',
  severity: 'warning',
  source: 'tape',
  forSeconds: 0,
  description:
    'The drive cannot go on and asks for one of the procedures that are named; usually the medium is stuck.',
  action:
    'Carry out the first of the procedures that is possible. If none is named unload the cartridge, and power-cycle ' +
    'the drive if that fails; either ends the job that runs on it.',

  check: flagged(
    'recoveryRequested',
    (drive) => `${driveText(drive)} asks for ${recoveryText(drive)} (RRQST of log page 11h).`,
  ),
}

/** `unload, power-cycle`, in the drive's order of preference. */
function recoveryText({ recovery }: TapeDrive): string {
  if (recovery === null || recovery.length === 0) return 'recovery'
  return `recovery: ${recovery.map((name) => name.replaceAll('-', ' ')).join(', else ')}`
}

function flagged(
  flag: keyof DriveStatus,
  words: (drive: TapeDrive) => string,
): (drives: readonly TapeDrive[]) => Finding[] {
  return (drives) =>
    drives
      .filter(({ status }) => status?.[flag] === true)
      .map((drive) =>
        finding(drive, words(drive), {
          activity: drive.status?.activity ?? null,
          volume_tag: drive.volumeTag,
          source: `log page 11h of ${drive.device}`,
        }),
      )
}

function finding(
  drive: TapeDrive,
  message: string,
  evidence: Readonly<Record<string, unknown>>,
): Finding {
  const { id, device, hctl, tapeNode, library } = drive
  return {
    labels: { serial: id },
    partOf: partOfLibrary(library?.serial),
    message,
    evidence: { ...evidence, device, hctl, tape_node: tapeNode, library: library?.serial ?? null },
    source: sourceOf(drive),
  }
}
