import { gravest } from '../../ui/object-alerts.tsx'
import type { Severity } from '../../wire/types.ts'
import { words } from '../../words/index.ts'
import { isPattern, shortened } from './access.ts'
import {
  BOX,
  ROW,
  spansOf,
  type Column,
  type MapEdge,
  type MapNode,
  type MapTarget,
  type Paths,
  type ScstMap,
} from './map.ts'

const texts = words.scst

/** Left edge and width of the boxes of each column. */
const PLACES: Readonly<Record<Column, readonly [x: number, width: number]>> = {
  initiators: [1, 270],
  sets: [420, 270],
  devices: [840, 240],
}
const WIDTH = 1086
const HEAD = 30
/** Room around a box of a LUN set in the box of its target. */
const INSET = 12
const LETTER_PX = 7.2

interface DrawingProps {
  map: ScstMap
  paths: Paths | null
  chosen: string | null
  onChoose: (id: string) => void
  onPoint: (id: string | null) => void
}

/** The drawing: initiators to the left, targets with their LUN sets, devices to the right. */
export function Drawing({ map, paths, chosen, onChoose, onPoint }: DrawingProps) {
  const byId = new Map(map.nodes.map((node) => [node.id, node]))
  const height = map.height + HEAD + 8
  const pointing = (id: string) => ({
    onPointerEnter: () => {
      onPoint(id)
    },
    onPointerLeave: () => {
      onPoint(null)
    },
  })
  return (
    <div class="scst-map" tabIndex={0} role="region" aria-label={texts.map.label}>
      <svg
        viewBox={`0 0 ${WIDTH} ${height}`}
        class={paths === null ? '' : 'pointed'}
        role="group"
        aria-label={texts.map.label}
      >
        {(['initiators', 'sets', 'devices'] as const).map((column) => (
          <text key={column} class="map-head" x={PLACES[column][0]} y={16}>
            {texts.map[column]}
          </text>
        ))}
        <g transform={`translate(0 ${HEAD})`}>
          {map.targets.map((target) => (
            <TargetBox key={target.target.id} of={target} on={paths?.nodes.has(target.target.id)} />
          ))}
          {map.edges.map((edge) => (
            <EdgeLine
              key={`${edge.from} ${edge.to}`}
              edge={edge}
              from={byId.get(edge.from)}
              to={byId.get(edge.to)}
              on={paths?.edges.has(edge) === true}
            />
          ))}
          {map.nodes.map((node) => (
            <g
              key={node.id}
              class={boxClass(node, paths)}
              role="button"
              // Names of attributes in SVG are told apart by their case.
              tabindex={0}
              aria-pressed={node.id === chosen}
              aria-label={spoken(node)}
              {...pointing(node.id)}
              onClick={() => {
                onChoose(node.id)
              }}
              onKeyDown={(event) => {
                if (event.key !== 'Enter' && event.key !== ' ') return
                event.preventDefault()
                onChoose(node.id)
              }}
            >
              <Box node={node} />
            </g>
          ))}
        </g>
      </svg>
    </div>
  )
}

function boxClass({ id, column, idle, names }: MapNode, paths: Paths | null): string {
  return [
    ...['map-box', column],
    paths?.nodes.has(id) === true && 'on',
    idle && 'idle',
    names.length > 1 && 'alike',
    severityOf(column, names),
  ]
    .filter(Boolean)
    .join(' ')
}

function severityOf(column: Column, names: readonly string[]): Severity | null {
  if (column !== 'devices') return null
  const all = names.map((device) => gravest({ device }))
  return all.find((one) => one === 'critical') ?? all.find((one) => one !== null) ?? null
}

/** What is to be read in a box, and then the whole name and what a sighted reader takes from the drawing. */
function spoken(node: MapNode): string {
  const { column, names, set, idle } = node
  const { kinds, connected, notConnected } = texts
  const { name, shown, about } = labelOf(node)
  const [first = ''] = names
  const more = [
    ...(name === shown ? [] : [name]),
    ...(set === null ? [] : [set.target.name]),
    ...(column === 'devices' ? [kinds.device] : []),
    ...(column === 'initiators'
      ? isPattern(first)
        ? [kinds.pattern]
        : [kinds.initiator, idle ? notConnected : connected]
      : []),
  ]
  return [`${shown} ${about}`.trim(), ...more].join(', ')
}

