import { useResource } from '../../live/resource.ts'
import { linkTo } from '../../shell/router.ts'
import { countOf } from '../../tape/elements.ts'
import { AlertBadge } from '../../tape/object-alerts.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Notice } from '../../ui/states.tsx'
import { Facts, Meter, Time, Value } from '../../ui/value.tsx'
import type { Answer } from '../../wire/request.ts'
import type { Library, VirtualLibrary } from '../../wire/types.ts'
import { bytes, count } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import { Daemons } from './daemons.tsx'
import { fileSystemOf } from './file-system.ts'
import { Media } from './media-table.tsx'

const texts = words.vtl

interface VirtualLibraryProps {
  virtual: VirtualLibrary
  /** The changer of the same serial number. */
  running: Library | undefined
  /** Whether it was looked for, so that one that is not there is missing. */
  looked: boolean
}

/** A library of mhvtl: as configured, as it runs, and what it takes up. */
export function VirtualLibraryView(props: VirtualLibraryProps) {
  const { virtual, running } = props
  const { vendor, product, id, number, error } = virtual
  return (
    <Panel
      title={`${vendor} ${product} ${id}`}
      class="virtual-library"
      aside={
        <span class="badges">
          <small>{texts.library(number)}</small>
          <AlertBadge labels={{ library: id }} appliance={null} />
          {running !== undefined && <a href={linkTo('libraries', [id])}>{texts.toLibrary}</a>}
        </span>
      }
    >
      {error !== null && <Notice>{error}</Notice>}
      <div class="two-columns">
        <Daemons {...props} />
        <LibraryFacts {...props} />
      </div>
      <Media virtual={virtual} running={running} />
    </Panel>
  )
}

function LibraryFacts({ virtual, running, looked }: VirtualLibraryProps) {
  const { contents, media_on_disk: media, home_directory: home } = virtual
  const systems = useResource('GET /hardware/filesystems', {}, ['storage', 'metrics'])
  const current = systems.current.value
  const systemsKnown = current.state === 'shown' ? current.value.items : []
  const system = home === null ? null : fileSystemOf(home, systemsKnown)
  // What it held before it did not answer is no news.
  const live = running?.state === 'online' ? running : undefined
  const gone = looked && running === undefined ? texts.notSeen : null
  const holds = live?.inventory?.elements.filter(({ full }) => full).length ?? null
  return (
    <Facts
      facts={[
        [texts.facts.slots, count(contents?.slots ?? null)],
        [texts.facts.running, gone ?? count(live ? (countOf(live, 'storage')?.all ?? null) : null)],
        [texts.facts.cartridges, count(contents?.cartridges?.length ?? null)],
        [texts.facts.live, gone ?? count(holds)],
        [texts.facts.onDisk, media && count(media.length)],
        [texts.facts.bytes, size(virtual)],
        [texts.facts.home, home && <code key="home">{home}</code>],
        [texts.facts.file, system && <code>{system.mount_point}</code>],
        [texts.facts.space, free(system)],
        [words.common.readAt, <Time key="read" at={virtual.read_at} />],
      ]}
    />
  )
}

/** Of many media nobody adds up the sizes: that is said. */
function size({ media_bytes: taken, media_on_disk: media }: VirtualLibrary) {
  if (taken !== null) return bytes(taken)
  return media === null ? null : <Value of={null} why={texts.notCounted} />
}

type FileSystem = Answer<'GET /hardware/filesystems'>['items'][number]

function free(system: FileSystem | null) {
  const usage = system?.usage ?? null
  if (usage === null) return null
  return (
    <span class="usage">
      <Meter percent={usage.used_percent} label={texts.facts.space} />
      {bytes(usage.available_bytes)}
    </span>
  )
}
