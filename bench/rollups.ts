// What a year of numbers takes on disk, and reading one series out of 5 million samples.
import { packSamples } from '../src/history/compaction.ts'
import { steppedSeriesOf } from '../src/history/stepped.ts'
import { costOf, DAY_MS, MIDNIGHT, openHistory, QUARTER_MS, ROLLED } from './support/history.ts'
import { interleave } from './support/measure.ts'
import { printTable, ratio, type Cell } from './support/table.ts'

/** Values of one day, of each kind as many as an appliance has. */
const MIXED = `case when id % 8 < 4 then id::double precision
                    when id % 8 < 6 then round(50 + 10 * sin(n / 40.0) + 3 * random())
                    when id % 8 < 7 then 1e12 + n * 5e6 + floor(1e6 * random())
                    else random() end`

const { ours, peer, close, empty, makeSeries, fill, bytesOfAll } = await openHistory()
try {
  await measureYear()
  await measureMillions()
} finally {
  await close()
}

/** The size of a year, out of that of one day of every series; hours are kept in rows of 16 days. */
async function measureYear(): Promise<void> {
  const [count, series, hourDays] = [64, 5000, 16]
  await empty()
  await makeSeries(count)
  for (let quarter = 0; quarter < 4 * hourDays; quarter += 4) {
    await fill(4, MIXED, quarter)
    await ours.query('truncate plain')
    await packSamples(ours, MIDNIGHT + (quarter + 5) * QUARTER_MS)
    // Chunks and 5 min of the first day are measured, hours of all.
    if (quarter === 0) continue
    await ours.query('delete from metric_chunks where begins_at_ms >= $1', [MIDNIGHT + DAY_MS])
    await ours.query('delete from metric_five_minutes where begins_at_ms >= $1', [
      MIDNIGHT + DAY_MS,
    ])
  }
  const rows: Cell[][] = []
  let total = 0
  for (const [table, days, keptDays] of [
    ['metric_chunks', 1, 90],
    ['metric_five_minutes', 1, 365],
    ['metric_hours', hourDays, 365],
  ] as const) {
    await ours.query(`vacuum full ${table}`)
    const perDay = (await bytesOfAll(table)) / count / days
    const gigabytes = (perDay * series * keptDays) / 1e9
    total += gigabytes
    rows.push([table, perDay, keptDays, gigabytes])
  }
  rows.push(
    ['all', '', 365, total],
    ['plain rows', 93 * 2880, 365, (93 * 2880 * series * 365) / 1e9],
  )
  printTable(
    `A year of ${series} series every 30 s: half never change, a quarter whole numbers, counters, noise`,
    ['table', 'bytes a series and day', 'days kept', 'GB'],
    rows,
  )
}

/** A series among 1,736, with 5 million samples that are packed and rolled up. */
async function measureMillions(): Promise<void> {
  await empty()
  const [id = 0] = await makeSeries(1736)
  for (let quarter = 0; quarter < 4; quarter += 1) {
    await fill(1, 'round(50 + 10 * sin(n / 40.0))', quarter)
  }
  const loading = await costOf(ours, 1, () => packSamples(ours, MIDNIGHT + 5 * QUARTER_MS))
  for (const table of ['metric_blocks', 'metric_chunks', 'metric_times', ...ROLLED, 'plain']) {
    await ours.query(`vacuum analyze ${table}`)
  }
  const [sinceMs, untilMs] = [MIDNIGHT, MIDNIGHT + DAY_MS - 1]
  const past = { labels: { serial: 'S0' }, sinceMs, untilMs, atMost: 1_000_000 }
  const spent = await interleave(
    [
      {
        name: 'ours',
        run: () => steppedSeriesOf(ours, 'bench', past, { stepMs: 3_600_000, aggregate: 'max' }),
      },
      {
        name: 'peer',
        run: () =>
          peer.query(
            `select date_trunc('hour', at) as at, max(value) as value from plain
             where series_id = $1 and at between $2 and $3 group by 1 order by 1`,
            [id, new Date(sinceMs), new Date(untilMs)],
          ),
      },
    ],
    5,
  )
  const [a, b] = [spent.get('ours')?.wallMs ?? NaN, spent.get('peer')?.wallMs ?? NaN]
  printTable(
    'Out of 5 million samples a day of one series by the hour, ms; and packing them with their roll-ups, CPU s of the server',
    ['ours', 'plain rows', 'ratio', 'packing'],
    [[a, b, ratio(a, b), loading.server / 1000]],
  )
}