/** The name of a box, as much of it as there is room for, and what stands to its right. */
function labelOf({ column, names, set }: MapNode) {
  const about = set === null ? '' : texts.luns(set.luns.length)
  const name = set === null ? nameOf(names) : (set.group ?? texts.kinds.defaultLuns)
  const mark = severityOf(column, names) === null ? '' : '▲ '
  const room = Math.floor(PLACES[column][1] / LETTER_PX) - about.length - mark.length - 2
  return { name, about, mark, shown: shortened(name, room) }
}

/** What a box is called. */
export function nameOf(names: readonly string[]): string {
  const [first = ''] = names
  return names.length === 1 ? first : texts.map.alike(names.length, first)
}

function TargetBox({ of: { target, y, height }, on }: { of: MapTarget; on?: boolean | undefined }) {
  const [x, width] = PLACES.sets
  const state = target.enabled === false ? ` · ${texts.disabled}` : ''
  const hole = (target.black_hole ?? 0) === 0 ? '' : ` · ${texts.blackHole}`
  const severity = gravest({ driver: target.driver, target: target.name })
  const mark = severity === null ? '' : '▲ '
  const taken = state.length + hole.length + mark.length
  const room = Math.floor((width + INSET) / LETTER_PX) - taken
  return (
    <g class={['map-target', on === true && 'on', severity].filter(Boolean).join(' ')}>
      <title>{`${target.driver} ${target.name}${state}${hole}`}</title>
      <rect x={x - INSET} y={y} width={width + 2 * INSET} height={height} rx="6" />
      <text x={x} y={y + 18}>
        {mark}
        {shortened(target.name, room)}
        <tspan class="map-state">
          {state}
          {hole}
        </tspan>
      </text>
    </g>
  )
}

function Box({ node }: { node: MapNode }) {
  const { column, names, y } = node
  const [x, width] = PLACES[column]
  const { name, about, mark, shown } = labelOf(node)
  return (
    <>
      <title>{names.length > 1 ? names.slice(0, 12).join('\n') : name}</title>
      {names.length > 1 && (
        <rect class="behind" x={x + 4} y={y + 4} width={width} height={BOX} rx="4" />
      )}
      <rect x={x} y={y} width={width} height={BOX} rx="4" />
      <text x={x + 8} y={y + 16}>
        {mark}
        {/* Without the blank it would be read as one word with what is beside it. */}
        {`${shown} `}
      </text>
      {about !== '' && (
        <text class="map-about" x={x + width - 8} y={y + 16} text-anchor="end">
          {about}
        </text>
      )}
    </>
  )
}

interface EdgeLineProps {
  edge: MapEdge
  from: MapNode | undefined
  to: MapNode | undefined
  on: boolean
}

/** Letters of the LUNs at a line; more are in its title. */
const MOST_LETTERS = 14

function EdgeLine({ edge, from, to, on }: EdgeLineProps) {
  if (from === undefined || to === undefined) return null
  const [fromX, fromWidth] = PLACES[from.column]
  const [toX] = PLACES[to.column]
  const [x1, y1] = [fromX + fromWidth, from.y + BOX / 2]
  const [x2, y2] = [toX, to.y + BOX / 2]
  const middle = (x1 + x2) / 2
  const isConfigured = from.column === 'initiators' && edge.sessions === 0
  const luns = spansOf(edge.luns)
  return (
    <g class={['map-edge', on && 'on', isConfigured && 'idle'].filter(Boolean).join(' ')}>
      <path d={`M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`} />
      {on && luns !== '' && (
        <text x={x2 - 6} y={y2 - ROW / 6} text-anchor="end">
          {texts.kinds.lun} {luns.length > MOST_LETTERS ? `${luns.slice(0, MOST_LETTERS)}…` : luns}
        </text>
      )}
    </g>
  )
}
