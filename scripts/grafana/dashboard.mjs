// Puts rows of panels in their places.
import { of } from './queries.mjs'
import { series } from './panels.mjs'
import { registry, unitOf } from './registry.mjs'

const COLUMNS = 24
const QUERIES_A_PANEL = 4

/** The dashboard: the rows one below the other, and after each what is exported besides and not drawn in any. */
export function dashboardOf(rows) {
  const drawn = new Set(rows.flatMap(({ panels }) => panels.flatMap(metricsOf)))
  const panels = []
  let id = 0
  let top = 0
  for (const row of rows.flatMap((row) => [row, ...restOf(row, rows, drawn)])) {
    const header = {
      ...{ id: ++id, type: 'row', title: row.title, collapsed: row.collapsed === true },
      gridPos: { x: 0, y: top, w: COLUMNS, h: 1 },
      panels: [],
    }
    const placed = place(row.panels, top + 1).map((panel) => ({ id: ++id, ...panel }))
    if (row.collapsed === true) {
      panels.push({ ...header, panels: placed })
      top += 1
    } else {
      panels.push(header, ...placed)
      top = Math.max(...placed.map(({ gridPos }) => gridPos.y + gridPos.h))
    }
  }
  return { ...frame, panels }
}

/** Names of the families that a panel draws. */
function metricsOf({ targets }) {
  return targets.flatMap(({ expr }) =>
    (expr.match(/\b(?:storwarden|process|nodejs)_\w+/g) ?? []).map((name) =>
      registry.has(name) ? name : name.replace(/_(?:bucket|sum|count)$/, ''),
    ),
  )
}

/** A collapsed row of the families with the prefixes of a row that no panel draws, those of a unit together. */
function restOf({ title, rest = [] }, rows, drawn) {
  const prefixes = rows.flatMap((row) => row.rest ?? [])
  const belongs = (name) => {
    const fitting = prefixes.filter((prefix) => name.startsWith(prefix))
    return rest.includes(fitting.sort((one, other) => other.length - one.length)[0])
  }
  const byUnit = new Map()
  for (const found of registry.values()) {
    if (drawn.has(found.name) || found.type === 'histogram' || !belongs(found.name)) continue
    const unit = unitOf(found)
    byUnit.set(unit, [...(byUnit.get(unit) ?? []), found.name])
  }
  const panels = [...byUnit.values()].flatMap((names) =>
    chunks(names, QUERIES_A_PANEL).map((chunk) =>
      series(
        chunk.map(wordsOf).join(', '),
        chunk.map((name) => of(name, { name: wordsOf(name) })),
      ),
    ),
  )
  return panels.length === 0 ? [] : [{ title: `${title} in detail`, collapsed: true, panels }]
}

function wordsOf(name) {
  return name
    .replace('storwarden_', '')
    .replace(/_total$/, '')
    .replaceAll('_', ' ')
}

function chunks(list, size) {
  return list.length === 0 ? [] : [list.slice(0, size), ...chunks(list.slice(size), size)]
}

/** From left to right, a new line when it is full; a line is as high as its highest panel. */
function place(panels, from) {
  let [x, y, height] = [0, from, 0]
  return panels.map(({ size, ...panel }) => {
    if (x + size.width > COLUMNS) [x, y, height] = [0, y + height, 0]
    const gridPos = { x, y, w: size.width, h: size.height }
    x += size.width
    height = Math.max(height, size.height)
    return { ...panel, gridPos }
  })
}

const datasource = { type: 'prometheus', uid: '${datasource}' }

const frame = {
  uid: 'storwarden',
  title: 'storwarden',
  description:
    'Storage appliances: tape libraries, virtual tape libraries, SCST, storage, and the daemon that watches them.',
  tags: ['storwarden', 'storage', 'tape', 'scst'],
  schemaVersion: 39,
  version: 1,
  editable: true,
  graphTooltip: 1,
  timezone: 'browser',
  time: { from: 'now-6h', to: 'now' },
  refresh: '5s',
  timepicker: { refresh_intervals: ['5s', '10s', '30s', '1m', '5m', '15m', '1h'] },
  templating: {
    list: [
      {
        ...{ name: 'datasource', label: 'Prometheus', type: 'datasource', query: 'prometheus' },
        ...{ refresh: 1, regex: '', hide: 0, multi: false, includeAll: false, current: {} },
      },
      variable('instance', 'Appliance', 'label_values(up{job="storwarden"}, instance)'),
      variable('library', 'Library', labelsOf('storwarden_library_reachable', 'library')),
      variable('target', 'Target', labelsOf('storwarden_scst_target_luns', 'target')),
    ],
  },
  annotations: { list: [] },
  links: [],
}

function labelsOf(metric, label) {
  return `label_values(${metric}{job="storwarden", instance=~"$instance"}, ${label})`
}

/** All of them, those that have no such label too, until some are chosen. */
function variable(name, label, query) {
  return {
    ...{ name, label, type: 'query', datasource, definition: query },
    query: { query, refId: 'StandardVariableQuery' },
    ...{ refresh: 2, regex: '', sort: 1, hide: 0, multi: true, includeAll: true, allValue: '.*' },
    current: { selected: true, text: ['All'], value: ['$__all'] },
  }
}
