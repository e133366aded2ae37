import { Type } from 'typebox'
import { countAlerts } from '../../alerts/store.ts'
import { countEvents } from '../../events/counts.ts'
import { countSamples } from '../../history/store.ts'
import { countActiveIncidents } from '../../incidents/store.ts'
import { route } from '../route.ts'
import { flag, integer } from '../schemas.ts'
import { eventRoutes } from './events.ts'
import { forecastRoutes } from './forecasts.ts'
import { metricRoutes } from './metrics.ts'

const HOUR_MS = 3_600_000

const stats = route({
  method: 'get',
  path: '/api/v1/monitoring/stats',
  guard: 'stats:read',
  tag: 'monitoring',
  summary: 'How much is stored',
  description: 'Metrics are values over time. Open incidents are those that are not resolved.',
  answers: {
    200: {
      description: 'Counts.',
      schema: Type.Object({
        success: flag,
        data: Type.Object({
          total_events: integer,
          total_metrics: integer,
          active_alerts: integer,
          open_incidents: integer,
          events_last_hour: integer,
          metrics_last_hour: integer,
        }),
      }),
    },
  },
  async handle({ context }) {
    const hourAgo = new Date(context.now().getTime() - HOUR_MS)
    const counted = await countEvents(context.db, hourAgo)
    const samples = await countSamples(context.db, hourAgo)
    const alerts = await countAlerts(context.db)
    const firing = alerts.filter(({ state }) => state === 'firing')
    const data = {
      total_events: counted.total,
      total_metrics: samples.total,
      active_alerts: firing.reduce((sum, { count }) => sum + count, 0),
      open_incidents: await countActiveIncidents(context.db),
      events_last_hour: counted.since,
      metrics_last_hour: samples.since,
    }
    return { status: 200, json: { success: true, data } }
  },
})

/** The numbers, the metrics, events and totals. */
export const monitoringRoutes = [...metricRoutes, ...forecastRoutes, ...eventRoutes, stats]
