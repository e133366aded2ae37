// What numbers over time cost: storing a beat, their size on disk, packing with its roll-ups, and reading a series
// over 90 days.
// The peer keeps a row a value, `(series_id, at)` its primary key, as one would without thinking about it.
import { packSamples } from '../src/history/compaction.ts'
import { seriesOf } from '../src/history/reading.ts'
import { steppedSeriesOf } from '../src/history/stepped.ts'
import { insertBeat } from '../src/history/store.ts'
import {
  costOf,
  MIDNIGHT,
  openHistory,
  BEAT_MS,
  QUARTER_MS,
  ROLLED,
  type Cost,
} from './support/history.ts'
import { interleave, median } from './support/measure.ts'
import { printTable, ratio, type Cell } from './support/table.ts'

const DAYS = 90

/** Values as the server makes them, of a series `id` at its beat `n`. */
const KINDS = {
  'never changes': 'id::double precision',
  'whole numbers': 'round(50 + 10 * sin(n / 40.0) + 3 * random())',
  'counter of bytes': '1e12 + n * 5e6 + floor(1e6 * random())',
  'fractions, all noise': 'random()',
} as const

const { ours, peer, close, ...history } = await openHistory()
const { empty, makeSeries, fill, bytesOf, bytesOfAll } = history
try {
  await measureStoring()
  await measureSizes()
  await measurePacking()
  await measureReading()
} finally {
  await close()
}

async function measureStoring(): Promise<void> {
  const rows: Cell[][] = []
  for (const count of [1000, 5000]) {
    await empty()
    const ids = await makeSeries(count)
    const values = ids.map(() => Math.random())
    const beats = { ours: 0, peer: 0 }
    const storing = {
      ours: () => {
        const atMs = MIDNIGHT + beats.ours++ * BEAT_MS
        const beat = { atMs, seriesIds: ids, timesMs: ids.map(() => atMs), values }
        return ours.transaction((transaction) => insertBeat(transaction, beat))
      },
      peer: () => {
        const at = new Date(MIDNIGHT + beats.peer++ * BEAT_MS)
        return peer.query(
          `insert into plain select id, $1, value from unnest($2::integer[], $3::double precision[]) as row (id, value)`,
          [at, `{${ids.join(',')}}`, `{${values.join(',')}}`],
        )
      },
    }
    const spent = { ours: [] as Cost[], peer: [] as Cost[] }
    for (let round = 0; round < 5; round += 1) {
      spent.ours.push(await costOf(ours, 40, storing.ours))
      spent.peer.push(await costOf(peer, 40, storing.peer))
    }
    const [a, b] = [middle(spent.ours), middle(spent.peer)]
    const cells = [a.node, a.server, b.node, b.server]
    rows.push([String(count), ...cells, ratio(a.node + a.server, b.node + b.server)])
  }
  printTable(
    'Storing a beat, CPU ms',
    ['series', 'daemon', 'server', 'plain: daemon', 'server', 'ratio'],
    rows,
  )
}

async function measureSizes(): Promise<void> {
  const rows: Cell[][] = []
  const count = 200
  const perDay = (bytes: number) => (bytes * 4) / count
  for (const [kind, value] of Object.entries(KINDS)) {
    await empty()
    await makeSeries(count)
    await fill(1, value)
    const plain = perDay(await bytesOf('plain'))
    const loose = perDay(await bytesOf('metric_blocks'))
    await packSamples(ours, MIDNIGHT + 2 * QUARTER_MS)
    const packed = perDay(await bytesOfAll('metric_chunks'))
    rows.push([kind, plain, loose, packed, ratio(packed, plain)])
  }
  const [times] = await ours.query<{ bytes: number }>(
    'select 4 * pg_column_size(offsets_ms) as bytes from metric_times limit 1',
  )
  printTable(
    `Bytes on disk a series and day, indexes included; and ${times?.bytes} for each subject that is read apart`,
    ['values', 'plain rows', 'loose', 'packed', 'ratio'],
    rows,
  )
}

async function measurePacking(): Promise<void> {
  const count = 1000
  await empty()
  await makeSeries(count)
  await fill(1, KINDS['whole numbers'])
  const packing = await costOf(ours, 1, () => packSamples(ours, MIDNIGHT + 2 * QUARTER_MS))
  const deleting = await costOf(peer, 1, () => peer.query('delete from plain'))
  const [mine, others] = [packing, deleting].map(({ node, server }) => node + server)
  printTable(
    `Packing a quarter of a day of ${count} series, CPU ms`,
    ['daemon', 'server', 'deleting plain rows', 'ratio'],
    [[packing.node, packing.server, others ?? NaN, ratio(mine ?? NaN, others ?? NaN)]],
  )
}

async function measureReading(): Promise<void> {
  await empty()
  const [id = 0] = await makeSeries(4)
  for (let quarter = 0; quarter < DAYS * 4; quarter += 30) {
    await fill(30, KINDS['counter of bytes'], quarter)
  }
  await packSamples(ours, MIDNIGHT + (DAYS * 4 + 1) * QUARTER_MS)
  for (const table of ['metric_blocks', 'metric_chunks', 'metric_times', ...ROLLED, 'plain']) {
    await ours.query(`vacuum analyze ${table}`)
  }
  const until = MIDNIGHT + DAYS * 4 * QUARTER_MS
  const labels = { serial: 'S0' }
  const rows: Cell[][] = []
  for (const [what, days, stepMs] of [
    ['90 days, a point an hour', 90, 3_600_000],
    ['90 days, every point', 90, null],
    ['1 day, every point', 1, null],
  ] as const) {
    const sinceMs = until - days * 86_400_000
    const past = { labels, sinceMs, untilMs: until, atMost: 1_000_000 }
    const spent = await interleave(
      [
        {
          name: 'ours',
          run: () =>
            stepMs === null
              ? seriesOf(ours, 'bench', past)
              : steppedSeriesOf(ours, 'bench', past, { stepMs, aggregate: 'avg' }),
        },
        {
          name: 'peer',
          run: () =>
            stepMs === null
              ? peer.query(
                  'select at, value from plain where series_id = $1 and at between $2 and $3 order by at',
                  [id, new Date(sinceMs), new Date(until)],
                )
              : peer.query(
                  `select date_trunc('hour', at) as at, avg(value) as value from plain
                   where series_id = $1 and at between $2 and $3 group by 1 order by 1`,
                  [id, new Date(sinceMs), new Date(until)],
                ),
        },
      ],
      5,
    )
    const [a, b] = [spent.get('ours'), spent.get('peer')]
    const wall = [a?.wallMs ?? NaN, b?.wallMs ?? NaN] as const
    rows.push([what, wall[0], a?.cpuMs ?? NaN, wall[1], b?.cpuMs ?? NaN, ratio(...wall)])
  }
  printTable(
    'Reading one series, ms until it is there, and CPU ms of the daemon',
    ['what', 'ours', 'CPU', 'plain rows', 'CPU', 'ratio'],
    rows,
  )
}

function middle(all: readonly Cost[]): Cost {
  return {
    node: median(all.map(({ node }) => node)),
    server: median(all.map(({ server }) => server)),
  }
}
