import t from 'tap'
import type { AlertStep } from '../../src/alerts/engine.ts'
import { activeAlerts } from '../../src/alerts/store.ts'
import type { Queryable } from '../../src/db/database.ts'
import { alertsOn, briefly, critical, found, place, rule, said } from '../support/alert-engine.ts'
import { openTestDatabase } from '../support/database.ts'
import { failed, snapshotOf } from '../support/readings.ts'

const database = await openTestDatabase(t)
const { freshEngine, listed } = alertsOn(database)

/** An engine, and what was written alongside its steps. */
async function watched(given: { rules?: (typeof rule)[] } = {}) {
  const steps: AlertStep[] = []
  const inDatabase: unknown[] = []
  const happened: string[] = []
  const engine = await freshEngine({
    ...given,
    async alongside(transaction: Queryable, step: AlertStep) {
      steps.push(step)
      happened.push('alongside')
      inDatabase.push(await activeAlerts(transaction))
      return []
    },
    onCommitted: () => {
      happened.push('committed')
    },
    onEvents: (events) => {
      happened.push(...said(events))
    },
  })
  return { ...engine, steps, inDatabase, happened }
}

t.test('every step tells what is active after it and what it ended', async (t) => {
  const { engine, clock, steps, inDatabase, happened } = await watched()
  await engine.evaluate(found(place('/srv/a'), place('/srv/b')))
  const id = (await listed()).find(({ resource }) => resource === '/srv/a')?.id ?? ''
  clock.seconds = 10
  await engine.acknowledge(id, { user: 'ada' })
  clock.seconds = 20
  await engine.resolve(id, { user: 'ada' })
  clock.seconds = 30
  await engine.evaluate(found())
  await engine.evaluate(snapshotOf({ tasks: failed() }))

  t.strictSame(
    steps.map(({ active, ended, at }) => [
      briefly(active).sort(),
      briefly(ended),
      at.toISOString().slice(17, 19),
    ]),
    [
      [['/srv/a firing 1', '/srv/b firing 1'], [], '00'],
      [['/srv/a firing 1', '/srv/b firing 1'], [], '10'],
      [['/srv/b firing 1'], ['/srv/a resolved 1'], '20'],
      [[], ['/srv/b resolved 1'], '30'],
      [[], [], '30'],
    ],
  )
  const byResource = (alerts: unknown) =>
    [...(alerts as { resource: string }[])].sort((one, other) =>
      one.resource < other.resource ? -1 : 1,
    )
  t.strictSame(
    steps.map(({ active }) => byResource(active)),
    inDatabase.map(byResource),
    'as it is written',
  )
  t.equal(steps[1]?.active.find((alert) => alert.id === id)?.acknowledgedBy, 'ada')
  t.strictSame(happened, [
    ...['alongside', 'committed', '1 warning firing /srv/a', '2 warning firing /srv/b'],
    ...['alongside', 'committed', '3 info acknowledged /srv/a'],
    ...['alongside', 'committed', '4 info resolved /srv/a'],
    ...['alongside', 'committed', '5 info resolved /srv/b'],
    ...['alongside', 'committed'],
  ])
})

t.test('what goes before it fires has not ended', async (t) => {
  const { engine, steps } = await watched({ rules: [{ ...rule, forSeconds: 60 }] })
  await engine.evaluate(found(place('/srv/a')))
  await engine.evaluate(found())

  t.strictSame(
    steps.map(({ active, ended }) => [briefly(active), briefly(ended)]),
    [
      [['/srv/a pending 1'], []],
      [[], []],
    ],
  )
})

t.test('what a user ends mutes nothing any more, in the same step', async (t) => {
  const { engine, steps, happened } = await watched({ rules: [rule, critical] })
  await engine.evaluate(found({ ...place('/srv/a'), evidence: { critical: true } }))
  const [muting] = await listed({ rule: 'Storage Capacity Critical' })
  await engine.resolve(muting?.id ?? '', { user: 'ada' })

  t.strictSame(
    steps.map(({ active }) =>
      active.map(({ rule: name, inhibitedBy }) => [name, inhibitedBy === muting?.id]),
    ),
    [
      [
        ['StorageCapacityWarning', true],
        ['StorageCapacityCritical', false],
      ],
      [['StorageCapacityWarning', false]],
    ],
  )
  t.strictSame(happened, [
    ...['alongside', 'committed', '1 critical firing /srv/a'],
    ...['alongside', 'committed', '2 info resolved /srv/a', '3 warning firing /srv/a'],
  ])
})

t.test('a step whose companion fails has not happened', async (t) => {
  let fails = false
  const { engine, events } = await freshEngine({
    alongside: () => (fails ? Promise.reject(new Error('no room')) : Promise.resolve([])),
  })
  await engine.evaluate(found(place('/srv/a')))
  const [before] = await listed()
  fails = true
  await t.rejects(engine.evaluate(found()), { message: 'no room' })
  await t.rejects(engine.resolve(before?.id ?? '', { user: 'ada' }), { message: 'no room' })

  t.strictSame(await listed(), [before])
  t.strictSame(said(events), ['1 warning firing /srv/a'])
})
