import type { Queryable } from '../db/database.ts'
import { DAY_MS, forecastOf, type Forecast } from './forecast.ts'
import type { Labels, Point, Series } from './metrics.ts'
import { steppedSeriesOf, type Step } from './stepped.ts'
import { wearOf } from './wear.ts'

/** What can be used up. */
export const forecastKinds = [
  'filesystem',
  'thin_pool_data',
  'thin_pool_metadata',
  'library_slots',
  'cleaning_cartridge',
  'cartridge_life',
] as const

/** One of them. */
export type ForecastKind = (typeof forecastKinds)[number]

/** When one thing is used up. */
export interface ObjectForecast {
  kind: ForecastKind
  /** What tells it from others of its kind: mount point, volume group/pool, library, barcode. */
  object: string
  unit: 'bytes' | 'slots' | 'loads' | 'ratio'
  used: number
  capacity: number
  forecast: Forecast
}

/** All that is known, and when it was reckoned; null before it was for the first time. */
export interface Forecasts {
  computedAt: Date | null
  forecasts: readonly ObjectForecast[]
}

/** For levels, and for what is used now and then. */
const LEVEL_DAYS = 90
const WEAR_DAYS = 400
/** What had no value for so long is gone. */
const GONE_MS = 7 * DAY_MS
/** Points of a metric at once, some 20 MB. */
const MOST_POINTS = 400_000

/** Loads that an LTO cartridge is made for, and uses of a universal cleaning cartridge (LTO Program). */
const RATED_LOADS = 20_000
const CLEANING_USES = 50
/** Barcodes of cleaning cartridges begin so (LTO Program, barcode label specification). */
const CLEANING = 'CLN'

/** Reckons all forecasts out of roll-ups. Rejects as the database does. */
export async function computeForecasts(database: Queryable, now: Date): Promise<ObjectForecast[]> {
  const nowMs = now.getTime()
  return [
    ...(await fileSystems(database, nowMs)),
    ...(await thinPools(database, nowMs)),
    ...(await librarySlots(database, nowMs)),
    ...(await cartridges(database, nowMs)),
  ]
}

async function fileSystems(database: Queryable, nowMs: number): Promise<ObjectForecast[]> {
  const read = reader(database, nowMs, LEVEL_DAYS, { stepMs: 3_600_000, aggregate: 'avg' })
  // A device can have another name after a restart.
  const key = ({ mountpoint = '' }: Labels) => mountpoint
  const used = await read('storwarden_filesystem_used_bytes', key)
  const available = await read('storwarden_filesystem_available_bytes', key)
  return levels(used, nowMs, 'filesystem', 'bytes', (object, last) => {
    const left = available.get(object)?.at(-1)
    return left === undefined ? null : last.value + left.value
  })
}

async function thinPools(database: Queryable, nowMs: number): Promise<ObjectForecast[]> {
  const read = reader(database, nowMs, LEVEL_DAYS, { stepMs: 3_600_000, aggregate: 'avg' })
  const key = ({ volume_group: group = '', logical_volume: name = '', type }: Labels) =>
    type === 'thin-pool' ? `${group}/${name}` : null
  const ratios = await read('storwarden_logical_volume_data_used_ratio', key)
  const sizes = await read('storwarden_logical_volume_size_bytes', key)
  const metadata = await read('storwarden_logical_volume_metadata_used_ratio', key)
  const used = new Map(
    [...ratios].map(([object, points]) => {
      const at = new Map(sizes.get(object)?.map(({ atMs, value }) => [atMs, value]))
      // A pool that grows is less full, and has not shrunk.
      const bytes = points.flatMap(({ atMs, value }) => {
        const size = at.get(atMs)
        return size === undefined ? [] : { atMs, value: value * size }
      })
      return [object, bytes]
    }),
  )
  const size = (object: string) => sizes.get(object)?.at(-1)?.value ?? null
  return [
    ...levels(used, nowMs, 'thin_pool_data', 'bytes', size),
    ...levels(metadata, nowMs, 'thin_pool_metadata', 'ratio', () => 1),
  ]
}

