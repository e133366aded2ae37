import type { DriveHealth, Mount } from '../collectors/drive-health.ts'
import { partOfLibrary, sourceOf } from './changers.ts'
import type { Finding, Rule } from './rule.ts'
import { bytesText, countText, driveText, listText } from './words.ts'

/** Errors that were not corrected, by whichever of the drive's counters grew, in the last day. */
export const tapeDriveUnrecoveredErrors: Rule<'tape_health'> = {
  alert: 'TapeDriveUnrecoveredErrors',
  name: 'Tape drive could not write or read',
  subject: 'tape_health',
  severity: 'warning',
  source: 'tape',
  forSeconds: 0,
  description:
    'Data could not be written or read although the drive tried again: a job failed, or will.',
  action:
    'When the drive is idle clean it and try the cartridge in another one; copy its data if the errors come with it. ' +
    '`storwarden drives --errors` shows what they follow.',

  check(drives) {
    return drives.flatMap((drive) => {
      const { recentErrors } = drive
      if (recentErrors.length === 0) return []
      const count = (of: 'writeErrors' | 'readErrors') =>
        recentErrors.reduce((sum, errors) => sum + errors[of], 0)
      const cartridges = [
        ...new Set(
          recentErrors.flatMap(({ cartridge }) => (cartridge === null ? [] : [cartridge])),
        ),
      ]
      const counted = [
        ...words(count('writeErrors'), 'write error'),
        ...words(count('readErrors'), 'read error'),
      ].join(' and ')
      const which = cartridges.length === 0 ? '' : `, with ${listText(cartridges)}`
      return [
        finding(drive, `${driveText(drive)} had ${counted} in the last day${which}.`, {
          write_error_count: count('writeErrors'),
          read_error_count: count('readErrors'),
          cartridges,
          last_at: recentErrors.at(-1)?.at.toISOString() ?? null,
          source: `log pages 02h, 03h, 14h and 17h of ${drive.device}`,
        }),
      ]
    })
  },

  undecided: unknownOf((drive) => !isWatchedForADay(drive)),
}

/** A gigabyte or two say little of how often a drive has to try again. */
const ENOUGH_BYTES = 10_000_000_000

/** Rewrites and rereads cost time and capacity long before a job fails. */
export function tapeDriveRetriesHigh(perGigabyte: number): Rule<'tape_health'> {
  return {
    alert: 'TapeDriveRetriesHigh',
    name: 'Tape drive tries again and again',
    subject: 'tape_health',
    severity: 'warning',
    source: 'tape',
    forSeconds: 0,
    description:
      'The drive writes or reads many blocks more than once: jobs are slower and the cartridge holds less, long ' +
      'before one fails.',
    action: 'Clean the drive when it is idle; if other cartridges do well in it, retire this one.',

    check(drives) {
      return drives.flatMap((drive) => {
        const { mount } = drive
        if (mount === null) return []
        const told = [
          ...retries('rewrites', mount.rewritesPerGigabyte, mount.writtenBytes, perGigabyte),
          ...retries('rereads', mount.rereadsPerGigabyte, mount.readBytes, perGigabyte),
        ]
        if (told.length === 0) return []
        return [
          finding(drive, `${driveText(drive)} needs ${told.join(' and ')}.`, {
            ...mountEvidence(mount),
            threshold_per_gigabyte: perGigabyte,
            source: `log pages 02h, 03h and 0Ch of ${drive.device}`,
          }),
        ]
      })
    },

    undecided: unknownOf(isMountCutShort),
  }
}

/** Only where the drive counts the hours itself; whether it is dirty it says by page 11h. */
export function tapeDriveCleaningDue(hours: number): Rule<'tape_health'> {
  return {
    alert: 'TapeDriveCleaningDue',
    name: 'Tape drive not cleaned for long',
    subject: 'tape_health',
    severity: 'info',
    source: 'tape',
    forSeconds: 0,
    description:
      'The medium moved for many hours since the last cleaning. That is no fault: a drive asks for a cleaning when it ' +
      'needs one, if there is a cartridge for it.',
    action:
      'See that a cleaning cartridge that is not used up is in the library, and that cleaning is left to the library or ' +
      'the backup software. Cleaning without need wears the heads.',

    check(drives) {
      return drives.flatMap((drive) => {
        const { motionHoursSinceCleaning: since } = drive.lifetime
        if (drive.virtual || since === null || since <= hours) return []
        return [
          finding(drive, `${driveText(drive)} ran ${since} hours since it was last cleaned.`, {
            motion_hours_since_cleaning: since,
            cleaning_count: drive.lifetime.cleanings,
            threshold_hours: hours,
            source: `log page 14h of ${drive.device}`,
          }),
        ]
      })
    },

    undecided: unknownOf(({ lifetime }) => lifetime.motionHoursSinceCleaning === null),
  }
}

