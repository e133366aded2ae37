import t from 'tap'
import { alarming } from '../src/alarming.ts'
import { databaseUnreachable } from '../src/rules/database-reach.ts'
import { alertsOn } from './support/alert-engine.ts'
import { loadText } from './support/config.ts'
import { openTestDatabase } from './support/database.ts'
import { start } from './support/evaluation.ts'
import { receiver } from './support/receiver.ts'
import { snapshotOf } from './support/readings.ts'

const alerts = alertsOn(await openTestDatabase(t))
const silent = () => undefined
const log = { debug: silent, info: silent, warn: silent, error: silent, failure: silent }
const at = (seconds: number) => new Date(start + seconds * 1000)

t.test(
  'people are told of a database that stays away, and the alerts know of it later',
  async (t) => {
    const web = await receiver(t)
    const config = await loadText(
      t,
      `notifications: {allowed_networks: [127.0.0.0/8], webhook: {url: '${web.url}'}}`,
    )
    const clock = { seconds: 0 }
    const alarm = alarming({ config, log, now: () => at(clock.seconds) })
    const look = async (seconds: number) => {
      clock.seconds = seconds
      alarm.look({ unreachableSince: at(0), error: 'it refuses connections' })
      await alarm.settled()
      return web.received.map(({ body }) => (JSON.parse(body) as { message: string }).message)
    }
    t.strictSame(await look(0), [])
    t.strictSame(await look(50), [], 'a restart of the server is nothing to be told of')
    t.strictSame(alarm.missed(), [])
    const message =
      'The database does not answer (storwarden): ' +
      'No answer since 2026-11-20T21:00:00.000Z: it refuses connections.'
    t.strictSame(await look(60), [message])
    t.strictSame(await look(70), [message], 'once')
    t.strictSame(
      alarm.missed().map(({ at }) => at),
      [at(0), at(60)],
    )

    const { engine, clock: later } = await alerts.freshEngine({ rules: [databaseUnreachable] })
    for (const { snapshot, at } of alarm.missed()) engine.hold(snapshot, at)
    later.seconds = 100
    const reading = { state: 'read', problems: [], coverage: 'all', durationSeconds: 0 } as const
    const back = { unreachableSince: null, error: null }
    const takenAt = at(100)
    await engine.evaluate(snapshotOf({ database_reach: { ...reading, value: back, takenAt } }))
    t.match(await alerts.listed(), [
      {
        rule: 'DatabaseUnreachable',
        ...{ state: 'resolved', startedAt: at(0), firedAt: at(60), resolvedAt: at(100) },
      },
    ])
  },
)

t.test('nobody is told where the rule is switched off', async (t) => {
  const web = await receiver(t)
  const config = await loadText(
    t,
    [
      `notifications: {allowed_networks: [127.0.0.0/8], webhook: {url: '${web.url}'}}`,
      'monitoring: {disabled_rules: [DatabaseUnreachable]}',
    ].join('\n'),
  )
  const clock = { seconds: 0 }
  const alarm = alarming({ config, log, now: () => at(clock.seconds) })
  for (clock.seconds of [0, 60, 120])
    alarm.look({ unreachableSince: at(0), error: 'it refuses connections' })
  await alarm.settled()
  t.strictSame([web.received, alarm.missed()], [[], []])
})
