import type { ObjectForecast } from '../../history/forecasts.ts'
import { bytesText, countText, percentText } from '../../rules/words.ts'
import type { WeeklyFacts } from '../facts.ts'
import type { ReportSection } from '../report.ts'
import {
  gapLines,
  gapSeverity,
  gravestOf,
  said,
  sectionOf,
  tableOf,
  valueIn,
  type Clock,
} from '../words.ts'

const DAY_MS = 86_400_000
/** What is further away is planned for another time. */
const HORIZON_DAYS = 180
const SOON_DAYS = 30
const VERY_SOON_DAYS = 7

/** What will be used up when. Pure. */
export function capacitySection({ forecasts, until }: WeeklyFacts, clock: Clock): ReportSection[] {
  const known = valueIn(forecasts)
  const all = known?.forecasts ?? []
  const daysTo = ({ forecast }: ObjectForecast) =>
    forecast.usedUpAtMs === null ? null : (forecast.usedUpAtMs - until.getTime()) / DAY_MS
  const near = all
    .filter((one) => (daysTo(one) ?? Infinity) <= HORIZON_DAYS)
    .sort((one, other) => (daysTo(one) ?? 0) - (daysTo(other) ?? 0))
  const untold = all.filter(({ forecast }) => forecast.state === 'unknown')
  return sectionOf(
    'What will be full',
    gravestOf([...near.map((one) => severityOf(daysTo(one))), gapSeverity([forecasts])]),
    [
      ...(known === null ? [] : [computedLine(known.computedAt, near.length, all.length)]),
      untold.length === 0
        ? null
        : `Of ${countText(untold.length, 'thing')} it cannot be told yet: ${reasonsOf(untold)}.`,
      ...gapLines({ Forecasts: forecasts }),
    ],
    [
      tableOf(
        ['What', 'Used', 'A day', 'Full about', 'Between'],
        near.map((one) => rowOf(one, clock)),
      ),
    ],
  )
}

function computedLine(computedAt: Date | null, near: number, all: number): string | null {
  if (computedAt === null || all === 0)
    return 'Nothing was reckoned yet: values of a week are needed.'
  return near === 0 ? `Nothing within ${HORIZON_DAYS} days, as far as can be told.` : null
}

function severityOf(days: number | null) {
  if (days === null || days > SOON_DAYS) return null
  return days <= VERY_SOON_DAYS ? 'critical' : 'warning'
}

function rowOf(one: ObjectForecast, clock: Clock): string[] {
  const { kind, object, used, capacity, forecast } = one
  const { state, usedUpAtMs, earliestMs, latestMs, perDay } = forecast
  const day = (atMs: number | null) => (atMs === null ? 'not known' : clock.day(new Date(atMs)))
  const over = state === 'used_up'
  return [
    said(`${kind.replaceAll('_', ' ')} ${object}`),
    `${amountText(used, one)} of ${amountText(capacity, one)}`,
    perDay === null ? 'not known' : amountText(perDay, one),
    over ? 'now' : day(usedUpAtMs),
    over ? '' : `${day(earliestMs)} and ${day(latestMs)}`,
  ]
}

function amountText(amount: number, { unit }: ObjectForecast): string {
  if (unit === 'bytes') return amount < 0 ? `-${bytesText(-amount)}` : bytesText(amount)
  if (unit === 'ratio') return percentText(amount * 100)
  return `${Math.round(amount * 100) / 100} ${unit}`
}

/** Why nothing can be told, each reason once. */
function reasonsOf(forecasts: readonly ObjectForecast[]): string {
  return [...new Set(forecasts.map(({ forecast }) => forecast.reason ?? 'no reason'))].join('; ')
}
