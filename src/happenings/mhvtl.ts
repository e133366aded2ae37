import type { Mhvtl, VirtualDrive, VirtualLibrary } from '../collectors/mhvtl.ts'
import { matched, type Happening } from './happening.ts'

/** What was written into mhvtl's files. Its daemons heed it when they are started again. */
export function mhvtlHappenings(before: Mhvtl, after: Mhvtl): Happening[] {
  const libraries = [before, after].map((mhvtl) => mhvtl.libraries.map(configuredLibrary))
  const drives = [before, after].map((mhvtl) => mhvtl.drives.map(configuredDrive))
  const changed = [
    ...(isSame(libraries[0], libraries[1]) ? [] : ['libraries']),
    ...(isSame(drives[0], drives[1]) ? [] : ['drives']),
    ...otherContents(before, after).map((number) => `contents of library ${number}`),
  ]
  if (changed.length === 0) return []
  return [
    {
      type: 'vtl',
      event: 'mhvtl_config_changed',
      level: 'info',
      fromList: false,
      message: `The configuration of mhvtl was changed: ${changed.join(', ')}.`,
      data: { changed },
    },
  ]
}

/** Without what is found out elsewhere: on disk, and of the daemons. */
function configuredLibrary({ number, vendor, product, serial, homeDirectory }: VirtualLibrary) {
  return { number, vendor, product, serial, homeDirectory }
}

function configuredDrive({ number, library, slot, vendor, product, serial }: VirtualDrive) {
  return { number, library, slot, vendor, product, serial }
}

/** Both are made by the same parser, so in the same order. */
function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

/** Libraries whose library_contents says something else. One that could not be read is not known to. */
function otherContents(before: Mhvtl, after: Mhvtl): number[] {
  return matched(before.libraries, after.libraries, ({ id }) => id)
    .both.filter(
      ([was, is]) =>
        was.contents !== null && is.contents !== null && !isSame(was.contents, is.contents),
    )
    .map(([, { number }]) => number)
}
