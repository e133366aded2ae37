import { Type } from 'typebox'
import { forecastKinds, type ObjectForecast } from '../../history/forecasts.ts'
import { valueOf } from '../../snapshot.ts'
import { route } from '../route.ts'
import { integer, nullable, number, oneOf, text, time } from '../schemas.ts'

const forecast = {
  kind: oneOf(forecastKinds),
  /** Mount point, volume group/pool, library, or barcode. */
  object: text,
  state: oneOf(['depleting', 'used_up', 'no_trend', 'unknown']),
  reason: nullable(text),
  unit: oneOf(['bytes', 'slots', 'loads', 'ratio']),
  used: number,
  capacity: number,
  used_per_day: nullable(number),
  used_up_at: nullable(time),
  earliest_at: nullable(time),
  latest_at: nullable(time),
  history_days: integer,
}

/** When what there is of something will be used up. */
export const forecastRoutes = [
  route({
    method: 'get',
    path: '/api/v1/monitoring/forecasts',
    guard: 'monitoring:read',
    tag: 'monitoring',
    summary: 'When file systems, thin pools, slots and cartridges will be used up',
    description:
      'What is used up first comes first. It is the median slope of the last 90 days (cartridges: how often they ' +
      'were used in 400), and lies between `earliest_at` and `latest_at` with 95 %. `no_trend` does not clearly ' +
      'grow, `unknown` cannot be told; `reason` says why. Reckoned every hour: `computed_at`, null before the first ' +
      'time.',
    query: Type.Object({ kind: Type.Optional(oneOf(forecastKinds)) }),
    answers: {
      200: {
        description: 'All of them.',
        schema: Type.Object({
          computed_at: nullable(time),
          forecasts: Type.Array(Type.Object(forecast)),
        }),
      },
    },
    handle({ query, context }) {
      const known = valueOf(context.snapshot().readings.forecasts)
      const forecasts = (known?.forecasts ?? [])
        .filter(({ kind }) => query.kind === undefined || kind === query.kind)
        .sort((one, other) => placeOf(one) - placeOf(other))
      return {
        status: 200,
        json: { computed_at: known?.computedAt ?? null, forecasts: forecasts.map(forecastJson) },
      }
    },
  }),
]

function placeOf({ forecast }: ObjectForecast): number {
  return forecast.usedUpAtMs ?? Number.MAX_SAFE_INTEGER
}

function forecastJson({ forecast, kind, object, unit, used, capacity }: ObjectForecast) {
  const { state, reason, usedUpAtMs, earliestMs, latestMs, perDay, days } = forecast
  return {
    ...{ kind, object, state, reason, unit, used, capacity },
    used_per_day: perDay,
    used_up_at: dateOrNull(usedUpAtMs),
    earliest_at: dateOrNull(earliestMs),
    latest_at: dateOrNull(latestMs),
    history_days: days,
  }
}

function dateOrNull(atMs: number | null): Date | null {
  return atMs === null ? null : new Date(atMs)
}
