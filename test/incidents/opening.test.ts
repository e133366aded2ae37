import t from 'tap'
import type { Alert } from '../../src/alerts/alert.ts'
import { MOST_ATTACHED } from '../../src/incidents/attached-alerts.ts'
import type { Incident } from '../../src/incidents/incident.ts'
import { MOST_OPENED, opening, type OpeningSettings } from '../../src/incidents/opening.ts'
import { after, alertAt } from '../support/notices.ts'

const settings: OpeningSettings = {
  ...{ openForCritical: true, groupBy: ['library', 'target'], windowMs: 3600_000 },
  resolveAfterMs: null,
}
const critical = (place: string, given: Partial<Alert> = {}) =>
  alertAt(place, { severity: 'critical', ...given })
const inLibrary = (place: string, library: string, given: Partial<Alert> = {}) =>
  critical(place, { partOf: { library }, ...given })

const incident = (id: string, given: Partial<Incident> = {}): Incident => ({
  ...{ id, title: id, description: '', severity: 'critical', status: 'open', rootCause: null },
  ...{ createdBy: 'storwardend', createdById: null, assignedTo: null, assignedToId: null },
  ...{ place: null, startedAt: after(0), createdAt: after(0), updatedAt: after(0) },
  ...{ resolvedAt: null, closedAt: null, calmSince: null, version: 1 },
  ...given,
})

/** An incident that lasts, with alerts; the others are what an alert makes of it. */
interface Given {
  incident: Incident
  alerts?: readonly Alert[]
  /** It has so many that are over. */
  others?: number
  detached?: readonly Alert[]
}

/** What becomes of incidents, in brief. */
function decided(
  active: readonly Alert[],
  given: readonly Given[] = [],
  {
    openedOfLate = 0,
    at = after(60),
    ...changes
  }: Partial<OpeningSettings> & {
    openedOfLate?: number
    at?: Date
  } = {},
) {
  const link = (one: Incident, attached: boolean) => (alert: Alert) => ({
    ...{ incidentId: one.id, alertId: alert.id, attached },
  })
  const todo = opening(
    {
      ...{ active, at, openedOfLate },
      lasting: given.map(({ incident: one, alerts = [], others = 0 }) => ({
        ...{ incident: one, size: alerts.length + others },
      })),
      links: given.flatMap(({ incident: one, alerts = [], detached = [] }) => [
        ...alerts.map(link(one, true)),
        ...detached.map(link(one, false)),
      ]),
    },
    { ...settings, ...changes },
  )
  const places = (alerts: readonly Alert[]) => alerts.map(({ resource }) => resource).join(' ')
  return [
    ...todo.open.map(({ place, alerts }) => `open ${place}: ${places(alerts)}`),
    ...todo.attach.map((one) => `attach to ${one.incident.id}: ${places(one.alerts)}`),
    ...todo.over.map(({ id }) => `over ${id}`),
    ...todo.again.map(({ id }) => `again ${id}`),
    ...todo.resolve.map(({ id }) => `resolve ${id}`),
  ]
}

t.test('an incident opens for a place that has a critical alert, and for no other reason', (t) => {
  t.strictSame(decided([critical('a'), critical('b', { source: 'storage' })]), [
    ...['open source=system: a', 'open source=storage: b'],
  ])
  const opensNothing: Partial<Alert>[] = [
    ...([{ severity: 'warning' }, { severity: 'info' }, { state: 'pending' }] as const),
    ...[{ flapping: true }, { silencedBy: ['s'] }, { inhibitedBy: 'x' }],
    { acknowledgedAt: after(0), acknowledgedBy: 'ada' },
  ]
  for (const given of opensNothing) {
    t.strictSame(decided([critical('a', given)]), [], JSON.stringify(given))
  }
  t.strictSame(decided([critical('a')], [], { openForCritical: false }), [])
  t.end()
})