/** The drive's own word (log page 2Fh), also where TapeAlert flags are not read. */
export const tapeDriveFailurePredicted: Rule<'tape_health'> = {
  alert: 'TapeDriveFailurePredicted',
  name: 'Tape drive expects to fail',
  subject: 'tape_health',
  severity: 'critical',
  source: 'tape',
  forSeconds: 0,
  description: 'The drive measures that it will fail soon: backups to it are at risk.',
  action:
    'Stop giving it new jobs, let the one that runs end, and have the drive replaced. ' +
    'Verify what it wrote last in another drive.',

  check(drives) {
    return drives.flatMap((drive) => {
      const { exception } = drive
      if (exception?.failurePredicted !== true) return []
      return [
        finding(
          drive,
          `${driveText(drive)} expects to fail: ${exception.text ?? 'no reason given'}.`,
          {
            exception: exception.text,
            source: `log page 2Fh of ${drive.device}`,
          },
        ),
      ]
    })
  },

  undecided: unknownOf(({ exception }) => exception === null),
}

/** By the drive's own limit, or its own word. */
export const tapeDriveTooWarm: Rule<'tape_health'> = {
  alert: 'TapeDriveTooWarm',
  name: 'Tape drive too warm',
  subject: 'tape_health',
  severity: 'warning',
  source: 'tape',
  forSeconds: 0,
  description: 'Heat deforms the medium and wears out the heads.',
  action:
    'Check the fans and filters of the library and the temperature of the room. While it stays too warm start no ' +
    'other job on the drive.',

  check(drives) {
    return drives.flatMap((drive) => {
      const { celsius, limitCelsius, exceeded } = drive.temperature
      const above = celsius !== null && limitCelsius !== null && celsius > limitCelsius
      if (!above && exceeded !== true) return []
      const now = celsius === null ? '' : `, ${celsius} °C now`
      const limit = limitCelsius === null ? 'recommended' : `its limit of ${limitCelsius} °C`
      return [
        finding(drive, `${driveText(drive)} is or was warmer than ${limit}${now}.`, {
          temperature_celsius: celsius,
          limit_celsius: limitCelsius,
          exceeded,
          source: `log pages 0Dh and 14h of ${drive.device}`,
        }),
      ]
    })
  },

  undecided: unknownOf(
    ({ temperature: { celsius, limitCelsius, exceeded } }) =>
      exceeded === null && (celsius === null || limitCelsius === null),
  ),
}

/**
 * The drives of which a rule cannot tell: that have not told anything since the daemon began, as one that is
 * busy then, that do not answer, and those of which too little is known.
 */
function unknownOf(
  isUnknown: (drive: DriveHealth) => boolean,
): (drives: readonly DriveHealth[]) => Readonly<Record<string, string>>[] {
  return (drives) =>
    drives
      .filter((drive) => drive.takenAt === null || drive.error !== null || isUnknown(drive))
      // One whose serial number could not be had may be any of those that are known.
      .map(({ id, serial }) => (serial === null ? {} : { serial: id }))
}

const DAY_MS = 24 * 60 * 60 * 1000

/** Errors from before it was watched are known to nobody, so that an alert of them cannot be said to be over. */
function isWatchedForADay({ watchedSince, takenAt }: DriveHealth): boolean {
  if (watchedSince === null || takenAt === null) return false
  return takenAt.getTime() - watchedSince.getTime() >= DAY_MS
}

/** The cartridge was in it already when it was watched first, and little was written or read since. */
function isMountCutShort({ mount, watchedSince }: DriveHealth): boolean {
  if (mount === null || watchedSince === null || mount.since > watchedSince) return false
  return (mount.writtenBytes ?? 0) < ENOUGH_BYTES && (mount.readBytes ?? 0) < ENOUGH_BYTES
}

function retries(
  what: string,
  rate: number | null,
  bytes: number | null,
  threshold: number,
): string[] {
  if (rate === null || bytes === null || bytes < ENOUGH_BYTES || rate <= threshold) return []
  return [`${rate.toFixed(1)} ${what} a gigabyte, over ${bytesText(bytes)}`]
}

function words(count: number, one: string): string[] {
  return count === 0 ? [] : [countText(count, one)]
}

function mountEvidence(mount: Mount) {
  return {
    written_bytes: mount.writtenBytes,
    read_bytes: mount.readBytes,
    rewrites_per_gigabyte: mount.rewritesPerGigabyte,
    rereads_per_gigabyte: mount.rereadsPerGigabyte,
    since: mount.since.toISOString(),
  }
}

function finding(
  drive: DriveHealth,
  message: string,
  evidence: Readonly<Record<string, unknown>>,
): Finding {
  const { id, device, tapeNode, library, volumeTag, takenAt } = drive
  return {
    labels: { serial: id },
    partOf: partOfLibrary(library?.serial),
    message,
    evidence: {
      ...evidence,
      volume_tag: volumeTag,
      device,
      tape_node: tapeNode,
      library: library?.serial ?? null,
      read_at: takenAt?.toISOString() ?? null,
    },
    source: sourceOf(drive),
  }
}
