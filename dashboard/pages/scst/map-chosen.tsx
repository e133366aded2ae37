import { linkTo } from '../../shell/router.ts'
import { Panel } from '../../ui/panel.tsx'
import { words } from '../../words/index.ts'
import { nameOf } from './map-drawing.tsx'
import { spansOf, type MapEdge, type MapNode, type ScstMap } from './map.ts'

const texts = words.scst

/** Ways that are said; the drawing has all. */
const MOST = 12

interface ChosenProps {
  map: ScstMap
  id: string
  onClear: () => void
  onUnfold: () => void
}

/** The ways through the box that was chosen, in words. */
export function Chosen({ map, id, onClear, onUnfold }: ChosenProps) {
  const target = map.targets.find((one) => one.target.id === id)?.target
  const node = map.nodes.find((one) => one.id === id)
  const clear = (
    <button type="button" onClick={onClear}>
      {texts.map.clear}
    </button>
  )
  if (target !== undefined) {
    return (
      <p class="list-bar">
        {texts.map.chosen}: {target.name} {clear}
      </p>
    )
  }
  if (node === undefined) return null
  const link = pageOf(node)
  return (
    <Panel
      title={`${texts.map.chosen}: ${titleOf(node)}`}
      aside={
        <span class="actions">
          {link !== null && <a href={link}>{texts.map.open}</a>}
          {node.names.length > 1 && (
            <button type="button" onClick={onUnfold}>
              {texts.map.unfold}
            </button>
          )}
          {clear}
        </span>
      }
    >
      {node.names.length > 1 && <p class="quiet">{texts.map.alikeText}</p>}
      {node.column !== 'devices' && <Ways title={texts.map.reaches} ways={onward(map, node)} />}
      {node.column !== 'initiators' && (
        <Ways title={texts.map.reachedBy} ways={backward(map, node)} />
      )}
    </Panel>
  )
}

function titleOf({ set, names }: MapNode): string {
  return set === null
    ? nameOf(names)
    : `${set.group ?? texts.kinds.defaultLuns} (${set.target.name})`
}

function pageOf({ column, set, names }: MapNode): string | null {
  const [first = ''] = names
  if (set !== null) return linkTo('scst', ['targets', set.target.id])
  return column === 'devices' && names.length === 1 ? linkTo('scst', ['devices', first]) : null
}

interface Way {
  to: string
  lun: string
  through: string | null
}

function Ways({ title, ways }: { title: string; ways: readonly Way[] }) {
  return (
    <>
      <h3>{title}</h3>
      {ways.length === 0 && <p class="quiet">{texts.map.nothing}</p>}
      <ul class="ways">
        {ways.slice(0, MOST).map(({ to, lun, through }) => (
          <li key={`${to} ${lun} ${through ?? ''}`}>
            <strong>{to}</strong> {lun}{' '}
            {through !== null && <span class="quiet">{texts.map.through(through)}</span>}
          </li>
        ))}
        {ways.length > MOST && <li class="quiet">{texts.map.tooMany(ways.length - MOST)}</li>}
      </ul>
    </>
  )
}

/** What it reaches: the devices of the LUN sets it is at. */
function onward(map: ScstMap, node: MapNode): Way[] {
  const sets = setsOf(map, node)
  return sets.flatMap((set) =>
    map.edges
      .filter(({ from }) => from === set.id)
      .map((edge) => wayOf(map, edge, edge.to, node.set === null ? set : null)),
  )
}

/** Who reaches it. */
function backward(map: ScstMap, node: MapNode): Way[] {
  const sets = setsOf(map, node)
  return sets.flatMap((set) => {
    const own = map.edges.find(({ from, to }) => from === set.id && to === node.id)
    return map.edges
      .filter(({ to }) => to === set.id)
      .map((edge) => ({
        ...wayOf(map, edge, edge.from, node.set === null ? set : null),
        lun: own === undefined ? sessionsOf(edge) : `${lunsOf(own)} ${sessionsOf(edge)}`,
      }))
  })
}

function setsOf({ nodes, edges }: ScstMap, node: MapNode): MapNode[] {
  if (node.set !== null) return [node]
  const ids = edges.flatMap(({ from, to }) =>
    from === node.id ? [to] : to === node.id ? [from] : [],
  )
  return nodes.filter(({ id }) => ids.includes(id))
}

function wayOf({ nodes }: ScstMap, edge: MapEdge, end: string, set: MapNode | null): Way {
  const node = nodes.find(({ id }) => id === end)
  return {
    to: node === undefined ? '' : nameOf(node.names),
    lun: lunsOf(edge),
    through: set === null ? null : titleOf(set),
  }
}

function lunsOf({ luns }: MapEdge): string {
  return luns.length === 0 ? '' : `${texts.kinds.lun} ${spansOf(luns)}`
}

function sessionsOf({ sessions }: MapEdge): string {
  return sessions === 0 ? texts.notConnected : texts.sessions(sessions)
}
