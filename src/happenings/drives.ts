import type { TapeDrive } from '../collectors/tape-drives.ts'
import { matched, type Happening } from './happening.ts'

/** What became of tape drives: which came, went, stopped answering, or took or gave up a medium. */
export function driveHappenings(
  before: readonly TapeDrive[],
  after: readonly TapeDrive[],
): Happening[] {
  const { gone, come, both } = matched(before, after, ({ id }) => id)
  return [
    ...gone.map((drive) => of(drive, 'drive_gone', 'warning', 'is not there any more', true)),
    ...come.map((drive) => of(drive, 'drive_found', 'info', 'is there', true)),
    ...both.flatMap(([earlier, later]) => [
      ...answering(earlier, later),
      ...mediumChange(earlier, later),
    ]),
  ]
}

function answering(before: TapeDrive, after: TapeDrive): Happening[] {
  if (before.reachable === null || after.reachable === null) return []
  if (before.reachable === after.reachable) return []
  return after.reachable
    ? [of(after, 'drive_reachable', 'info', 'answers again')]
    : [of(after, 'drive_unreachable', 'warning', 'does not answer')]
}

function mediumChange(before: TapeDrive, after: TapeDrive): Happening[] {
  const was = before.status?.mediumPresent
  const is = after.status?.mediumPresent
  if (was === undefined || is === undefined || was === is || after.status?.inTransition) return []
  return is
    ? [of(after, 'drive_loaded', 'info', 'has a medium')]
    : [of(after, 'drive_unloaded', 'info', 'has no medium any more')]
}

function of(
  drive: TapeDrive,
  event: string,
  level: Happening['level'],
  what: string,
  fromList = false,
): Happening {
  const { id, vendor, product, device, tapeNode, virtual } = drive
  return {
    type: virtual ? 'vtl' : 'tape',
    event,
    level,
    fromList,
    message: `Tape drive ${vendor} ${product} (${id}) ${what}.`,
    data: { serial: id, device, tape_node: tapeNode },
  }
}
