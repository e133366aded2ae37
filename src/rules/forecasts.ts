import type { ForecastKind, Forecasts, ObjectForecast } from '../history/forecasts.ts'
import type { Finding, Rule, Source } from './rule.ts'
import { bytesText, percentText } from './words.ts'

const DAY_MS = 86_400_000

/** What is expected, and how late it may be at most: what may as well last for a month is no alarm. */
const WITHIN = { days: 7, latestDays: 14 }
/** It is over when it is by so much further away. */
const LINGERS = { days: 9, latestDays: 28 }

const SOURCES: Readonly<Record<ForecastKind, Source>> = {
  filesystem: 'storage',
  thin_pool_data: 'storage',
  thin_pool_metadata: 'storage',
  library_slots: 'tape',
  cleaning_cartridge: 'tape',
  cartridge_life: 'tape',
}

const NAMES: Readonly<Record<ForecastKind, string>> = {
  filesystem: 'file system',
  thin_pool_data: 'data of the thin pool',
  thin_pool_metadata: 'metadata of the thin pool',
  library_slots: 'slots of library',
  cleaning_cartridge: 'uses of cleaning cartridge',
  cartridge_life: 'life of cartridge',
}

/** How evidence names them. */
const UNITS: Readonly<Record<ObjectForecast['unit'], { name: string; factor: number }>> = {
  bytes: { name: 'bytes', factor: 1 },
  slots: { name: 'slot_count', factor: 1 },
  loads: { name: 'load_count', factor: 1 },
  ratio: { name: 'percent', factor: 100 },
}

/** Full within a week, as it goes on now. */
export const capacityUsedUpSoon: Rule<'forecasts'> = {
  alert: 'CapacityUsedUpSoon',
  name: 'Used up within a week',
  subject: 'forecasts',
  severity: 'warning',
  source: 'storage',
  // Reckoned once an hour: said twice.
  forSeconds: 3900,
  description:
    'As it was used in the last weeks there will be nothing left of it within 7 days. It is only said when it is as ' +
    'good as sure to be so within 14.',
  action:
    'Look at `storwarden forecast`. Make room, or have more at hand, before it is used up: have the backup software ' +
    'expire what may go, enlarge the file system or pool, take cartridges out of the library, or get new ones.',

  check: (value) => usedUpWithin(value, WITHIN),
  lingers: (value) => usedUpWithin(value, LINGERS),

  undecided({ computedAt, forecasts }) {
    if (computedAt === null) return [{}]
    return forecasts.filter(({ forecast }) => forecast.state === 'unknown').map(labelsOf)
  },
}

function usedUpWithin(
  { computedAt, forecasts }: Forecasts,
  limit: { days: number; latestDays: number },
): Finding[] {
  if (computedAt === null) return []
  const before = (atMs: number | null, days: number) =>
    atMs !== null && atMs <= computedAt.getTime() + days * DAY_MS
  return forecasts
    .filter(({ forecast: { usedUpAtMs, latestMs } }) => {
      return before(usedUpAtMs, limit.days) && before(latestMs, limit.latestDays)
    })
    .map((one) => findingOf(one))
}

function findingOf(one: ObjectForecast): Finding {
  const { kind, object, used, capacity, unit, forecast } = one
  const { name, factor } = UNITS[unit]
  const at = dayText(forecast.usedUpAtMs)
  const between = `between ${dayText(forecast.earliestMs)} and ${dayText(forecast.latestMs)}`
  const when =
    forecast.state === 'used_up' ? 'nothing is left' : `used up about ${at} (${between} with 95 %)`
  return {
    labels: labelsOf(one),
    source: SOURCES[kind],
    message: `${NAMES[kind]} ${object}: ${amountText(used, unit)} of ${amountText(capacity, unit)} used, ${when}.`,
    evidence: {
      [`used_${name}`]: used * factor,
      [`capacity_${name}`]: capacity * factor,
      [`used_per_day_${name}`]: forecast.perDay === null ? null : forecast.perDay * factor,
      used_up_at: timeText(forecast.usedUpAtMs),
      earliest_at: timeText(forecast.earliestMs),
      latest_at: timeText(forecast.latestMs),
      history_day_count: forecast.days,
      source: 'roll-ups of the numbers that are exported',
    },
  }
}

function labelsOf({ kind, object }: ObjectForecast): { kind: string; object: string } {
  return { kind, object }
}

function amountText(amount: number, unit: ObjectForecast['unit']): string {
  if (unit === 'bytes') return bytesText(amount)
  return unit === 'ratio' ? percentText(amount * 100) : String(Math.round(amount))
}

function timeText(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString()
}

function dayText(atMs: number | null): string {
  return timeText(atMs)?.slice(0, 10) ?? 'some day'
}
