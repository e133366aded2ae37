import type { DriveHealth, Mount, RecentErrors } from './drive-health.ts'
import {
  addWork,
  cartridgeKey,
  hardErrorsBetween,
  isSameCartridge,
  perGigabyte,
  UNCOUNTED,
  workBetween,
} from './drive-work.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** A drive that has more of them does not need the older ones to be looked at. */
const MOST_RECENT_ERRORS = 100

/**
 * Readings of drives in the light of those before: a drive that was left alone, or did not answer, is
 * known as it was, with its age; of one that answered it is said what went on since. Pure.
 */
export function followDrives(
  previous: readonly DriveHealth[] | undefined,
  current: readonly DriveHealth[],
  at: Date,
): DriveHealth[] {
  const before = new Map(previous?.map((health) => [health.id, health]))
  return current.map((health) => {
    const known = before.get(health.id)
    const recent = (known?.recentErrors ?? []).filter(
      (errors) => at.getTime() - errors.at.getTime() < DAY_MS,
    )
    if (isIncomplete(health)) {
      if (known === undefined) return health
      const { passedOver, error, device, refused } = health
      const recovery = health.recovery ?? known.recovery
      return { ...known, passedOver, error, device, refused, recovery, recentErrors: recent }
    }
    const mount = mountOf(known, health, at)
    return {
      ...health,
      takenAt: at,
      mount,
      watchedSince: known?.watchedSince ?? at,
      recentErrors: [...recent, ...errorsBetween(known, health, at)].slice(-MOST_RECENT_ERRORS),
    }
  })
}

/** A round of questions that was broken off says nothing that the one before did not say better. */
function isIncomplete({ passedOver, error }: DriveHealth): boolean {
  return passedOver !== null || error !== null
}

function mountOf(known: DriveHealth | undefined, health: DriveHealth, at: Date): Mount | null {
  if (health.cartridge === null) return null
  const sinceBefore = workBetween(known ?? health, health)
  const stayed = known && isSameCartridge(known, health) ? known.mount : null
  const work = addWork(stayed ?? UNCOUNTED, sinceBefore)
  return {
    ...work,
    since: stayed?.since ?? at,
    rewritesPerGigabyte: perGigabyte(work.rewrites, work.writtenBytes),
    rereadsPerGigabyte: perGigabyte(work.rereads, work.readBytes),
  }
}

function errorsBetween(
  known: DriveHealth | undefined,
  health: DriveHealth,
  at: Date,
): RecentErrors[] {
  if (known === undefined) return []
  const work = workBetween(known, health)
  const hard = hardErrorsBetween(known, health)
  const writeErrors = Math.max(work.unrecoveredWriteErrors ?? 0, hard.writeErrors)
  const readErrors = Math.max(work.unrecoveredReadErrors ?? 0, hard.readErrors)
  if (writeErrors === 0 && readErrors === 0) return []
  const cartridge = isSameCartridge(known, health)
    ? (health.cartridge?.barcode ?? cartridgeKey(health.cartridge))
    : null
  return [{ at, writeErrors, readErrors, cartridge }]
}
