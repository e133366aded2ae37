import type { Library, VirtualLibrary } from '../../wire/types.ts'

/** A medium of a virtual library, by those who know of it; null where one of them could not be asked. */
export interface Medium {
  tag: string
  /** Where library_contents puts it. */
  configured: boolean | null
  /** Whether the library holds it. */
  live: boolean | null
  onDisk: boolean | null
}

/** Media of such names have no barcode label (mhvtl). */
const UNLABELLED = 'NOBAR'

/** What is amiss with a medium, the worst of it. */
export type Amiss = 'lost' | 'orphaned' | 'moved'

/** The media of a library by configuration, library and disk, in the order of their names. */
export function mediaOf(virtual: VirtualLibrary, running: Library | undefined): Medium[] {
  const configured = tagsOf(virtual.contents?.cartridges)
  const live = running?.state === 'online' ? tagsOf(running.inventory?.elements) : null
  const onDisk = virtual.media_on_disk === null ? null : new Set(virtual.media_on_disk)
  const tags = new Set([...(configured ?? []), ...(live ?? []), ...(onDisk ?? [])])
  const has = (side: ReadonlySet<string> | null, tag: string) => side?.has(tag) ?? null
  return [...tags].sort().map((tag) => ({
    tag,
    configured: has(configured, tag),
    // What has no label is in an element that is full, nobody says of what.
    live: tag.startsWith(UNLABELLED) ? null : has(live, tag),
    onDisk: has(onDisk, tag),
  }))
}

function tagsOf(
  places: readonly { volume_tag: string | null }[] | null | undefined,
): ReadonlySet<string> | null {
  if (places == null) return null
  return new Set(places.flatMap(({ volume_tag: tag }) => tag ?? []))
}

/** What is amiss with a medium; null where nothing is, or nobody can tell. */
export function amiss({ configured, live, onDisk }: Medium): Amiss | null {
  if (onDisk === false && (live === true || configured === true)) return 'lost'
  if (onDisk === true && live !== true && configured === false) return 'orphaned'
  return configured === true && live === false ? 'moved' : null
}
