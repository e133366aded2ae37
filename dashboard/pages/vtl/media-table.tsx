import { useMemo, useState } from 'preact/hooks'
import { linkTo } from '../../shell/router.ts'
import { useLoaded } from '../../live/resource.ts'
import { Table, type Column } from '../../ui/table.tsx'
import { Badge, Value } from '../../ui/value.tsx'
import { ask } from '../../wire/request.ts'
import type { Cartridge, Library, VirtualLibrary } from '../../wire/types.ts'
import { bytes, count } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import { amiss, mediaOf, type Medium } from './media.ts'

const texts = words.vtl

type Told = ReadonlyMap<string, NonNullable<Cartridge['health']>>

interface MediaProps {
  virtual: VirtualLibrary
  running: Library | undefined
}

/** The media of a library: those that differ, and all where one wants to see them. */
export function Media({ virtual, running }: MediaProps) {
  const [all, setAll] = useState(false)
  const media = useMemo(() => mediaOf(virtual, running), [virtual, running])
  const differing = media.filter((medium) => amiss(medium) !== null)
  const told = useTold(virtual.id, all || differing.length > 0)
  const sizes = useMemo(
    () => new Map(virtual.media?.map(({ volume_tag: tag, size_bytes: size }) => [tag, size])),
    [virtual],
  )
  const shown = all ? media : differing
  return (
    <>
      <h3 class="media-head">
        {texts.media} <small>{count(media.length)}</small>
        <span class="spans" role="group" aria-label={texts.which}>
          {[false, true].map((choice) => (
            <button
              key={String(choice)}
              type="button"
              aria-pressed={all === choice}
              onClick={() => {
                setAll(choice)
              }}
            >
              {choice ? words.common.actions.all : `${texts.onlyDifferent} (${differing.length})`}
            </button>
          ))}
        </span>
      </h3>
      {shown.length === 0 ? (
        <Agreement virtual={virtual} running={running} />
      ) : (
        <Table
          label={texts.mediaOf(virtual.id)}
          columns={columnsWith(told, sizes)}
          rows={shown}
          idOf={({ tag }) => tag}
          linkOf={({ tag }) => linkTo('cartridges', [tag])}
        />
      )}
      {differing.length > 0 && <p class="hint">{texts.differText}</p>}
    </>
  )
}

/** That sides agree is said only of those that were asked. */
function Agreement({ virtual, running }: MediaProps) {
  const unasked = [
    ...(virtual.contents === null ? [texts.sides.configured] : []),
    ...(running?.state === 'online' ? [] : [texts.sides.live]),
    ...(virtual.media_on_disk === null ? [texts.sides.disk] : []),
  ]
  if (unasked.length === 0) return <p class="quiet">{texts.consistent}</p>
  return (
    <p>
      <Value of={null} /> <span class="quiet">{texts.unasked(unasked.join(', '))}</span>
    </p>
  )
}

function columnsWith(
  told: Told,
  sizes: ReadonlyMap<string, number | null>,
): readonly Column<Medium>[] {
  const names = texts.mediaColumns
  const capacity = ({ tag }: Medium) => told.get(tag)?.capacity_bytes ?? null
  const used = ({ tag }: Medium) => {
    const { capacity_bytes: whole = null, remaining_bytes: left = null } = told.get(tag) ?? {}
    return whole === null || left === null ? null : whole - left
  }
  return [
    { id: 'tag', title: names.tag, cell: ({ tag }) => tag, sortBy: ({ tag }) => tag },
    { id: 'amiss', title: '', cell: Amiss, sortBy: amiss },
    { id: 'configured', title: names.configured, cell: ({ configured: is }) => <Is of={is} /> },
    { id: 'live', title: names.live, cell: ({ live: is }) => <Is of={is} /> },
    { id: 'disk', title: names.disk, cell: ({ onDisk: is }) => <Is of={is} /> },
    {
      id: 'size',
      title: names.size,
      numeric: true,
      // What is not on disk takes up nothing; what was not counted is not known.
      cell: ({ tag, onDisk: is }) =>
        is === false ? '' : <Value of={bytes(sizes.get(tag) ?? null)} why={texts.sizeNotCounted} />,
      sortBy: ({ tag }) => sizes.get(tag) ?? null,
    },
    {
      id: 'capacity',
      title: names.capacity,
      numeric: true,
      cell: (medium) => <Value of={bytes(capacity(medium))} why={words.tape.cartridge.untold} />,
      sortBy: capacity,
    },
    {
      id: 'used',
      title: names.used,
      numeric: true,
      cell: (medium) => <Value of={bytes(used(medium))} why={words.tape.cartridge.untold} />,
      sortBy: used,
    },
  ]
}

function Amiss(medium: Medium) {
  const what = amiss(medium)
  if (what === null) return null
  const tone = { lost: 'critical', orphaned: 'warning', moved: 'info' } as const
  return <Badge tone={tone[what]}>{texts.differ[what]}</Badge>
}

function Is({ of: is }: { of: boolean | null }) {
  return <Value of={is === null ? null : is ? texts.yes : texts.no} />
}

/** What drives told of the media of a library, by barcode. */
function useTold(library: string, wanted: boolean): Told {
  const told = useLoaded(
    async (signal) => {
      const { items } = wanted ? await ask('GET /hardware/cartridges', {}, signal) : { items: [] }
      return new Map(
        items.flatMap(({ library: of, volume_tag: tag, health }) =>
          of === library && tag !== null && health !== null ? [[tag, health] as const] : [],
        ),
      )
    },
    [library, String(wanted)],
    wanted ? ['vtl'] : [],
  )
  const current = told.current.value
  return current.state === 'shown' ? current.value : new Map<string, never>()
}
