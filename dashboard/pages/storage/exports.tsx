import { useResource } from '../../live/resource.ts'
import { linkTo } from '../../shell/router.ts'
import { Value } from '../../ui/value.tsx'
import type { Device } from '../../wire/types.ts'
import { words } from '../../words/index.ts'
import { backingOf } from '../scst/backing.ts'
import { itemsOf, type StorageListings } from './data.ts'
import { isVolume } from './relations.ts'

/** Which devices of SCST something of storage is behind; null while that is not known. */
export function useExports(all: StorageListings) {
  const current = useResource('GET /hardware/devices', {}, ['scst']).current.value
  const devices = current.state === 'shown' ? current.value.items : null
  const behind = { ...itemsOf(all), drives: [], libraries: [] }
  return {
    /** Behind it, or on it where it is a file system. */
    on: (view: string, id: string): readonly Device[] | null =>
      devices?.filter((device) => {
        const { page } = backingOf(device, behind)
        return page?.[1] === view && page[2] === id
      }) ?? null,
    /** A logical volume. */
    ofVolume: (group: string, volume: string): readonly Device[] =>
      devices?.filter(({ filename }) => filename !== null && isVolume(filename, group, volume)) ??
      [],
  }
}

/** Links to devices of SCST. */
export function Exports({ of }: { of: readonly Device[] | null }) {
  if (of === null) return <Value of={null} />
  if (of.length === 0) return <span class="quiet">{words.common.none}</span>
  return (
    <span class="refs">
      {of.map(({ id, name }) => (
        <a key={id} href={linkTo('scst', ['devices', id])}>
          {name}
        </a>
      ))}
    </span>
  )
}
