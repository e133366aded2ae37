import { randomUUID } from 'node:crypto'
import { Type } from 'typebox'
import t from 'tap'
import { getAlert } from '../../src/alerts/store.ts'
import { Healer } from '../../src/healing/healer.ts'
import type { StoredEvent } from '../../src/events/event.ts'
import { alertsOn, found } from '../support/alert-engine.ts'
import { openTestDatabase, type Teardown } from '../support/database.ts'
import { ruleOf, start } from '../support/evaluation.ts'
import { engineOn, kindOf } from '../support/tasks.ts'

const down = {
  ...{ labels: { serial: 'DRIVE1' }, partOf: { library: 'LIB1' } },
  message: 'the daemon of drive 11 does not run',
}
const on = { enabled: true, afterSeconds: 0, coolDownSeconds: 900, limitPerDay: 2 }
const settings = { restart_vtl_daemon: on, inventory_library: on, enable_target: on }

/** An appliance on which a daemon is dead, and who would restart it. */
async function open(t: Teardown) {
  const database = await openTestDatabase(t)
  const rule = ruleOf({ alert: 'VtlDaemonDown', name: 'Daemon down', severity: 'critical' })
  const { engine: alerts, clock } = await alertsOn(database).freshEngine({ rules: [rule] })
  const restarted: unknown[] = []
  const audited: unknown[][] = []
  const failing: { reason: string | null } = { reason: null }
  const restart = {
    ...kindOf({
      plan: async (params) => [{ name: 'restart', description: 'restarts', data: params }],
      work: async ({ data }) => {
        restarted.push(data)
        if (failing.reason !== null) throw new Error(failing.reason)
      },
    }),
    name: 'vtl_restart_daemons',
    schema: Type.Object({}),
  }
  const now = () => new Date(start + clock.seconds * 1000)
  const life = () => {
    const events: StoredEvent[] = []
    const said: object[] = []
    const tasks = engineOn(database, [restart], { now })
    tasks.engine.start()
    t.teardown(() => tasks.engine.stop())
    const healer = new Healer({
      ...{ database, now, newId: randomUUID, settings: () => settings },
      appliance: () => ({ onlineLibraries: new Set() }),
      audit: async (_, { taskId, remedy, params, alert }) => {
        await Promise.resolve(audited.push([taskId, remedy.name, params, alert.resource]))
      },
      onEvents: (stored) => events.push(...stored),
      log: {
        info: (_, fields) => said.push(fields),
        failure(error) {
          throw error
        },
      },
    })
    return {
      ...{ events, said, engine: tasks.engine },
      look: async () => {
        await healer.look(tasks.engine)
        await tasks.engine.idle()
      },
    }
  }
  const lines = async () => {
    const alert = await getAlert(database, alerts.active[0]?.id ?? '')
    return (alert?.transitions ?? [])
      .filter(({ by }) => by === 'storwardend')
      .map(({ comment, from, to, taskId }) => {
        const told = comment?.replace(/[0-9a-f-]{36}/, (id) => (id === taskId ? 'ID' : id))
        return from === to && taskId != null ? told : `${from} ${to}: ${comment}`
      })
  }
  await alerts.evaluate(found(down))
  return { alerts, clock, restarted, audited, failing, life, lines, database }
}

t.test('what helps is a task, an event, and a line in the alert', async (t) => {
  const { restarted, audited, life, lines, alerts } = await open(t)
  const { look, events } = life()
  await look()
  const params = { library: 'LIB1', devices: ['DRIVE1'] }
  t.strictSame(restarted, [params])
  t.match(audited, [[/^[0-9a-f-]{36}$/, 'restart_vtl_daemon', params, 'DRIVE1']])
  await look()
  t.equal(restarted.length, 1)
  t.strictSame(await lines(), [
    'restart_vtl_daemon: task ID (vtl_restart_daemons)',
    'restart_vtl_daemon: done',
  ])
  t.match(events, [
    {
      ...{
        type: 'system',
        source: 'healing',
        data: { event: 'healing_begun', rule: 'VtlDaemonDown' },
      },
      message: /^Daemon down \(DRIVE1\): restart_vtl_daemon: task /,
    },
    { data: { event: 'healing_ended', alert_id: alerts.active[0]?.id } },
  ])
  t.match(alerts.active, [{ state: 'firing' }], 'the alert ends by itself or not')
})

