import type { TapeDrive } from '../collectors/tape-drives.ts'
import type { Snapshot } from '../snapshot.ts'
import { flagOf } from './flag.ts'
import { memoryOf, type KeptFlag, type Memory } from './memory.ts'
import type {
  ActiveTapeAlert,
  TapeAlertMode,
  TapeAlertState,
  UnreadTapeAlert,
} from './tape-alert.ts'
import { placeOfDrive, watchedDevices, type WatchedDevice } from './watched.ts'

/** What rules and answers are told of the memory. Pure. */
export function stateOf(memory: Memory, snapshot: Snapshot, mode: TapeAlertMode): TapeAlertState {
  const watched = watchedDevices(snapshot)
  const active = [...memory.flags]
    .sort((one, other) => one.firstReadAt.getTime() - other.firstReadAt.getTime())
    .map((flag) => activeAlert(flag, memory, watched))
  const drives = snapshot.readings.tape_drives
  const unread =
    drives?.state === 'read'
      ? drives.value.flatMap((drive) => unreadAlert(drive, memory, mode) ?? [])
      : []
  return { active, unread, undecided: undecidedIn(drives) }
}

function activeAlert(
  flag: KeptFlag,
  memory: Memory,
  watched: readonly WatchedDevice[],
): ActiveTapeAlert {
  const { kind, id, flag: number, volumeTag, firstReadAt, lastReadAt, count, excerpt } = flag
  const isIt = (one: { kind: string; id: string }) => one.kind === kind && one.id === id
  const { place } = watched.find(isIt) ?? memory.devices.find(isIt) ?? {}
  if (!place) throw new Error(`tape alerts: a flag of ${kind} ${id}, which is not remembered`)
  const { name, severity, meaning, action, aboutMedium } = flagOf(kind, number)
  return {
    ...{ kind, id, place, flag: number },
    ...{ name, severity, meaning, action, aboutMedium },
    volumeTag,
    mediumLeft: flag.leftAt !== null && flag.returnedAt === null,
    firstSeen: firstReadAt,
    lastSeen: lastReadAt,
    count,
    excerpt,
  }
}

/** A change that is being read, or is about to be, is not among them. */
function unreadAlert(
  drive: TapeDrive,
  memory: Memory,
  mode: TapeAlertMode,
): UnreadTapeAlert | null {
  const { id, status, volumeTag } = drive
  if (status?.tapeAlertChanged !== true || status.inTransition) return null
  const place = placeOfDrive(drive)
  const { signs, error } = memoryOf(memory, { kind: 'drive', id, place })
  const heeded = signs?.by === 'status' && signs.tapeAlertChanged
  if (mode === 'off') return heeded ? null : { id, place, volumeTag, error: null }
  return error === null ? null : { id, place, volumeTag, error }
}

function undecidedIn(drives: Snapshot['readings']['tape_drives']): TapeAlertState['undecided'] {
  if (drives === undefined || drives.state === 'failed') return [{}]
  if (drives.state === 'absent') return []
  const { value, problems, coverage } = drives
  if (coverage === 'none') return [{}]
  const inTransition = value.filter(({ status }) => status?.inTransition === true)
  return [
    ...problems.map(({ labels }) => labels),
    ...inTransition.map(({ id }) => ({ serial: id })),
  ]
}
