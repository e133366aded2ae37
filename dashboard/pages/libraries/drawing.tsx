import type { ComponentChildren } from 'preact'
import { useMemo } from 'preact/hooks'
import { place } from '../../shell/router.ts'
import { keyOf, type Colouring, type Element, type Shade } from '../../tape/elements.ts'
import { Time } from '../../ui/value.tsx'
import type { Drive, Library } from '../../wire/types.ts'
import { count } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import { DriveCards } from './drive-cards.tsx'
import { Legend } from './legend.tsx'
import { LibraryState } from './library-state.tsx'
import { SlotGrid } from './slot-grid.tsx'

const texts = words.libraries.drawing

interface DrawingProps {
  library: Library
  drives: readonly Drive[]
  colouring: Colouring
  shadeOf: (element: Element) => Shade
  matches: readonly Element[]
  selected: Element | null
  onSelect: (element: Element | null) => void
}

/** A library as one would see it from the front: the robot, the drives, the station, and the slots. */
export function Drawing(props: DrawingProps) {
  const { library, drives, colouring, shadeOf, matches, selected, onSelect } = props
  const { query } = place.value
  const elements = library.inventory?.elements ?? []
  const parts = useMemo(
    () => ({
      drives: elements.filter(({ type }) => type === 'data-transfer'),
      station: elements.filter(({ type }) => type === 'import-export'),
      slots: elements.filter(({ type }) => type === 'storage'),
    }),
    [elements],
  )
  const matched = useMemo(() => new Set(matches.map(keyOf)), [matches])
  const grid = {
    ...{ shadeOf, matched, selected, onSelect },
    size: query.size === 'small' ? ('small' as const) : ('large' as const),
    searching: (query.q ?? '') !== '',
  }
  return (
    <div class={library.state === 'online' ? 'drawing' : 'drawing old'}>
      <Robot library={library} />
      <div class="drawing-part">
        <Legend colouring={colouring} elements={elements} shadeOf={shadeOf} />
      </div>
      <Part title={texts.drives} elements={parts.drives}>
        <DriveCards elements={parts.drives} drives={drives} {...grid} />
      </Part>
      <Part title={texts.station} elements={parts.station}>
        <SlotGrid key="station" label={texts.station} elements={parts.station} {...grid} />
      </Part>
      <Part title={texts.slots} elements={parts.slots}>
        <SlotGrid key="slots" label={texts.slots} elements={parts.slots} {...grid} />
      </Part>
    </div>
  )
}

function Robot({ library }: { library: Library }) {
  const { inventory } = library
  return (
    <section class="robot" aria-label={texts.robot}>
      <h2>
        {texts.robot} <LibraryState library={library} />
      </h2>
      <p class="quiet">
        {words.common.readAt} <Time at={inventory?.taken_at ?? null} />
        {inventory !== null && ` ${words.libraries.facts.by(inventory.source)}. `}
        {inventory?.source === 'mtx' ? texts.mtx : texts.robotText}
      </p>
    </section>
  )
}

interface PartProps {
  title: string
  elements: readonly Element[]
  children: ComponentChildren
}

function Part({ title, elements, children }: PartProps) {
  const full = elements.filter((element) => element.full).length
  return (
    <section class="drawing-part" aria-label={title}>
      <h2>
        {title}{' '}
        <small>
          {elements.length === 0
            ? texts.none
            : texts.full(count(full) ?? '', count(elements.length) ?? '')}
          {elements.length > 0 && <Span elements={elements} />}
        </small>
      </h2>
      {elements.length > 0 && children}
    </section>
  )
}

/** From which element address to which they are; nothing where that is not told. */
function Span({ elements }: { elements: readonly Element[] }) {
  const addresses = elements.flatMap(({ address }) => (address === null ? [] : [address]))
  if (addresses.length === 0) return null
  const [first, last] = [addresses[0] ?? 0, addresses.at(-1) ?? 0]
  return (
    <span class="addresses">
      {words.libraries.drawing.addresses(count(first) ?? '', count(last) ?? '')}
    </span>
  )
}
