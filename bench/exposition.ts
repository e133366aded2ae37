// What answering a scrape costs: the families of the hardware out of a snapshot, and 50,000 series of which none, a
// tenth or all have changed since the scrape before, or that are all new. Ours makes the samples out of a reading, as it
// does in the daemon. The peer is prom-client: its registry alone, and with what tells it the values that have changed.
// The other peer is node_exporter, as it comes, and with the same series in a file.
import assert from 'node:assert/strict'
import { Gauge, Registry } from 'prom-client'
import { Exposition, type ExposedFamily } from '../src/exporter/exposition.ts'
import { familiesOf, type Family, type FamilyGroup } from '../src/exporter/family.ts'
import { families } from '../src/exporter/metrics.ts'
import type { Snapshot } from '../src/snapshot.ts'
import { snapshotOf } from './support/appliance.ts'
import { interleave } from './support/measure.ts'
import {
  scrapeInTurns,
  serveText,
  startNodeExporter,
  startNodeExporterOf,
  type Scrape,
} from './support/scrapes.ts'
import { goal, printTable, ratio, type Cell } from './support/table.ts'

const PLACES = 1_000
const COLUMNS = 50
const NONE_CHANGED = 'not read anew'
const ALL_NEW = 'all new'
/** Of so many values one has changed. */
const CHANGED = {
  ...{ [NONE_CHANGED]: Infinity, 'none changed': Infinity, 'a tenth changed': 10 },
  'all changed': 1,
}

type Network = NonNullable<Snapshot['readings']['network']>

interface Place {
  target: string
  lun: string
  numbers: readonly number[]
}

const group: FamilyGroup<'network', Place> = {
  subject: 'network',
  prefix: 'storwarden_bench',
  items: (value) => value as unknown as Place[],
  labels: ({ target, lun }) => ({ driver: 'iscsi', target, lun }),
}
const synthetic = familiesOf(
  group,
  Object.fromEntries(
    Array.from({ length: COLUMNS }, (_, column) => [
      `${column}_bytes`,
      ['gauge' as const, 'Made up.', ({ numbers }: Place) => numbers[column]],
    ]),
  ),
)

const large = await snapshotOf('12-large-scst')
const rows = [await compare('12-large-scst, read anew', families, [large, large])]
for (const [name, oneIn] of Object.entries(CHANGED)) {
  rows.push(await compare(name, synthetic, [placesOf('disk', 1), placesOf('disk', 1, oneIn)]))
}
rows.push(await compare(ALL_NEW, synthetic, [placesOf('disk', 1), placesOf('tape', 1)]))
printTable(
  'Answering a scrape, CPU ms',
  ['what', 'series', 'ours', 'registry', 'ratio', 'goal', 'with its values', 'ratio'],
  rows,
)
await compareScrapes()

/** Scrapes of two states in turns. */
async function compare(
  name: string,
  given: readonly Family[],
  states: readonly [Snapshot, Snapshot],
): Promise<Cell[]> {
  const exposition = new Exposition('prometheus')
  let scrapes = 0
  const next = () => states[scrapes++ % 2] ?? states[0]
  const isRead = name !== NONE_CHANGED
  const ours = () => {
    const state = isRead ? readAnew(next()) : states[0]
    return exposition.text(exposed(given, state))
  }
  const peer = registryOf(exposed(given, states[0]))
  const theirs = await peer.registry.metrics()
  assert.ok(ours() === theirs.replaceAll('\n\n', '\n'), 'the texts differ')

  const [one, other] = states.map((state) => exposed(given, state))
  const isNew = name === ALL_NEW
  const tellings = [peer.telling(one ?? [], other ?? [], isNew)]
  tellings.unshift(peer.telling(other ?? [], one ?? [], isNew))
  let turns = 0
  const spent = await interleave([
    { name: 'ours', run: ours },
    { name: 'rendering', run: () => peer.registry.metrics() },
    {
      name: 'all',
      run: () => {
        tellings[turns++ % 2]?.()
        return peer.registry.metrics()
      },
    },
  ])
  const [mine = NaN, rendering = NaN, all = NaN] = ['ours', 'rendering', 'all'].map(
    (who) => spent.get(who)?.cpuMs,
  )
  const series = (one ?? []).reduce((sum, { values }) => sum + values.length, 0)
  return [
    ...[name, String(series), mine, rendering, ratio(mine, rendering)],
    ...[goal(mine, rendering, 0.2), all, ratio(mine, all)],
  ]
}