t.test('a storm is one incident a place, with what belongs to it', (t) => {
  const storm = Array.from({ length: 100 }, (_, index) => inLibrary(`d${index}`, 'L1'))
  const warning = inLibrary('w', 'L1', { severity: 'warning', startedAt: after(-600) })
  const old = inLibrary('o', 'L1', { severity: 'warning', startedAt: after(-7200) })
  const info = inLibrary('i', 'L1', { severity: 'info' })
  const elsewhere = inLibrary('e', 'L2', { severity: 'warning' })
  const muted = critical('m', { inhibitedBy: storm[7]?.id ?? '', source: 'scst' })
  t.strictSame(decided([...storm, warning, old, info, elsewhere, muted]), [
    `open library=L1: ${storm.map(({ resource }) => resource).join(' ')} w m`,
  ])
  t.end()
})

t.test('more incidents than can be read do not open: what comes then belongs to the last', (t) => {
  const libraries = Array.from({ length: MOST_OPENED + 3 }, (_, n) => inLibrary(`d${n}`, `L${n}`))
  const opened = decided(libraries)
  t.equal(opened.length, MOST_OPENED)
  t.equal(opened.at(-1), `open library=L${MOST_OPENED - 1}: d9 d10 d11 d12`)

  const lasting = { incident: incident('one', { place: 'library=X' }), alerts: [critical('x')] }
  const more = { openedOfLate: MOST_OPENED }
  t.strictSame(decided([critical('x'), inLibrary('d1', 'L1')], [lasting], more), [
    'attach to one: d1',
  ])
  t.strictSame(decided([inLibrary('d1', 'L1')], [], more), [], 'it waits until one may open')
  t.end()
})

t.test('what follows belongs to the incident that lasts, until there are too many', (t) => {
  const first = inLibrary('d1', 'L1')
  const lasting = { incident: incident('one', { place: 'library=L1' }), alerts: [first] }
  const late = inLibrary('d2', 'L1', { startedAt: after(86_400) })
  const lateWarning = inLibrary('w', 'L1', { startedAt: after(86_400), severity: 'warning' })
  t.strictSame(decided([first, late, lateWarning], [lasting]), ['attach to one: d2'])
  t.strictSame(decided([first, late], [{ ...lasting, others: MOST_ATTACHED }]), [])
  t.strictSame(
    decided([first, late], [{ incident: incident('of ada'), alerts: [first] }]),
    ['attach to of ada: d2'],
    'that of a user is one of the places whose alerts he attached',
  )
  t.end()
})

t.test('an alert that belonged to any incident opens no other, and does not come back', (t) => {
  const alert = inLibrary('d1', 'L1')
  const taken = { incident: incident('one', { place: 'library=L1' }), detached: [alert] }
  t.strictSame(decided([alert], [taken]), [])
  t.end()
})

t.test('it is noted when all alerts are over, and when one is there again', (t) => {
  const alert = inLibrary('d1', 'L1')
  const calm = incident('one', { place: 'library=L1', calmSince: after(0) })
  const busy = { ...calm, calmSince: null }
  t.strictSame(decided([], [{ incident: busy, others: 2 }]), ['over one'])
  t.strictSame(decided([], [{ incident: calm, others: 2 }]), [])
  t.strictSame(decided([], [{ incident: busy }]), [], 'it never had any')
  t.strictSame(decided([alert], [{ incident: busy, alerts: [alert] }]), [])
  t.strictSame(decided([alert], [{ incident: calm, others: 1 }]), [
    'attach to one: d1',
    'again one',
  ])
  t.end()
})

t.test('an incident is resolved by itself where that is wanted, and not too early', (t) => {
  const calm = { incident: incident('one', { calmSince: after(0) }), others: 1 }
  const resolveAfterMs = 600_000
  t.strictSame(decided([], [calm], { at: after(86_400) }), [])
  t.strictSame(decided([], [calm], { at: after(599), resolveAfterMs }), [])
  t.strictSame(decided([], [calm], { at: after(600), resolveAfterMs }), ['resolve one'])
  t.end()
})
