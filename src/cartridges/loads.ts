import type { CartridgeHealth, DriveHealth } from '../collectors/drive-health.ts'
import { addWork, UNCOUNTED, workBetween, type Counted } from '../collectors/drive-work.ts'
import type { DriveSeen } from './in-drives.ts'
import type { CartridgeLoad } from './load.ts'

/**
 * What a snapshot makes of the latest load of each drive: loads that are new or have changed. A drive of
 * which nothing can be said now stays as it was. Counters of a load are compared with those kept with it,
 * so that a restart of the daemon in the midst of one loses nothing. Pure.
 */
export function followLoads(
  latest: ReadonlyMap<string, CartridgeLoad>,
  seen: readonly DriveSeen[],
  now: Date,
  newId: () => string,
): CartridgeLoad[] {
  return seen.flatMap((drive) => {
    const load = latest.get(drive.drive)
    const changed = followDrive(load, drive, now, newId)
    return changed.filter((one) => one !== load)
  })
}

function followDrive(
  load: CartridgeLoad | undefined,
  seen: DriveSeen,
  now: Date,
  newId: () => string,
): CartridgeLoad[] {
  if (seen.loaded === null) return []
  const open = load?.unloadedAt === null ? load : undefined
  if (!seen.loaded) {
    if (open) return [ended(open, now)]
    return load ? [withTail(withLateFlags(load, seen), seen.health)] : []
  }
  if (open && isStill(open, seen)) return [followed(open, seen)]
  const begun = begin(load, seen, now, newId())
  // That it was unloaded was missed: it was there until something else was.
  return open ? [ended(open, now), begun] : [begun]
}

/** The clock may have been set back meanwhile. */
function ended(load: CartridgeLoad, now: Date): CartridgeLoad {
  return { ...load, unloadedAt: now < load.loadedAt ? load.loadedAt : now }
}

function begin(
  before: CartridgeLoad | undefined,
  seen: DriveSeen,
  now: Date,
  id: string,
): CartridgeLoad {
  const load: CartridgeLoad = {
    id,
    drive: seen.drive,
    serial: null,
    volumeTag: seen.volumeTag,
    library: seen.library,
    virtual: seen.virtual,
    loadedAt: now,
    unloadedAt: null,
    work: UNCOUNTED,
    tapeAlerts: [],
    counted: before?.counted ?? null,
    countedAt: null,
  }
  return seen.health && isOfNew(before, seen, seen.health) ? counted(load, seen.health) : load
}

/** Whether what the drive told last may be of the cartridge that is now seen in it, and not of the one before. */
function isOfNew(
  before: CartridgeLoad | undefined,
  { volumeTag }: DriveSeen,
  health: DriveHealth,
): boolean {
  const { takenAt, cartridge } = health
  if (takenAt === null || cartridge === null) return false
  if (before?.unloadedAt === null) {
    // What was there was not seen going: only that it told another serial number since says that this is it.
    const other = freshCartridge(before, health)?.serial ?? null
    return other !== null && before.serial !== null && other !== before.serial
  }
  if (before !== undefined && takenAt <= before.unloadedAt) return false
  return isSameTag(cartridge.barcode, volumeTag)
}

/** Whether what is in the drive can be what was: nothing that names it says otherwise. */
function isStill(load: CartridgeLoad, seen: DriveSeen): boolean {
  const { volumeTag } = seen
  if (load.volumeTag !== null && volumeTag !== null && !isSameTag(load.volumeTag, volumeTag)) {
    return false
  }
  const told = freshCartridge(load, seen.health)
  return told?.serial == null || load.serial === null || told.serial === load.serial
}

function followed(load: CartridgeLoad, seen: DriveSeen): CartridgeLoad {
  const { health, flags } = seen
  let next = load
  if (load.library !== seen.library && seen.library !== null) {
    next = { ...next, library: seen.library }
  }
  if (load.volumeTag === null && seen.volumeTag !== null) {
    next = { ...next, volumeTag: seen.volumeTag }
  }
  if (health && freshCartridge(load, health)) next = counted(next, health)
  return withFlags(
    next,
    flags.filter(({ left }) => !left),
  )
}

/** Many drives eject a bad cartridge and only then say so: the flag is read when it is gone, and names it. */
function withLateFlags(load: CartridgeLoad, { flags }: DriveSeen): CartridgeLoad {
  return withFlags(
    load,
    flags.filter(({ left, volumeTag }) => left && isSameTag(volumeTag, load.volumeTag)),
  )
}

function withFlags(load: CartridgeLoad, flags: DriveSeen['flags']): CartridgeLoad {
  const { tapeAlerts, loadedAt } = load
  const raised = flags
    .filter(({ flag, lastSeen }) => lastSeen >= loadedAt && !tapeAlerts.includes(flag))
    .map(({ flag }) => flag)
  if (raised.length === 0) return load
  return { ...load, tapeAlerts: [...new Set([...tapeAlerts, ...raised])].sort((a, b) => a - b) }
}

/** What the drive told of the cartridge since the load began and since it was counted last. */
function freshCartridge(load: CartridgeLoad, health: DriveHealth | null): CartridgeHealth | null {
  const takenAt = health?.takenAt ?? null
  if (health === null || takenAt === null || takenAt <= (load.countedAt ?? load.loadedAt))
    return null
  return health.cartridge
}

function counted(load: CartridgeLoad, health: DriveHealth): CartridgeLoad {
  const now = countersOf(health)
  return {
    ...load,
    serial: load.serial ?? health.cartridge?.serial ?? null,
    volumeTag: load.volumeTag ?? health.cartridge?.barcode ?? null,
    work: addWork(load.work, workBetween(load.counted ?? now, now)),
    counted: now,
    countedAt: health.takenAt,
  }
}

/** An error is often the reason why a cartridge is taken out: drives count it until the next one is loaded. */
function withTail(load: CartridgeLoad, health: DriveHealth | null): CartridgeLoad {
  const takenAt = health?.takenAt ?? null
  const { unloadedAt, counted: before, countedAt } = load
  if (health === null || takenAt === null || before === null || countedAt === null) return load
  if (health.cartridge !== null || unloadedAt === null) return load
  if (takenAt <= unloadedAt || countedAt > unloadedAt) return load
  const now = { ...countersOf(health), cartridge: before.cartridge }
  return {
    ...load,
    work: addWork(load.work, workBetween(before, now)),
    counted: now,
    countedAt: takenAt,
  }
}

function countersOf({ write, read, traffic, lifetime, cartridge }: DriveHealth): Counted {
  return {
    write,
    read,
    traffic,
    lifetime: {
      hardWriteErrors: lifetime.hardWriteErrors,
      hardReadErrors: lifetime.hardReadErrors,
    },
    cartridge: cartridge && {
      serial: cartridge.serial,
      barcode: cartridge.barcode,
      unrecoveredWriteErrors: cartridge.unrecoveredWriteErrors,
      unrecoveredReadErrors: cartridge.unrecoveredReadErrors,
    },
  }
}

/** A label has six characters or more, and some readers leave out the two of the media type behind them. */
function isSameTag(one: string | null, other: string | null): boolean {
  if (one === null || other === null) return false
  return one === other || isShorter(one, other) || isShorter(other, one)
}

function isShorter(short: string, long: string): boolean {
  return short.length >= 6 && long.length === short.length + 2 && long.startsWith(short)
}
