import t from 'tap'
import { packSamples } from '../../src/history/compaction.ts'
import { computeForecasts } from '../../src/history/forecasts.ts'
import type { Labels } from '../../src/history/metrics.ts'
import { openTestDatabase } from '../support/database.ts'
import { forgetHistory, MIDNIGHT, storeSeries } from '../support/history.ts'

const db = await openTestDatabase(t)
const DAY = 86_400_000
const NOW = new Date(MIDNIGHT + 7 * 3_600_000)

t.beforeEach(() => forgetHistory(db))

/** A value every six hours of the last days. */
async function store(
  name: string,
  labels: Labels,
  days: number,
  valueAt: (day: number) => number,
  daysAgo = 0,
) {
  const points = Array.from({ length: days * 4 }, (_, index) => {
    const day = (index + 1) / 4
    return { atMs: NOW.getTime() - (daysAgo + days - day) * DAY, value: valueAt(day) }
  })
  await storeSeries(db, name, [{ labels, points }])
}

async function forecasts() {
  await packSamples(db, NOW.getTime())
  const all = await computeForecasts(db, NOW)
  return all.map(({ forecast, ...one }) => ({
    ...one,
    state: forecast.state,
    days:
      forecast.usedUpAtMs === null
        ? forecast.reason
        : Math.round((forecast.usedUpAtMs - NOW.getTime()) / DAY),
  }))
}

t.test('nothing is forecast of nothing', async (t) => {
  t.strictSame(await forecasts(), [])
})

t.test(
  'a file system is full when what df calls available is used, whatever its device is called',
  async (t) => {
    const on = (device: string) => ({ mountpoint: '/srv/backup', device, type: 'xfs' })
    const before = (day: number) => 10 * day - 300
    await store('storwarden_filesystem_used_bytes', on('/dev/sdb1'), 40, before, 40)
    await packSamples(db, NOW.getTime())
    await store('storwarden_filesystem_used_bytes', on('/dev/sdc1'), 40, (day) => 100 + 10 * day)
    await store(
      'storwarden_filesystem_available_bytes',
      on('/dev/sdc1'),
      40,
      (day) => 900 - 10 * day,
    )
    t.strictSame(await forecasts(), [
      {
        ...{ kind: 'filesystem', object: '/srv/backup', unit: 'bytes' },
        ...{ used: 500, capacity: 1000, state: 'depleting', days: 50 },
      },
    ])
  },
)

t.test('a thin pool that was enlarged has not shrunk', async (t) => {
  const pool = { volume_group: 'vg', logical_volume: 'pool', type: 'thin-pool' }
  const size = (day: number) => (day > 30 ? 4000 : 2000)
  await store('storwarden_logical_volume_size_bytes', pool, 60, size)
  await store(
    'storwarden_logical_volume_data_used_ratio',
    pool,
    60,
    (day) => (20 * day) / size(day),
  )
  await store('storwarden_logical_volume_metadata_used_ratio', pool, 60, (day) => 0.1 + day / 100)
  const thin = { ...pool, logical_volume: 'lun', type: 'thin' }
  await store('storwarden_logical_volume_data_used_ratio', thin, 60, (day) => day / 100)
  t.strictSame(await forecasts(), [
    {
      ...{ kind: 'thin_pool_data', object: 'vg/pool', unit: 'bytes' },
      ...{ used: 1200, capacity: 4000, state: 'depleting', days: 140 },
    },
    {
      ...{ kind: 'thin_pool_metadata', object: 'vg/pool', unit: 'ratio' },
      ...{ used: 0.7, capacity: 1, state: 'depleting', days: 30 },
    },
  ])
})

t.test('slots are used up by cartridges that come in', async (t) => {
  const library = { library: 'L', vendor: 'STK', product: 'L700', virtual: 'false' }
  await store('storwarden_library_slots', library, 60, () => 40)
  await store('storwarden_library_occupied_slots', library, 60, (day) => Math.floor(day / 2))
  t.strictSame(await forecasts(), [
    {
      ...{ kind: 'library_slots', object: 'L', unit: 'slots' },
      ...{ used: 30, capacity: 40, state: 'depleting', days: 21 },
    },
  ])
})

t.test(
  'cartridges wear by what the drive reckons, else by loads; cleaning ones by their uses',
  async (t) => {
    const tape = (tag: string) => ({ volume_tag: tag })
    await store('storwarden_cartridge_life_remaining_ratio', tape('A00001L8'), 200, (day) =>
      Number((1 - Math.floor(day / 4) / 100).toFixed(2)),
    )
    await store('storwarden_cartridge_loads_total', tape('A00001L8'), 200, (day) => Math.floor(day))
    await store(
      'storwarden_cartridge_loads_total',
      tape('A00002L8'),
      200,
      (day) => 19_000 + Math.floor(day),
    )
    await store('storwarden_cartridge_loads_total', tape('CLNU01L1'), 200, (day) =>
      Math.floor(day / 5),
    )
    await store('storwarden_cartridge_loads_total', tape('CLNU02L1'), 200, () => 7)
    t.strictSame(await forecasts(), [
      {
        ...{ kind: 'cartridge_life', object: 'A00001L8', unit: 'ratio' },
        ...{ used: 0.5, capacity: 1, state: 'depleting', days: 200 },
      },
      {
        ...{ kind: 'cartridge_life', object: 'A00002L8', unit: 'loads' },
        ...{ used: 19_200, capacity: 20_000, state: 'depleting', days: 801 },
      },
      {
        ...{ kind: 'cleaning_cartridge', object: 'CLNU01L1', unit: 'loads' },
        ...{ used: 40, capacity: 50, state: 'depleting', days: 50 },
      },
      {
        ...{ kind: 'cleaning_cartridge', object: 'CLNU02L1', unit: 'loads' },
        ...{ used: 7, capacity: 50, state: 'unknown', days: '5 uses are needed, it had 0' },
      },
    ])
  },
)

t.test('what had no value for a week is gone, for some days it is not known', async (t) => {
  const at = (mountpoint: string) => ({ mountpoint, device: 'd', type: 'xfs' })
  for (const [mountpoint, days] of [
    ['/gone', 8],
    ['/away', 4],
  ] as const) {
    for (const name of ['used', 'available']) {
      const metric = `storwarden_filesystem_${name}_bytes`
      await store(metric, at(mountpoint), 20, (day) => 100 * day, days)
    }
    await packSamples(db, NOW.getTime())
  }
  t.match(await forecasts(), [
    { object: '/away', state: 'unknown', days: 'there is no value of the last two days' },
  ])
})
