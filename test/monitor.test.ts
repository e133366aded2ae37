import t from 'tap'
import { CollectorLoop } from '../src/collectors/loop.ts'
import type { DatabaseReach } from '../src/db/reach.ts'
import { reachOf } from '../src/db/reach.ts'
import { noFleet } from '../src/fleet/state.ts'
import { Monitor } from '../src/monitor.ts'
import type { Snapshot } from '../src/snapshot.ts'
import { goodDatabase, noBackups, noTasks } from './support/idle.ts'
import { defaultSettings } from '../src/collectors/collector.ts'
import { openRecording } from './support/recording.ts'
import { after } from './support/notices.ts'

const loop = new CollectorLoop({
  ...{ host: openRecording('01-steady'), collectors: [], settings: () => defaultSettings },
  now: () => after(0),
})

type Options = ConstructorParameters<typeof Monitor>[0]

/** A monitor of nothing but what is kept, all of it known at once. */
function monitorWith(given: Partial<Omit<Options, 'kept'>> & { kept?: Partial<Options['kept']> }) {
  return new Monitor({
    ...{ loop, intervalSeconds: 30, now: () => after(0) },
    engine: { evaluate: async () => 'written', hold: () => 'held', active: [] },
    ...{ onSnapshot: () => undefined, onEvaluated: () => undefined },
    reach: async () => ({ unreachableSince: null, error: null }),
    metrics: async () => ({}) as never,
    onError: (error) => {
      throw error
    },
    ...given,
    kept: {
      ...{ inventory: async () => ({ missing: [] }), tasks: async () => noTasks },
      certificates: async () => [],
      ...{ watchers: async () => [], channels: async () => [], incidents: async () => [] },
      ...{ consistency: async () => ({ checks: [] }), cartridges: async () => ({}) as never },
      ...{ tape_alerts: async () => ({}) as never, forecasts: async () => ({}) as never },
      fleet: async () => noFleet(after(0)),
      ...{ backups: async () => noBackups(after(0)), database: async () => goodDatabase },
      ...given.kept,
    },
  })
}

t.test(
  'while the database is away nothing is asked of it, and what it said is not known',
  async (t) => {
    let [asked, reached]: [number, DatabaseReach] = [0, { unreachableSince: null, error: null }]
    const seen: Snapshot[] = []
    const outcomes: unknown[] = []
    const monitor = monitorWith({
      engine: {
        async evaluate(snapshot) {
          seen.push(snapshot)
          return 'written'
        },
        hold(snapshot) {
          seen.push(snapshot)
          return 'held'
        },
        active: [],
      },
      reach: async () => reached,
      kept: {
        async tasks() {
          asked += 1
          return noTasks
        },
      },
      onEvaluated: (outcome) => outcomes.push(outcome),
    })
    await monitor.evaluate()
    t.equal(asked, 1)
    reached = { unreachableSince: after(0), error: 'no answer' }
    await monitor.evaluate()
    await monitor.evaluate()
    t.equal(asked, 1)
    t.strictSame(outcomes, ['written', 'held', 'held'])
    t.strictSame(
      seen.map(({ readings }) => readings.database_reach),
      [{ unreachableSince: null, error: null }, ...Array<DatabaseReach>(2).fill(reached)].map(
        (value) => ({
          ...{ state: 'read', value, problems: [], coverage: 'all' },
          ...{ takenAt: after(0), durationSeconds: 0 },
        }),
      ),
    )
    const unknown = { state: 'failed', error: 'no answer', since: after(0), durationSeconds: 0 }
    t.strictSame(
      seen.slice(1).map(({ readings }) => readings.tasks),
      Array(2).fill({ ...unknown, last: { value: noTasks, takenAt: after(0) } }),
    )
    t.strictSame(monitor.evaluatedAt, after(0))
  },
)

t.test('what does not answer or fails is not known, and hinders nothing else', async (t) => {
  const errors: string[] = []
  let [asked, answer]: [number, (value: never[]) => void] = [0, () => undefined]
  const monitor = monitorWith({
    patienceMs: 10,
    kept: {
      channels() {
        asked += 1
        return new Promise((resolve) => {
          answer = resolve
        })
      },
      incidents: () => Promise.reject(new Error('relation "incidents" does not exist')),
    },
    onError: (error) => errors.push(error.message),
  })
  const stateOf = (name: 'channels' | 'incidents' | 'tasks') => {
    const reading = monitor.snapshot().readings[name]
    return reading?.state === 'failed' ? reading.error : reading?.state
  }
  await monitor.evaluate()
  t.equal(stateOf('channels'), 'no answer within 0.01 s')
  t.equal(stateOf('incidents'), 'relation "incidents" does not exist')
  t.equal(stateOf('tasks'), 'read')
  t.strictSame(errors, ['incidents: is not known'])
  await monitor.evaluate()
  t.equal(stateOf('channels'), 'no answer yet')
  t.equal(asked, 1)
  answer([])
  await monitor.evaluate()
  t.equal(asked, 2, 'asked again once it has answered')
  t.strictSame(monitor.evaluatedAt, after(0))
})

t.test('since when the database has not answered is remembered', async (t) => {
  let [seconds, answers] = [0, true]
  const database = {
    check: () => (answers ? Promise.resolve({}) : Promise.reject(new Error(`refused ${seconds}`))),
  }
  const reach = reachOf(database, () => after(seconds))
  const told: DatabaseReach[] = [await reach()]
  for (const [at, is] of [
    [30, false],
    [60, false],
    [90, true],
    [120, false],
  ] as const) {
    ;[seconds, answers] = [at, is]
    told.push(await reach())
  }
  const well = { unreachableSince: null, error: null }
  t.strictSame(told, [
    well,
    { unreachableSince: after(30), error: 'refused 30' },
    { unreachableSince: after(30), error: 'refused 60' },
    well,
    { unreachableSince: after(120), error: 'refused 120' },
  ])
})
