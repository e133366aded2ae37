import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { ask, place } from '../../shell/router.ts'
import { words } from '../../words/index.ts'
import type { Scst } from './data.ts'
import { Chosen } from './map-chosen.tsx'
import { Drawing } from './map-drawing.tsx'
import { mapOf, pathsThrough } from './map.ts'

const texts = words.scst.map

/** Who reaches what through which target, as a drawing. What is chosen stands in the address. */
export function MapView({ scst: { targets, sessions, devices } }: { scst: Scst }) {
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set())
  const map = useMemo(
    () => mapOf(targets.items, sessions.items, devices.items, unfolded),
    [targets, sessions, devices, unfolded],
  )
  const [pointed, point] = usePointed()
  const chosen = place.value.query.chosen ?? null
  const shown = pointed ?? chosen
  const paths = useMemo(() => (shown === null ? null : pathsThrough(map, shown)), [map, shown])
  const choose = (id: string | null) => {
    ask({ chosen: id === chosen ? undefined : (id ?? undefined) })
  }
  return (
    <>
      <div class="list-bar">
        <span class="quiet">{texts.hint}</span>
        {unfolded.size > 0 && (
          <button
            type="button"
            onClick={() => {
              setUnfolded(new Set())
            }}
          >
            {texts.fold}
          </button>
        )}
      </div>
      {chosen !== null && (
        <Chosen
          map={map}
          id={chosen}
          onClear={() => {
            choose(null)
          }}
          onUnfold={() => {
            setUnfolded(new Set([...unfolded, chosen]))
            choose(null)
          }}
        />
      )}
      <Drawing map={map} paths={paths} chosen={chosen} onChoose={choose} onPoint={point} />
    </>
  )
}

/** Boxes pass under a pointer that rests while one scrolls; that is not pointing at them. */
const INTENT_MS = 80

/** The box that is pointed at, or null; and who is told when that changes. */
function usePointed(): [string | null, (id: string | null) => void] {
  const [pointed, setPointed] = useState<string | null>(null)
  const waiting = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(
    () => () => {
      clearTimeout(waiting.current)
    },
    [],
  )
  const point = (id: string | null) => {
    clearTimeout(waiting.current)
    waiting.current = setTimeout(() => {
      setPointed(id)
    }, INTENT_MS)
  }
  return [pointed, point]
}
