import { createHash } from 'node:crypto'
import type { Changer } from '../collectors/changers.ts'
import type { TapeDrive } from '../collectors/tape-drives.ts'
import type { Reading, Snapshot } from '../snapshot.ts'
import type { Signs } from './memory.ts'
import type { AlertingKind, AlertingPlace } from './tape-alert.ts'

/** A drive or library that answers, as a snapshot shows it. */
export interface WatchedDevice {
  kind: AlertingKind
  id: string
  place: AlertingPlace
  /** Null when the snapshot does not tell, as while a drive is in transition. */
  signs: Signs | null
  /** Of the cartridge in a drive; null without one, without a label, and when it is not known. */
  volumeTag: string | null
  /** Null when it is not known whether one is loaded. */
  mediumPresent: boolean | null
  /** Whether a drive is being cleaned now. */
  isCleaning: boolean
  /** The begin of the reading that tells the signs: what happened after it may not be in them. */
  seenSince: Date
  /** The same of what tells what is loaded. */
  loadedSince: Date
}

/** The drives and libraries that can be asked. One of which it is not known whether it answers is not among them. */
export function watchedDevices({ readings }: Snapshot): WatchedDevice[] {
  const { tape_drives: drives, changers } = readings
  return [
    ...(drives?.state === 'read' ? drives.value : [])
      .filter(({ reachable }) => reachable === true)
      .map((drive) => watchedDrive(drive, drives, changers)),
    ...(changers?.state === 'read' ? changers.value : [])
      .filter(({ state }) => state === 'online' || state === 'offline')
      .map((changer) => watchedLibrary(changer, changers)),
  ]
}

/** Where a drive is, for people. */
export function placeOfDrive(drive: TapeDrive): AlertingPlace {
  const { vendor, product, place, library, device: node, virtual } = drive
  const element = library === null ? null : { library: library.serial, number: library.element }
  return { text: `${vendor} ${product}, ${place}`, virtual, node, element }
}

function watchedDrive(
  drive: TapeDrive,
  reading: Reading<unknown> | undefined,
  changers: Reading<readonly Changer[]> | undefined,
): WatchedDevice {
  const { id, status } = drive
  const loaded = loadedIn(drive, changers)
  const present = status === null || status.inTransition ? null : status.mediumPresent
  return {
    kind: 'drive',
    id,
    place: placeOfDrive(drive),
    signs: signsOfDrive(drive, loaded),
    volumeTag: drive.volumeTag,
    mediumPresent: present ?? loaded?.full ?? null,
    isCleaning: status?.activity === 'cleaning',
    seenSince: begunAt(reading, status === null ? changers : undefined),
    loadedSince: begunAt(reading, drive.library === null ? undefined : changers),
  }
}

/** Without page 11h a drive is watched by what its library says of the cartridge in it. */
function signsOfDrive(
  drive: TapeDrive,
  loaded: { full: boolean; volumeTag: string | null } | null,
): Signs | null {
  const { status, error } = drive
  if (status !== null) {
    if (status.inTransition) return null
    const { tapeAlertChanged, cleaningRequired, cleaningRequested, recoveryRequested } = status
    const bits = { tapeAlertChanged, cleaningRequired, cleaningRequested, recoveryRequested }
    return { by: 'status', ...bits, contents: contentsOf(drive) }
  }
  // With an error it is not known whether the drive has the page.
  if (error !== null || loaded === null) return null
  return { by: 'contents', ready: true, digest: digestOf([loaded.full, loaded.volumeTag]) }
}

/** A library that has not said yet what is in the drive will. */
function contentsOf({ status, library, volumeTag }: TapeDrive): string | null {
  if (status?.mediumPresent !== true) return digestOf([false, null])
  return volumeTag === null && library !== null ? null : digestOf([true, volumeTag])
}

function loadedIn(
  { serial, library }: TapeDrive,
  changers: Reading<readonly Changer[]> | undefined,
): { full: boolean; volumeTag: string | null } | null {
  if (library === null || changers?.state !== 'read') return null
  const changer = changers.value.find(({ id }) => id === library.serial)
  if (changer?.state !== 'online') return null
  const elements = changer.inventory?.elements ?? []
  return elements.find(({ driveSerial }) => driveSerial !== null && driveSerial === serial) ?? null
}

function watchedLibrary(changer: Changer, reading: Reading<unknown> | undefined): WatchedDevice {
  const { id, vendor, product, device: node, virtual, state, inventory } = changer
  const ready = state === 'online'
  const elements = ready ? (inventory?.elements ?? []) : []
  const digest = digestOf(
    elements.map(({ type, number, full, volumeTag, exception }) =>
      [type, number, full, volumeTag, exception].join(' '),
    ),
  )
  return {
    kind: 'library',
    id,
    place: { text: `${vendor} ${product} (${id}), ${node}`, virtual, node, element: null },
    signs: { by: 'contents', ready, digest: ready ? digest : null },
    volumeTag: null,
    mediumPresent: null,
    isCleaning: false,
    seenSince: begunAt(reading),
    loadedSince: begunAt(reading),
  }
}

/** The begin of the earlier of the readings: what was told in them may be as old as that. */
function begunAt(...readings: (Reading<unknown> | undefined)[]): Date {
  const times = readings.flatMap((reading) =>
    reading?.state === 'read' ? [reading.takenAt.getTime() - reading.durationSeconds * 1000] : [],
  )
  return new Date(Math.min(...times))
}

function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 32)
}
