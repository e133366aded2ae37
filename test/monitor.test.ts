import t from 'tap'
import { CollectorLoop } from '../src/collectors/loop.ts'
import type { DatabaseReach } from '../src/db/reach.ts'
import { reachOf } from '../src/db/reach.ts'
import { Monitor } from '../src/monitor.ts'
import type { Snapshot } from '../src/snapshot.ts'
import { noTasks } from './support/idle.ts'
import { defaultSettings } from '../src/collectors/collector.ts'
import { openRecording } from './support/recording.ts'
import { after } from './support/notices.ts'

const loop = new CollectorLoop({
  ...{ host: openRecording('01-steady'), collectors: [], settings: () => defaultSettings },
  now: () => after(0),
})

t.test(
  'while the database is away nothing is asked of it, and what it said is not known',
  async (t) => {
    let [asked, reached]: [number, DatabaseReach] = [0, { unreachableSince: null, error: null }]
    const seen: Snapshot[] = []
    const outcomes: unknown[] = []
    const engine = (outcome: 'written' | 'held') => async (snapshot: Snapshot) => {
      seen.push(snapshot)
      return outcome
    }
    const ask =
      <T>(value: T) =>
      async () => {
        asked += 1
        return value
      }
    const monitor = new Monitor({
      ...{ loop, intervalSeconds: 30, now: () => after(0), onSnapshot: () => undefined },
      engine: {
        ...{ evaluate: engine('written'), hold: engine('held') as never, active: [] },
      },
      reach: async () => reached,
      kept: {
        ...{ inventory: ask({ missing: [] }), tasks: ask(noTasks), watchers: ask([]) },
        ...{ cartridges: ask({} as never), tape_alerts: ask({} as never), channels: ask([]) },
        ...{ consistency: ask({ checks: [] }), incidents: ask([]), forecasts: ask({} as never) },
      },
      metrics: async () => ({}) as never,
      onEvaluated: (outcome) => outcomes.push(outcome),
      onError: (error) => {
        throw error
      },
    })
    await monitor.evaluate()
    t.equal(asked, 9)
    reached = { unreachableSince: after(0), error: 'no answer' }
    await monitor.evaluate()
    await monitor.evaluate()
    t.equal(asked, 9)
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
