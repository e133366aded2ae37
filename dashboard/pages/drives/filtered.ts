import type { Drive } from '../../wire/types.ts'

/** What drives are filtered by, as in the address. */
export interface Asked {
  q?: string
  does?: string
  library?: string
}

/** What a drive can be doing, as far as a list is filtered by it. */
export const doings = ['working', 'loaded', 'empty', 'attention'] as const

/** The drives that are asked for. `needsLook` says which ones somebody has to look at. */
export function filtered(
  drives: readonly Drive[],
  { q = '', does, library }: Asked,
  needsLook: (drive: Drive) => boolean,
): readonly Drive[] {
  const wanted = q.trim().toLowerCase()
  return drives.filter(
    (drive) =>
      (library === undefined || library === '' || drive.library?.serial === library) &&
      isDoing(drive, does, needsLook) &&
      [drive.place, drive.volume_tag, drive.wwn, drive.product, drive.tape_node].some((name) =>
        name?.toLowerCase().includes(wanted),
      ),
  )
}

function isDoing(
  drive: Drive,
  does: string | undefined,
  needsLook: (drive: Drive) => boolean,
): boolean {
  const activity = drive.status?.activity ?? 'no-activity'
  switch (does) {
    case 'working':
      return activity !== 'no-activity' || drive.active === true
    case 'loaded':
      return drive.loaded === true
    case 'empty':
      return drive.loaded === false
    case 'attention':
      return needsLook(drive)
    case undefined:
    default:
      return true
  }
}

/** What was not recovered in the last day; null where the drive was never asked. */
export function recentErrors({ health }: Pick<Drive, 'health'>) {
  if (health?.taken_at == null) return null
  const sum = (of: 'write_errors' | 'read_errors') =>
    health.recent_errors.reduce((all, one) => all + one[of], 0)
  return { write: sum('write_errors'), read: sum('read_errors') }
}
