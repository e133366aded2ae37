import { randomUUID } from 'node:crypto'
import t from 'tap'
import type { Database, Queryable } from '../../src/db/database.ts'
import type { StoredEvent } from '../../src/events/event.ts'
import { Opener } from '../../src/incidents/opener.ts'
import type { OpeningSettings } from '../../src/incidents/opening.ts'
import type { Finding } from '../../src/rules/rule.ts'
import { alertsOn, found, rule } from '../support/alert-engine.ts'
import { openTestDatabase } from '../support/database.ts'

const database = await openTestDatabase(t)

const settings: OpeningSettings = {
  ...{ openForCritical: true, groupBy: ['library'], windowMs: 3600_000, resolveAfterMs: null },
}
const critical = { ...rule, severity: 'critical' as const }
const drive = (name: string, library = 'L1'): Finding => ({
  ...{ labels: { drive: name }, partOf: { library }, message: `${name} is broken` },
})
const drives = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => drive(`d${from + index}`))

async function begin(given: { settings?: Partial<OpeningSettings>; on?: Database } = {}) {
  await database.query('truncate incidents, incident_alerts, incident_entries, audit')
  const opener = new Opener({
    settings: () => ({ ...settings, ...given.settings }),
    newId: randomUUID,
  })
  return alertsOn(given.on ?? database).freshEngine({
    rules: [critical],
    alongside: (transaction, step) => opener.alongside(transaction, step),
  })
}

/** What there is now: incidents with their alerts, what became of them, audited rows and events, in brief. */
async function state() {
  return {
    incidents: await database.query(
      `select place, status, severity, title, calm_since is not null as calm,
              (select count(*) from incident_alerts where incident_id = incidents.id) as alerts
       from incidents order by created_at, place`,
    ),
    entries: await texts(`select kind || ': ' || text as text from incident_entries order by id`),
    audit: await texts(`select actor || ' ' || action as text from audit order by id`),
    events: await texts(
      `select payload->>'event' as text from events where source = 'incidents' order by seq`,
    ),
  }
}
const texts = async (query: string) =>
  (await database.query<{ text: string }>(query)).map(({ text }) => text)

const incidentEvents = (events: readonly StoredEvent[]) =>
  events.filter(({ source }) => source === 'incidents').map(({ data }) => String(data.event))

/** A storm: sixty drives fail, then forty more; all of them recover. */
const storm = [found(...drives(0, 60)), found(...drives(0, 100)), found()]
const afterStorm = {
  incidents: [
    {
      ...{ place: 'library=L1', status: 'open', severity: 'critical', calm: true, alerts: 100 },
      title: 'Storage Capacity Warning: d0 (and 59 more)',
    },
  ],
  entries: [
    'opened: opened by itself for library=L1, with 60 alerts',
    'alerts_attached: 40 alerts were attached',
    'alerts_over: all its alerts are over',
  ],
  audit: ['storwardend incident.create', 'storwardend incident.attach'],
  events: ['incident_opened', 'incident_alerts_attached', 'incident_alerts_over'],
}

t.test('a storm of a hundred alerts is one incident, told of once', async (t) => {
  const { engine, events, clock } = await begin()
  for (const snapshot of storm) {
    await engine.evaluate(snapshot)
    await engine.evaluate(snapshot)
    clock.seconds += 30
  }
  const now = await state()
  t.match(now, { ...afterStorm, incidents: [{ ...afterStorm.incidents[0], title: /and 59 more/ }] })
  t.strictSame(now.events, afterStorm.events)
  t.strictSame(incidentEvents(events), afterStorm.events, 'what is stored is handed out')
})

