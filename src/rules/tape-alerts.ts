import type { ActiveTapeAlert, TapeAlertState, UnreadTapeAlert } from '../tape-alerts/tape-alert.ts'
import { partOfLibrary, sourceOf } from './changers.ts'
import type { Finding, Rule } from './rule.ts'
import { listText } from './words.ts'

/** A flag of page 2Eh; name, severity and description are those of the flag. */
export const tapeDriveTapeAlert: Rule<'tape_alerts'> = {
  alert: 'TapeDriveTapeAlert',
  name: 'TapeAlert of a tape drive',
  subject: 'tape_alerts',
  severity: 'warning',
  source: 'tape',
  forSeconds: 0,
  description:
    'The drive has set a TapeAlert flag; the alert has the name, the severity and the action of the flag (SSC-5). ' +
    'It ends when what the flag says is over, or when it is resolved by hand.',
  action:
    'Do what the standard says of the flag, and resolve the alert if it does not end by that.',

  check: (state) => byFlag(state, 'drive').map((flags) => finding('serial', flags)),
}

/** The same of a library, whose medium changer has a table of flags of its own. */
export const libraryTapeAlert: Rule<'tape_alerts'> = {
  alert: 'LibraryTapeAlert',
  name: 'TapeAlert of a library',
  subject: 'tape_alerts',
  severity: 'warning',
  source: 'tape',
  forSeconds: 0,
  description:
    'The library has set a TapeAlert flag; the alert has the name, the severity and the action of the flag (SMC-3). ' +
    'Nothing says when it is over.',
  action: 'Do what the standard says of the flag, and resolve the alert when it is seen to.',

  check: (state) => byFlag(state, 'library').map((flags) => finding('library', flags)),
}

/** TAFC of log page 11h, where page 2Eh is not read, or could not be. */
export const tapeDriveTapeAlertPending: Rule<'tape_alerts'> = {
  alert: 'TapeDriveTapeAlertPending',
  name: 'TapeAlert pending',
  subject: 'tape_alerts',
  severity: 'info',
  source: 'tape',
  forSeconds: 0,
  description:
    'A TapeAlert flag has changed and was not read here, so nobody knows what the drive warns of. Reading it (log ' +
    'page 2Eh) clears it for every program of this machine.',
  action:
    'See in the log of the backup software what its next job reads of it, or have it read here: monitoring.tapealert, ' +
    'on_change. Do not read the page by hand while a job runs.',

  check: ({ unread }) => unread.map(pending),
  undecided: ({ undecided }) => [...undecided],
}

const THEN_RESOLVE = 'Then resolve the alert: nothing else says that it is over.'

type Flags = readonly [ActiveTapeAlert, ...ActiveTapeAlert[]]

/** The flags of a kind of device: those of the same number, of several cartridges, are one alert. */
function byFlag({ active }: TapeAlertState, kind: ActiveTapeAlert['kind']): Flags[] {
  const groups = new Map<string, [ActiveTapeAlert, ...ActiveTapeAlert[]]>()
  for (const alert of active) {
    if (alert.kind !== kind) continue
    const key = `${alert.flag} ${alert.id}`
    const group = groups.get(key)
    if (group) group.push(alert)
    else groups.set(key, [alert])
  }
  return [...groups.values()]
}

function finding(label: 'serial' | 'library', flags: Flags): Finding {
  const [{ id, place, flag, name, severity, meaning, action }] = flags
  const latest = flags.reduce((one, other) => (other.lastSeen > one.lastSeen ? other : one))
  return {
    labels: { [label]: id, flag: String(flag) },
    partOf: partOfLibrary(place.element?.library),
    name: `TapeAlert: ${name}`,
    severity,
    action: label === 'library' ? `${action} ${THEN_RESOLVE}` : action,
    source: sourceOf(place),
    message: `${place.text}: ${meaning}${cartridgeText(flags)} (flag ${flag})`,
    evidence: {
      flag,
      source: `log page 2Eh of ${place.node}`,
      page_excerpt: latest.excerpt,
      first_read_at: flags[0].firstSeen.toISOString(),
      read_at: latest.lastSeen.toISOString(),
      read_count: flags.reduce((sum, { count }) => sum + count, 0),
      volume_tags: volumeTags(flags),
      device: place.node,
      library: place.element?.library ?? (label === 'library' ? id : null),
      element: place.element?.number ?? null,
    },
  }
}

/** Which cartridge it is about, and whether that is still in the drive. */
function cartridgeText(flags: Flags): string {
  const tags = volumeTags(flags)
  if (tags.length === 0) return ''
  if (!flags[0].aboutMedium) return ` Loaded was ${listText(tags)}.`
  const one = tags.length === 1
  const left = flags.every(({ mediumLeft }) => mediumLeft)
  const gone = left ? `, which ${one ? 'has' : 'have'} left the drive` : ''
  return ` ${one ? 'The cartridge is' : 'The cartridges are'} ${listText(tags)}${gone}.`
}

function volumeTags(flags: Flags): string[] {
  return flags.flatMap(({ volumeTag }) => volumeTag ?? [])
}

function pending({ id, place, volumeTag, error }: UnreadTapeAlert): Finding {
  const why =
    error === null ? ', and monitoring.tapealert is off' : `, which could not be read: ${error}`
  return {
    labels: { serial: id },
    partOf: partOfLibrary(place.element?.library),
    message: `${place.text} has an unread TapeAlert (TAFC of log page 11h)${why}.`,
    source: sourceOf(place),
    evidence: {
      error,
      source: `log page 11h of ${place.node}`,
      volume_tag: volumeTag,
      device: place.node,
      library: place.element?.library ?? null,
      element: place.element?.number ?? null,
    },
  }
}
