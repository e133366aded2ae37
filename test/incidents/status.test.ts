import t from 'tap'
import { changed, changeText } from '../../src/incidents/change.ts'
import {
  incidentStatuses,
  type Incident,
  type IncidentStatus,
} from '../../src/incidents/incident.ts'
import { allowedFrom, IncidentStatusError, moved } from '../../src/incidents/status.ts'

const at = new Date('2026-11-20T21:00:00Z')
const earlier = new Date('2026-11-20T20:00:00Z')
const operator = { at, seesAll: true }
const viewer = { at, seesAll: false }

/** What each state can become by whom; everything else is refused. */
const allowed: Record<IncidentStatus, Record<'viewer' | 'operator', IncidentStatus[]>> = {
  open: { viewer: ['investigating', 'resolved'], operator: ['investigating', 'resolved'] },
  investigating: { viewer: ['open', 'resolved'], operator: ['open', 'resolved'] },
  resolved: { viewer: ['investigating', 'closed'], operator: ['investigating', 'closed'] },
  closed: { viewer: [], operator: ['investigating'] },
}

t.test('every step from every state is allowed or refused with what is allowed', (t) => {
  for (const [who, doer] of Object.entries({ viewer, operator })) {
    for (const from of incidentStatuses) {
      const expected = allowed[from][who as 'viewer' | 'operator']
      t.strictSame(allowedFrom(from, doer), expected, `${from} by ${who}`)
      const times = {
        status: from,
        resolvedAt: from === 'resolved' || from === 'closed' ? earlier : null,
        closedAt: from === 'closed' ? earlier : null,
      }
      for (const to of incidentStatuses) {
        const step = () => moved(times, to, doer)
        if (from === to) t.strictSame(step(), times, `${from} stays ${to}`)
        else if (expected.includes(to)) t.equal(step().status, to, `${from} → ${to} by ${who}`)
        else t.throws(step, { code: 'ERR_INCIDENT_STATUS', allowed: expected })
      }
    }
  }
  t.end()
})

t.test('the refusal names what is allowed', (t) => {
  const words = (from: 'open' | 'closed', doer: typeof viewer) => {
    try {
      moved({ status: from, resolvedAt: null, closedAt: null }, 'resolved', doer)
      moved({ status: from, resolvedAt: null, closedAt: null }, 'closed', doer)
    } catch (error) {
      return (error as IncidentStatusError).message
    }
    return null
  }
  t.equal(
    words('open', viewer),
    'an incident that is open cannot become closed: allowed is investigating, resolved',
  )
  t.equal(
    words('closed', viewer),
    'an incident that is closed cannot become resolved: allowed is nothing; an operator can reopen it',
  )
  t.end()
})

t.test('the times are those of the last way through the states', (t) => {
  const open = { status: 'open' as const, resolvedAt: null, closedAt: null }
  const resolved = moved(open, 'resolved', { at: earlier, seesAll: false })
  t.strictSame(resolved, { status: 'resolved', resolvedAt: earlier, closedAt: null })
  const closed = moved(resolved, 'closed', viewer)
  t.strictSame(closed, { status: 'closed', resolvedAt: earlier, closedAt: at })
  t.strictSame(moved(closed, 'investigating', operator), {
    ...{ status: 'investigating', resolvedAt: null, closedAt: null },
  })
  t.end()
})

const incident: Incident = {
  ...{ id: '1', title: 'no backups', description: '', severity: 'high', status: 'open' },
  ...{ rootCause: null, createdBy: 'ada', createdById: 'a', assignedTo: 'bob', assignedToId: 'b' },
  ...{ place: null, startedAt: earlier, createdAt: earlier, updatedAt: earlier },
  ...{ resolvedAt: null, closedAt: null, calmSince: null, version: 3 },
}

t.test('a change names each member that is another, and counts once', (t) => {
  const patch = {
    ...{ title: 'no backups', severity: 'critical' as const, status: 'investigating' as const },
    ...{ assigned: null, rootCause: 'a cable' },
  }
  const { incident: after, fields } = changed(incident, patch, operator)
  t.strictSame(after, {
    ...incident,
    ...{ severity: 'critical', status: 'investigating', rootCause: 'a cable', version: 4 },
    ...{ assignedTo: null, assignedToId: null, updatedAt: at },
  })
  t.equal(
    changeText(fields),
    'open → investigating; severity high → critical; taken from bob; root cause: a cable',
  )
  t.strictSame(changed(incident, { title: 'no backups' }, operator), { incident, fields: [] })
  t.end()
})

t.test('a name that was given to somebody else is another person', (t) => {
  const assigned = { id: 'other', name: 'bob' }
  const { incident: after } = changed(incident, { assigned }, operator)
  t.match(after, { assignedTo: 'bob', assignedToId: 'other', version: 4 })
  t.end()
})

t.test('nothing begins in the future, or after it is over', (t) => {
  const later = new Date(at.getTime() + 1)
  t.throws(() => changed(incident, { startedAt: later }, operator), { code: 'ERR_INCIDENT_TIMES' })
  const resolved = { ...incident, status: 'resolved' as const, resolvedAt: earlier }
  t.throws(() => changed(resolved, { startedAt: at }, operator), { code: 'ERR_INCIDENT_TIMES' })
  t.end()
})