async function librarySlots(database: Queryable, nowMs: number): Promise<ObjectForecast[]> {
  const read = reader(database, nowMs, LEVEL_DAYS, { stepMs: 3_600_000, aggregate: 'last' })
  const key = ({ library = '' }: Labels) => library
  const occupied = await read('storwarden_library_occupied_slots', key)
  const slots = await read('storwarden_library_slots', key)
  return levels(occupied, nowMs, 'library_slots', 'slots', (library) => {
    return slots.get(library)?.at(-1)?.value ?? null
  })
}

async function cartridges(database: Queryable, nowMs: number): Promise<ObjectForecast[]> {
  const read = reader(database, nowMs, WEAR_DAYS, { stepMs: DAY_MS, aggregate: 'last' })
  const key = ({ volume_tag: tag = '' }: Labels) => tag
  const loads = await read('storwarden_cartridge_loads_total', key)
  const left = await read('storwarden_cartridge_life_remaining_ratio', key)
  const all = [...new Set([...loads.keys(), ...left.keys()])]
  return all.flatMap((object): ObjectForecast[] => {
    const counted = loads.get(object) ?? []
    if (object.startsWith(CLEANING)) {
      const wear = wearOf(counted, { limit: CLEANING_USES, nowMs })
      return worn(counted, nowMs, {
        kind: 'cleaning_cartridge',
        object,
        unit: 'loads',
        capacity: CLEANING_USES,
        forecast: wear,
      })
    }
    // What the drive reckons from passes, in the percents that it tells; else by loads.
    const percents = (left.get(object) ?? []).map(({ atMs, value }) => ({
      atMs,
      value: Math.round((1 - value) * 100),
    }))
    if (percents.length > 0) {
      const wear = wearOf(percents, { limit: 100, nowMs })
      const ratios = percents.map(({ atMs, value }) => ({ atMs, value: value / 100 }))
      const forecast = { ...wear, perDay: wear.perDay === null ? null : wear.perDay / 100 }
      return worn(ratios, nowMs, {
        kind: 'cartridge_life',
        object,
        unit: 'ratio',
        capacity: 1,
        forecast,
      })
    }
    const wear = wearOf(counted, { limit: RATED_LOADS, nowMs })
    return worn(counted, nowMs, {
      kind: 'cartridge_life',
      object,
      unit: 'loads',
      capacity: RATED_LOADS,
      forecast: wear,
    })
  })
}

/** Reads the series of a metric, put together by what they are of; null is left out. */
function reader(database: Queryable, nowMs: number, days: number, step: Step) {
  return async (
    name: string,
    keyOf: (labels: Labels) => string | null,
  ): Promise<Map<string, Point[]>> => {
    const past = { sinceMs: nowMs - days * DAY_MS, untilMs: nowMs, atMost: MOST_POINTS }
    const objects = new Map<string, Series[]>()
    for (const series of await steppedSeriesOf(database, name, past, step)) {
      const key = keyOf(series.labels)
      if (key !== null && key !== '') objects.set(key, [...(objects.get(key) ?? []), series])
    }
    return new Map([...objects].map(([key, all]) => [key, together(all)]))
  }
}

/** Points of several series as of one, ascending; of one moment the last. */
function together(all: readonly Series[]): Point[] {
  const [first, ...others] = all
  if (first !== undefined && others.length === 0) return [...first.points]
  const at = new Map(all.flatMap(({ points }) => points.map(({ atMs, value }) => [atMs, value])))
  return [...at]
    .map(([atMs, value]) => ({ atMs, value }))
    .sort((one, other) => one.atMs - other.atMs)
}

function levels(
  used: ReadonlyMap<string, readonly Point[]>,
  nowMs: number,
  kind: ForecastKind,
  unit: ObjectForecast['unit'],
  capacityOf: (object: string, last: Point) => number | null,
): ObjectForecast[] {
  return [...used].flatMap(([object, points]) => {
    const last = points.at(-1)
    const capacity = last === undefined ? null : capacityOf(object, last)
    if (last === undefined || capacity === null || nowMs - last.atMs > GONE_MS) return []
    const forecast = forecastOf(points, { capacity, nowMs })
    return { kind, object, unit, used: last.value, capacity, forecast }
  })
}

function worn(
  points: readonly Point[],
  nowMs: number,
  of: Omit<ObjectForecast, 'used'>,
): ObjectForecast[] {
  const last = points.at(-1)
  if (last === undefined || nowMs - last.atMs > GONE_MS) return []
  return [{ ...of, used: last.value }]
}
