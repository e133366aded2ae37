import { mayBeSame, type HardwareSubjects, type Reading } from '../snapshot.ts'
import { driveHappenings } from './drives.ts'
import type { Happening } from './happening.ts'
import { kernelHappenings } from './kernel-log.ts'
import { libraryHappenings } from './libraries.ts'
import { mhvtlHappenings } from './mhvtl.ts'
import { scstHappenings, sessionHappenings } from './scst.ts'
import {
  arrayHappenings,
  diskHappenings,
  fileSystemHappenings,
  interfaceHappenings,
  portHappenings,
  serviceHappenings,
} from './storage.ts'

/** What two values of a subject say that happened in between, for the subjects of which that is told. */
const happenings: {
  readonly [Name in keyof HardwareSubjects]?: (
    before: HardwareSubjects[Name],
    after: HardwareSubjects[Name],
  ) => Happening[]
} = {
  changers: libraryHappenings,
  tape_drives: driveHappenings,
  mhvtl: mhvtlHappenings,
  scst: scstHappenings,
  scst_sessions: sessionHappenings,
  disks: diskHappenings,
  md_arrays: arrayHappenings,
  filesystems: fileSystemHappenings,
  services: serviceHappenings,
  fc_hosts: portHappenings,
  network: interfaceHappenings,
  kernel_log: kernelHappenings,
}

/** A reading that succeeded, gaps or not. */
export type Read = Extract<Reading<unknown>, { state: 'read' }>

/**
 * What happened between two readings of a subject. Of places that could not be read in either of them nothing
 * is said: what is missing there may be there. What could be read says how it is, even where it does not
 * answer. Pure.
 */
export function whatHappened(
  subject: keyof HardwareSubjects,
  before: Read,
  after: Read,
): Happening[] {
  const compare = happenings[subject] as ((one: unknown, other: unknown) => Happening[]) | undefined
  if (compare === undefined) return []
  const gaps = [...before.problems, ...after.problems]
  const listed = before.coverage !== 'none' && after.coverage !== 'none'
  return compare(before.value, after.value).filter(
    ({ data, fromList }) =>
      !fromList || (listed && !gaps.some(({ labels }) => mayBeSame(labels, labelsOf(data)))),
  )
}

function labelsOf(data: Happening['data']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(data).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}
