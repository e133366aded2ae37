import type { ObjectForecast } from '../history/forecasts.ts'
import { familiesOf, NONE, type Column, type Family } from './family.ts'

/** A family of a time; no sample where there is no trend, or where it cannot be told. */
function time(
  help: string,
  of: (one: ObjectForecast['forecast']) => number | null,
): Column<ObjectForecast> {
  return [
    'gauge',
    help,
    ({ forecast }) => {
      const atMs = of(forecast)
      if (atMs !== null) return atMs / 1000
      return forecast.state === 'unknown' ? null : NONE
    },
  ]
}

/** When what there is of it will be used up. */
export const forecastFamilies: Family[] = familiesOf(
  {
    subject: 'forecasts',
    prefix: 'storwarden_forecast',
    items: ({ forecasts }) => forecasts,
    labels: ({ kind, object }) => ({ kind, object }),
  },
  {
    used_up_timestamp_seconds: time(
      'When it will be used up, as it goes on now.',
      ({ usedUpAtMs }) => usedUpAtMs,
    ),
    earliest_timestamp_seconds: time(
      'The begin of the time in which it will be used up with 95 %.',
      ({ earliestMs }) => earliestMs,
    ),
    latest_timestamp_seconds: time(
      'The end of the time in which it will be used up with 95 %.',
      ({ latestMs }) => latestMs,
    ),
  },
)
