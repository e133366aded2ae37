import { useMemo } from 'preact/hooks'
import { ask, place, linkTo } from '../../shell/router.ts'
import { useLoaded, useResource } from '../../live/resource.ts'
import {
  colourings,
  found,
  keyOf,
  shadeOf,
  type Colouring,
  type Element,
  type Shade,
} from '../../tape/elements.ts'
import { Moves, useMoves } from '../../tape/moves.tsx'
import { libraryName, Names } from '../../tape/names.tsx'
import { ObjectAlerts } from '../../tape/object-alerts.tsx'
import { TapeAlerts } from '../../tape/tape-alerts.tsx'
import { PageHead, Panel } from '../../ui/panel.tsx'
import { Blank, Notice } from '../../ui/states.tsx'
import { Badge } from '../../ui/value.tsx'
import { now } from '../../live/clock.ts'
import { ask as request } from '../../wire/request.ts'
import type { Cartridge, Library } from '../../wire/types.ts'
import { ago } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import { Drawing } from './drawing.tsx'
import { ElementPanel } from './element-panel.tsx'
import { Elsewhere } from './elsewhere.tsx'
import { LibraryState } from './library-state.tsx'
import { Toolbar } from './toolbar.tsx'

const texts = words.libraries

/** A library as a drawing, with all that is known of what one points at. */
export function LibraryView({ library, all }: { library: Library; all: readonly Library[] }) {
  const { q = '', at } = place.value.query
  const elements = library.inventory?.elements ?? []
  const selected = elements.find((element) => keyOf(element) === at) ?? null
  const matches = useMemo(() => found(elements, q), [elements, q])
  const moves = useMoves({ library: library.id })
  return (
    <>
      <PageHead
        title={libraryName(library)}
        up={{ text: words.navigation.libraries, link: linkTo('libraries', [], { q }) }}
      >
        {library.virtual && <Badge tone="quiet">{words.tape.virtual}</Badge>}
        <LibraryState library={library} />
      </PageHead>
      <Age library={library} />
      <ObjectAlerts labels={{ library: library.id }} />
      {library.inventory === null ? (
        <Panel title={texts.drawing.slots}>
          <Blank icon="unknown" title={texts.drawing.never} text={texts.drawing.neverText} />
        </Panel>
      ) : (
        <>
          <Toolbar matches={matches} selected={selected} />
          <Elsewhere library={library} all={all} q={q} />
          <div class={selected ? 'library-layout open' : 'library-layout'}>
            <Drawn library={library} matches={matches} selected={selected} />
            {selected !== null && <ElementPanel library={library} all={all} element={selected} />}
          </div>
        </>
      )}
      <Panel title={words.tape.flags.title}>
        <TapeAlerts of={library.tape_alerts} labels={{ library: library.id }} />
      </Panel>
      <div class="two-columns">
        <Panel title={texts.facts.title}>
          <Names of={library} />
        </Panel>
        <Panel title={words.tape.happened.titleLibrary}>
          <Moves of={moves} />
        </Panel>
      </div>
    </>
  )
}

/** What does not answer now is drawn as it was, and that is said. */
function Age({ library: { state, error, inventory } }: { library: Library }) {
  if (state === 'online') return null
  const taken = inventory?.taken_at ?? null
  const old = taken === null ? '' : texts.drawing.old(ago(new Date(taken), now.value))
  return <Notice>{`${texts.states[state]}: ${error ?? words.common.unknown}. ${old}`}</Notice>
}

interface DrawnProps {
  library: Library
  matches: readonly Element[]
  selected: Element | null
}

function Drawn({ library, matches, selected }: DrawnProps) {
  const { colour } = place.value.query
  const colouring = colourings.find((one) => one === colour) ?? 'state'
  const cartridges = useCartridges(colouring, library.id)
  const drives = useResource('GET /hardware/drives', {}, ['tape', 'vtl', 'metrics'])
  const current = drives.current.value
  const shade = useMemo(
    () =>
      (element: Element): Shade =>
        shadeOf(colouring, element, cartridges?.get(keyOf(element))),
    [colouring, cartridges],
  )
  return (
    <Drawing
      library={library}
      drives={current.state === 'shown' ? current.value.items : []}
      colouring={colouring}
      shadeOf={shade}
      matches={matches}
      selected={selected}
      onSelect={(element) => {
        ask({ at: element === null ? undefined : keyOf(element) })
      }}
    />
  )
}

/** What drives told of the cartridges of the library, by element; asked for where it colours them. */
function useCartridges(
  colouring: Colouring,
  library: string,
): ReadonlyMap<string, Cartridge> | null {
  const wanted = colouring !== 'state'
  const told = useLoaded(
    async (signal) => {
      if (!wanted) return new Map<string, Cartridge>()
      const { items } = await request('GET /hardware/cartridges', {}, signal)
      return new Map(
        items
          .filter((cartridge) => cartridge.library === library)
          .map((cartridge) => [`${cartridge.place}/${cartridge.number}`, cartridge]),
      )
    },
    [String(wanted), library],
    wanted ? ['tape', 'vtl'] : [],
  )
  const current = told.current.value
  return current.state === 'shown' ? current.value : null
}
