import t from 'tap'
import type { Fleet } from '../../src/fleet/appliances.ts'
import { KnownAppliances } from '../../src/fleet/known.ts'
import { Storing } from '../../src/fleet/storing.ts'
import { deleteAppliance } from '../../src/fleet/store.ts'
import { FleetUnreachableError } from '../../src/fleet/subscribe.ts'
import { startTestApi } from '../support/api.ts'
import { makeStateDirectory, openTestDatabase } from '../support/database.ts'
import { handedOver, toldAlert, ToldAppliance } from '../support/told-appliance.ts'

const database = await openTestDatabase(t)
const known = new KnownAppliances()
let deafSince: Date | null = null
let failure: Error | null = null
/** A fleet without servers. */
const fleet: Fleet = {
  list: () => known.list(),
  find: (name) => known.find(name),
  readings: (name) => known.readings(name),
  reading: (name, subject) => known.reading(name, subject),
  numbers: (name) => known.numbers(name),
  deafSince: () => deafSince,
  async forget(name, note) {
    if (failure !== null) throw failure
    const appliance = known.find(name)
    if (appliance === null) return false
    await database.transaction(async (transaction) => {
      await deleteAppliance(transaction, name)
      await note(transaction, appliance)
    })
    known.forget(name)
    return true
  },
}
const api = await startTestApi(database, await makeStateDirectory(t), { fleet })
t.teardown(() => api.stop())
const viewer = await api.session('viewer')
const operator = await api.session('operator')
const admin = await api.session('admin')

const PATH = '/api/v1/fleet/appliances'
const alpha = new ToldAppliance('alpha')
const storing = new Storing({
  ...{ database, known, now: () => api.clock.now, onEvents: () => undefined },
  onNumbers: () => undefined,
  onUnreadable: () => undefined,
})
const batch = (...messages: Parameters<typeof handedOver>[0][]) => ({
  ...{ stream: 'S', madeAt: api.clock.now },
  messages: messages.map((message) => handedOver(message)),
})
await storing.events(batch(alpha.event(), alpha.event()))
alpha.event()
await storing.states(batch(alpha.about(), alpha.alerts([toldAlert()])))

t.test('the appliances of a fleet are listed with how they are', async (t) => {
  const { status, body } = await api.ask('GET', PATH, { token: viewer })
  const heard = '2026-11-20T21:00:01.000Z'
  const one = {
    ...{ name: 'alpha', state: 'reporting', url: 'https://alpha:8443', version: '0.1.0' },
    ...{ health: 'up', started_at: '2026-11-20T20:00:00.000Z', first_heard_at: heard },
    ...{ last_heard_at: heard, silent_since: null, epoch: alpha.epoch, seq: 2, lag: 1 },
    ...{ metrics_at: null, stored: 2, missing: 0, unreadable: 0, other: null },
    alerts: { critical: 1, warning: 0, info: 0 },
  }
  t.strictSame(
    { status, body },
    { status: 200, body: { appliances: [one], total: 1, listening: true, deaf_since: null } },
  )

  deafSince = api.clock.now
  t.strictSame((await api.ask('GET', PATH, { token: viewer })).body, {
    ...{ appliances: [{ ...one, health: 'unknown' }], total: 1, listening: false },
    deaf_since: api.clock.now.toISOString(),
  })
  deafSince = null
  known.silent(['alpha'], api.clock.now)
  t.match((await api.ask('GET', PATH, { token: viewer })).body, {
    appliances: [{ state: 'silent', health: 'unknown', silent_since: api.clock.now.toISOString() }],
  })
})

t.test('one is forgotten by an admin, which is on record', async (t) => {
  const forget = (token: string, name = 'alpha') => api.ask('DELETE', `${PATH}/${name}`, { token })
  t.equal((await forget(operator)).status, 403)
  t.match(await forget(admin, 'beta'), { status: 404, body: { code: 'appliance_not_found' } })
  failure = new FleetUnreachableError()
  t.match(await forget(admin), { status: 503, body: { code: 'fleet_unreachable' } })
  failure = null
  t.equal((await forget(admin)).status, 204)
  t.match((await api.ask('GET', PATH, { token: viewer })).body, { appliances: [] })
  const { body } = await api.ask('GET', '/api/v1/audit?limit=1', { token: admin })
  t.match(body, {
    entries: [
      {
        ...{ action: 'fleet.forget', subject: 'alpha', after: null },
        before: { identity: alpha.identity, seq: 2, url: 'https://alpha:8443' },
      },
    ],
  })
})

t.test('a daemon that is no fleet has none', async (t) => {
  const other = await startTestApi(database, await makeStateDirectory(t))
  t.teardown(() => other.stop())
  t.match(await other.ask('GET', PATH, { token: viewer }), {
    status: 404,
    body: { code: 'no_fleet', detail: 'this daemon is not that of a fleet' },
  })
})