t.test('wherever it is killed, it opens nothing twice and forgets nothing', async (t) => {
  const killed = killable(database)
  let whole = 0
  for (let point = 1; ; point += 1) {
    const { engine, clock } = await begin({ on: killed })
    killed.arm(point)
    for (const snapshot of storm) {
      // A daemon that starts anew finds the same, and evaluates it.
      await engine.evaluate(snapshot).catch(() => engine.evaluate(snapshot))
      clock.seconds += 30
    }
    const now = await state()
    t.match(now.incidents, [{ place: 'library=L1', alerts: 100, calm: true }], `point ${point}`)
    t.strictSame(
      { entries: now.entries, audit: now.audit, events: now.events },
      { entries: afterStorm.entries, audit: afterStorm.audit, events: afterStorm.events },
      `killed before statement ${point}`,
    )
    if (killed.disarm()) whole = point
    else break
  }
  t.ok(whole > 30, `${whole} points at which it was killed`)
})

/** A database whose transaction dies before its n-th statement, counted over all transactions, once. */
function killable(on: Database): Database & { arm(point: number): void; disarm(): boolean } {
  let left = Infinity
  let died = false
  return {
    arm(point) {
      left = point
      died = false
    },
    disarm() {
      left = Infinity
      return died
    },
    query: (text, values) => on.query(text, values),
    transaction: (work) =>
      on.transaction((transaction: Queryable) =>
        work({
          query(text, values) {
            left -= 1
            if (left === 0) {
              died = true
              throw new Error('killed')
            }
            return transaction.query(text, values)
          },
        }),
      ),
  }
}

t.test(
  'after the incident is resolved a new alert opens another, and an old one none',
  async (t) => {
    const { engine, clock } = await begin()
    await engine.evaluate(found(drive('d1')))
    await database.query(`update incidents set status = 'resolved', resolved_at = created_at`)
    clock.seconds += 30
    await engine.evaluate(found(drive('d1')))
    t.equal((await state()).incidents.length, 1)
    await engine.evaluate(found(drive('d1'), drive('d2')))
    t.match((await state()).incidents, [
      { status: 'resolved', alerts: 1 },
      { status: 'open', alerts: 1 },
    ])
  },
)

t.test('what a user ends, too, is noted in the same step', async (t) => {
  const { engine, listed } = { ...(await begin()), ...alertsOn(database) }
  await engine.evaluate(found(drive('d1')))
  const [alert] = await listed()
  await engine.resolve(alert?.id ?? '', { user: 'ada' })
  t.match((await state()).incidents, [{ calm: true, status: 'open' }])
})

t.test(
  'it is resolved by itself where that is wanted, with a row in the audit trail',
  async (t) => {
    const { engine, clock } = await begin({ settings: { resolveAfterMs: 60_000 } })
    await engine.evaluate(found(drive('d1')))
    clock.seconds = 30
    await engine.evaluate(found())
    clock.seconds = 89
    await engine.evaluate(found())
    t.match((await state()).incidents, [{ status: 'open' }])
    clock.seconds = 90
    await engine.evaluate(found())
    t.match(await state(), {
      incidents: [{ status: 'resolved', calm: true }],
      entries: [
        /^opened/,
        /^alerts_over/,
        'changed: open → resolved: all its alerts have been over for a while',
      ],
      audit: ['storwardend incident.create', 'storwardend incident.update'],
    })
  },
)

t.test('where none shall open, those of users are still looked after', async (t) => {
  const { engine } = await begin({ settings: { openForCritical: false } })
  await engine.evaluate(found(drive('d1')))
  t.strictSame((await state()).incidents, [])
  await database.query(
    `insert into incidents (id, title, description, severity, status, created_by, started_at,
                            created_at, updated_at, version)
     select id, 'by hand', '', 'low', 'open', 'ada', started_at, started_at, started_at, 1 from alerts`,
  )
  await database.query(
    `insert into incident_alerts (incident_id, alert_id, attached_at, attached_by)
     select id, id, started_at, 'ada' from alerts`,
  )
  await engine.evaluate(found())
  t.match(await state(), { incidents: [{ calm: true }], events: ['incident_alerts_over'] })
})