t.test('a daemon that is started anew does nothing twice, nor do two of them', async (t) => {
  const { restarted, life, clock, failing } = await open(t)
  const first = life()
  await first.look()
  const second = life()
  await second.look()
  t.equal(restarted.length, 1)
  clock.seconds += 900
  failing.reason = 'a lock'
  await Promise.all([first.look(), second.look()])
  await Promise.all([first.engine.idle(), second.engine.idle()])
  t.equal(restarted.length, 2)
})

t.test('it cools down, tells that it failed, and gives up for the day', async (t) => {
  const { restarted, life, lines, clock, failing, alerts } = await open(t)
  const { look, said } = life()
  failing.reason = 'a lock is there'
  for (let minutes = 0; minutes < 60; minutes += 5) {
    await look()
    clock.seconds += 300
    await alerts.evaluate(found(down))
  }
  t.equal(restarted.length, 2)
  t.strictSame(await lines(), [
    'restart_vtl_daemon: task ID (vtl_restart_daemons)',
    'restart_vtl_daemon: failed: a lock is there',
    'restart_vtl_daemon: task ID (vtl_restart_daemons)',
    'restart_vtl_daemon: failed: a lock is there',
    'restart_vtl_daemon: done 2 times within a day, and not again before that is over',
  ])
  t.match(said.at(-1), { reason: 'it was done as often as a day permits' })
  clock.seconds += 86_400
  await alerts.evaluate(found(down))
  await look()
  t.equal(restarted.length, 3)
})

t.test('nothing is done in silence, in maintenance, or while somebody looks into it', async (t) => {
  const { restarted, life, clock, alerts, database } = await open(t)
  const { look, said } = life()
  const until = (seconds: number) => new Date(start + (clock.seconds + seconds) * 1000)
  const draft = { startsAt: null, endsAt: until(100), schedule: null, comment: 'works' }
  await alerts.silence({ ...draft, matchers: [], maintenance: true }, { user: 'ada' })
  await look()
  t.match(said, [{ reason: /^silence .* mutes it$/ }], 'also what is critical')
  await look()
  t.equal(said.length, 1, 'said once')
  clock.seconds += 200
  const [alert] = alerts.active
  const incident = randomUUID()
  await database.query(
    `insert into incidents (id, title, description, severity, status, created_by, started_at,
       created_at, updated_at, version)
     values ($1, 'Planned maintenance', '', 'low', 'investigating', 'ada', $2, $2, $2, 1)`,
    [incident, until(0)],
  )
  await database.query(
    'insert into incident_alerts (incident_id, alert_id, attached_at) values ($1, $2, $3)',
    [incident, alert?.id, until(0)],
  )
  await look()
  t.match(said.at(-1), { reason: `incident ${incident} is being looked into` })
  await database.query(`update incidents set status = 'open', assigned_to = 'ada'`)
  await look()
  t.equal(restarted.length, 0, 'nor when it is somebody’s')
  const window = { ...draft, endsAt: until(100), maintenance: true }
  const of = (name: string, value: string) => ({ name, value, isRegex: false, isEqual: true })
  const minor = of('severity', 'warning')
  await alerts.silence({ ...window, matchers: [of('library', 'LIB1'), minor] }, { user: 'ada' })
  await alerts.silence({ ...window, matchers: [of('library', 'LIB2')] }, { user: 'ada' })
  await database.query(`update incidents set assigned_to = null`)
  await look()
  t.equal(restarted.length, 0, 'nor where somebody works on its library')
  clock.seconds += 200
  await look()
  t.equal(restarted.length, 1)
})
