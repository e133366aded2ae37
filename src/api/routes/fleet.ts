import { Type } from 'typebox'
import { appendAudit, auditActor } from '../../auth/audit.ts'
import { countToldAlerts } from '../../fleet/alerts.ts'
import type { Appliance, Fleet } from '../../fleet/appliances.ts'
import type { ApiContext } from '../context.ts'
import { ProblemError } from '../problem.ts'
import { route } from '../route.ts'
import { flag, integer, nullable, oneOf, text, time } from '../schemas.ts'

const appliance = {
  name: text,
  state: oneOf(['reporting', 'silent']),
  /** Where people reach it. */
  url: nullable(text),
  version: nullable(text),
  /** Of its health model as it was last told; `unknown` of one that is not heard. */
  health: text,
  started_at: nullable(time),
  first_heard_at: time,
  last_heard_at: time,
  silent_since: nullable(time),
  /** The last of its events that is stored. */
  epoch: integer,
  seq: integer,
  /** Events that it has and that are not stored yet, as it last told. */
  lag: nullable(integer),
  /** The beat, on its clock, of the last of its numbers that are stored. */
  metrics_at: nullable(time),
  stored: integer,
  /** Events that it numbered and that never came. */
  missing: integer,
  /** Messages that could not be read. */
  unreadable: integer,
  /** Another machine that used the name, and whose messages are left out. */
  other: nullable(Type.Object({ identity: text, heard_at: time })),
  /** Alerts of it that fire, as it last told. */
  alerts: Type.Object({ critical: integer, warning: integer, info: integer }),
}

const list = route({
  method: 'get',
  path: '/api/v1/fleet/appliances',
  guard: 'monitoring:read',
  tag: 'fleet',
  summary: 'The appliances of a fleet',
  description: 'Answered by a daemon of `role: fleet`.',
  answers: {
    200: {
      description:
        'By name. While the servers of the fleet are not reached (`listening` is false) nothing new is known of any.',
      schema: Type.Object({
        appliances: Type.Array(Type.Object(appliance)),
        total: integer,
        listening: flag,
        deaf_since: nullable(time),
      }),
    },
  },
  problems: ['no_fleet'],
  async handle({ context }) {
    const fleet = fleetOf(context)
    const deafSince = fleet.deafSince()
    const counts = await countToldAlerts(context.db)
    const appliances = fleet.list().map((one) => {
      const alerts = { critical: 0, warning: 0, info: 0 }
      for (const { appliance, severity, count } of counts) {
        if (appliance === one.name) alerts[severity as keyof typeof alerts] = count
      }
      const isHeard = deafSince === null && one.state === 'reporting'
      return {
        ...applianceJson(one),
        health: isHeard ? (one.about?.health ?? 'unknown') : 'unknown',
        alerts,
      }
    })
    return {
      status: 200,
      json: {
        ...{ appliances, total: appliances.length, listening: deafSince === null },
        deaf_since: deafSince?.toISOString() ?? null,
      },
    }
  },
})

const forget = route({
  method: 'delete',
  path: '/api/v1/fleet/appliances/:name',
  guard: 'config:write',
  tag: 'fleet',
  summary: 'Forget an appliance that is gone for good, or has been replaced',
  description:
    'Its alerts go with it; its events and numbers stay for as long as they are kept. One that still tells is there ' +
    'again at once, as a new one.',
  params: Type.Object({ name: Type.String({ maxLength: 64 }) }),
  answers: { 204: { description: 'It is not known any more, also at the servers.' } },
  problems: ['no_fleet', 'appliance_not_found', 'fleet_unreachable'],
  async handle({ params, principal, origin, context }) {
    const wasThere = await fleetOf(context).forget(params.name, (transaction, before) =>
      appendAudit(transaction, {
        at: context.now(),
        ...auditActor(principal, origin),
        action: 'fleet.forget',
        subject: params.name,
        before: auditFields(before),
        after: null,
      }),
    )
    if (!wasThere) throw new ProblemError('appliance_not_found', `${params.name}: is not known`)
    return { status: 204 }
  },
})

/** The appliances of a fleet: list, forget. */
export const fleetRoutes = [list, forget]

function fleetOf({ fleet }: ApiContext): Fleet {
  if (fleet === null) throw new ProblemError('no_fleet', 'this daemon is not that of a fleet')
  return fleet
}

function applianceJson(one: Appliance) {
  return {
    ...{ name: one.name, state: one.state },
    ...{ url: one.about?.url ?? null, version: one.about?.version ?? null },
    started_at: one.about?.started_at ?? null,
    first_heard_at: one.firstHeardAt.toISOString(),
    last_heard_at: one.lastHeardAt.toISOString(),
    silent_since: one.silentSince?.toISOString() ?? null,
    ...{ epoch: one.epoch, seq: one.seq },
    lag: one.lastSeq === null ? null : Math.max(0, one.lastSeq - one.seq),
    metrics_at: one.metricsAt?.toISOString() ?? null,
    ...{ stored: one.stored, missing: one.missing, unreadable: one.unreadable },
    other: one.other && {
      identity: one.other.identity,
      heard_at: one.other.heardAt.toISOString(),
    },
  }
}

function auditFields({ identity, epoch, seq, lastHeardAt, about }: Appliance) {
  const last_heard_at = lastHeardAt.toISOString()
  return { identity, epoch, seq, last_heard_at, url: about?.url ?? null }
}