/** Bytes for each second of CPU, answered over HTTP. */
async function compareScrapes(): Promise<void> {
  const states = [placesOf('disk', 1), placesOf('disk', 1, 10)] as const
  const exposition = new Exposition('prometheus')
  let scrapes = 0
  const text = () => {
    const state = readAnew(states[scrapes++ % 2] ?? states[0])
    return exposition.text(exposed(synthetic, state))
  }
  const file = await startNodeExporterOf(text())
  const plain = await startNodeExporter()
  if (file === null || plain === null) return
  const all = [await serveText(text), file, plain]
  const [ours, ofFile, asItComes] = await scrapeInTurns(all)
  for (const scraped of all) await scraped.stop()
  const perSecond = ({ bytes, cpuMs }: Scrape = { bytes: NaN, cpuMs: NaN }) => bytes / 1e3 / cpuMs
  const cells = (name: string, scrape: Scrape | undefined): Cell[] => [
    ...[name, (scrape?.bytes ?? NaN) / 1e6, scrape?.cpuMs ?? NaN, perSecond(scrape)],
    ratio(perSecond(scrape), perSecond(ofFile)),
  ]
  printTable(
    'A scrape over HTTP',
    ['what', 'MB', 'CPU ms', 'MB a second of CPU', 'ratio to the file'],
    [
      cells('ours, a tenth of 50,000 series changed', ours),
      cells('node_exporter, the same text in a file', ofFile),
      cells('node_exporter as it comes', asItComes),
    ],
  )
}

/** Those that have any: of a gauge without labels prom-client says that it is 0. */
function exposed(given: readonly Family[], snapshot: Snapshot): ExposedFamily[] {
  return given
    .map(({ name, help, type, samplesOf }) => ({ name, help, type, values: samplesOf(snapshot) }))
    .filter(({ values }) => values.length > 0)
}

/** The same, as if everything had been asked again. */
function readAnew({ takenAt, readings }: Snapshot): Snapshot {
  const again = Object.entries(readings).map(([subject, reading]) => [subject, { ...reading }])
  return { takenAt, readings: Object.fromEntries(again) as Snapshot['readings'] }
}

/** Places of which every `oneIn`-th has other numbers. */
function placesOf(word: string, seed: number, oneIn = Infinity): Snapshot {
  const places = Array.from({ length: PLACES }, (_, place): Place => {
    const numbers = Array.from({ length: COLUMNS }, (_, column) => {
      return place * 4096 + column + ((place + column) % oneIn === 0 ? seed : 0)
    })
    return { target: `iqn.2026-01.org.example:${word}${place}`, lun: `${place % 64}`, numbers }
  })
  const takenAt = new Date('2026-11-21T00:00:00Z')
  const about = { problems: [], coverage: 'all', takenAt, durationSeconds: 0 } as const
  const network = { ...about, state: 'read', value: places } as unknown as Network
  return { takenAt, readings: { network } }
}

/** The same families in prom-client, with how it is told that they have changed. */
function registryOf(given: readonly ExposedFamily[]) {
  const registry = new Registry()
  const gauges = given.map(({ name, help, type, values }) => {
    const labelNames = Object.keys(values[0]?.labels ?? {})
    const gauge = new Gauge({ name, help, labelNames, registers: [registry] })
    for (const { labels, value } of values) gauge.set(labels, value)
    // It renders both alike, and a counter cannot be set.
    Object.assign(gauge, { type })
    return gauge
  })
  const telling = (
    before: readonly ExposedFamily[],
    after: readonly ExposedFamily[],
    isNew: boolean,
  ) => {
    const changed = after.map(({ values }, family) =>
      values.filter(({ value }, index) => isNew || before[family]?.values[index]?.value !== value),
    )
    return () => {
      for (const [family, gauge] of gauges.entries()) {
        if (isNew) gauge.reset()
        for (const { labels, value } of changed[family] ?? []) gauge.set(labels, value)
      }
    }
  }
  return { registry, telling }
}
